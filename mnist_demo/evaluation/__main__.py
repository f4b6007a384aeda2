"""``python -m mnist_demo.evaluation``: measures of a version as a table or as JSON."""

import argparse
import json
import math
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter

from mnist_demo.data.catalogue import DATASETS, HANDWRITING, DatasetInfo
from mnist_demo.data.pen_file import load_pen_file
from mnist_demo.data.samples import DrawnSamples, Samples, load_test_set, make_handwriting
from mnist_demo.errors import DemoError, FileError
from mnist_demo.evaluation.contact_sheet import draw_misreadings
from mnist_demo.evaluation.keeping import SHIPPED_MEASURES, find_kept, keep, ship
from mnist_demo.evaluation.non_digits import NON_DIGITS, make_non_digits
from mnist_demo.evaluation.numbers import KINDS, measure_numbers
from mnist_demo.evaluation.outcome import Outcome, evaluate
from mnist_demo.networks import get_network, get_networks
from mnist_demo.reading.classifier import Classify
from mnist_demo.reading.rejection import find_threshold
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store, open_store


class Evaluator:
    """Evaluates one version, which is loaded only where nothing was kept."""

    def __init__(self, store: Store, version: Version) -> None:
        self.store, self.version = store, version
        self.threshold = find_threshold(version.card.settings)
        self._classify: Classify | None = None

    def evaluate(self, samples: Samples, title: str) -> Outcome:
        """Outcome on ``samples``, from the disk where it was kept."""
        outcome = find_kept(self.store, self.version, samples.fingerprint)
        if outcome is None:
            outcome = self.evaluate_anew(samples, title)
            keep(self.store, self.version, samples.fingerprint, outcome)
        return outcome.with_threshold(self.threshold)

    def evaluate_anew(self, samples: Samples, title: str) -> Outcome:
        """Outcome on ``samples``, without threshold."""
        return evaluate(
            self._load(), samples, on_progress=lambda *done: _show_progress(title, *done)
        )

    def read_numbers(self, digits: DrawnSamples, count: int) -> dict[str, float]:
        """Fractions of ``count`` numbers of each kind that are read whole, and that are sure."""
        outcomes = {
            kind: measure_numbers(
                digits.drawings,
                self._load(),
                numbers,
                count,
                partial(_show_progress, _in_words(kind)),
            )
            for kind, numbers in KINDS.items()
        }
        is_whole = np.concatenate([outcome.is_whole for outcome in outcomes.values()])
        is_sure = np.concatenate([outcome.is_sure for outcome in outcomes.values()])
        return {
            **{f"{kind}_whole": float(one.is_whole.mean()) for kind, one in outcomes.items()},
            **{
                f"{kind}_whole_as_picture": float(one.is_whole_as_picture.mean())
                for kind, one in outcomes.items()
            },
            "numbers_sure": float(is_sure.mean()),
            "whole_where_sure": float(is_whole[is_sure].mean()) if is_sure.any() else math.nan,
        }

    def reject_non_digits(self, digits: DrawnSamples, count: int) -> dict[str, float]:
        """Fraction of ``count`` non-digits of each kind that is rejected, and the mean of these."""
        rejected = {}
        for kind in NON_DIGITS:
            samples = make_non_digits(digits.drawings, kind, count)
            outcome = self.evaluate_anew(samples, _in_words(kind)).with_threshold(self.threshold)
            rejected[f"{kind}_refused"] = outcome.non_digits_rejected
        return {**rejected, "kinds_of_non_digits_refused": float(np.mean([*rejected.values()]))}

    def _load(self) -> Classify:
        if self._classify is None:
            from mnist_demo.reading.reader import load_version

            self._classify = load_version(self.version, self.store).classify
        return self._classify


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Keys and values that are printed; None where there is nothing to measure with."""
    store = open_store()
    if options.recipe is None:
        version = store.default(options.network)
    else:
        version = store.shipped(options.network, options.recipe)
    evaluator = Evaluator(store, version)
    digits = load_pen_file(options.pen) if options.pen else load_test_set(version.card.dataset)
    letters = load_pen_file(options.letters, are_digits=False) if options.letters else None
    outcome = evaluator.evaluate(digits, _find_dataset(options.network).word.capitalize())
    if options.worst:
        class_names = DATASETS[version.card.dataset].classes
        options.worst.write_bytes(draw_misreadings(outcome, digits, class_names))
    values: dict[str, Any] = {
        "network": version.card.network,
        "recipe": version.card.recipe,
        "data": options.pen.name if options.pen else f"{version.card.dataset} test set",
        "digits": outcome.digits,
        "accuracy": outcome.accuracy,
        "accuracy_interval": list(outcome.accuracy_interval),
        "expected_calibration_error": outcome.reliability.expected_calibration_error,
        "digits_refused": outcome.digits_rejected,
        "letters_refused": None,
    }
    if letters is not None:
        values["letters_refused"] = evaluator.evaluate(letters, "Letters").non_digits_rejected
    if options.numbers:
        values |= evaluator.read_numbers(load_pen_file(options.pen), options.numbers)
    if options.non_digits:
        values |= evaluator.reject_non_digits(load_pen_file(options.pen), options.non_digits)
    return values


def measure_shipped() -> None:
    """Measure all versions that ship on what the page offers for them, which then ships, too."""
    store = open_store()
    for path in SHIPPED_MEASURES.glob("*"):
        path.unlink()  # perhaps of other weights
    for version in filter(store.is_shipped, store.versions()):
        dataset = DATASETS[version.card.dataset]
        evaluator = Evaluator(store, version)
        samples: dict[str, Samples] = {dataset.name: load_test_set(dataset.name)}
        if dataset.are_digits:
            samples[HANDWRITING.name] = make_handwriting()
        for name, some in samples.items():
            ship(version, name, evaluator.evaluate_anew(some, f"{version.name}, {name}"))


def format_table(values: dict[str, Any], things: str = "Digits") -> str:
    """The same values for a person, a line for each; ``things`` is what the network knows."""
    names = (_in_words(key).replace("Digits", things) for key in values)
    lines = list(zip(names, values.values(), strict=True))
    width = max(28, *(len(name) + 2 for name, _ in lines))
    return "\n".join(f"{name:<{width}}{_format(value)}" for name, value in lines)


def _in_words(key: str) -> str:
    return key.replace("_", " ").replace("refused", "rejected").capitalize()


def _find_dataset(network: str) -> DatasetInfo:
    return DATASETS[get_network(network).dataset]


def _format(value: Any) -> str:
    match value:
        case None:
            return "not measured"
        case float():
            return "no data" if math.isnan(value) else f"{value:.2%}"
        case [low, high]:
            return f"{low:.2%} to {high:.2%} (95% confidence)"
    return str(value)


def _show_progress(title: str, done: int, total: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{title}: {done:,} of {total:,}", end=end, file=sys.stderr, flush=True)


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Command line of ``python -m mnist_demo.evaluation``."""
    parser = argparse.ArgumentParser(
        prog="python -m mnist_demo.evaluation",
        description="Measure how well a version that ships reads: pen digits, or its test set.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--network", choices=sorted(get_networks()))
    what.add_argument(
        "--shipped", action="store_true", help="all versions that ship, for the page to show"
    )
    parser.add_argument("--recipe", help="one that ships; what the page shows by default if not")
    parser.add_argument(
        "--pen", type=Path, help="digits to read: JSON lines with label and strokes"
    )
    parser.add_argument(
        "--letters", type=Path, help="what should be rejected: JSON lines with strokes"
    )
    parser.add_argument(
        "--worst", type=Path, metavar="PNG", help="draw the 50 surest misreadings into a picture"
    )
    parser.add_argument(
        "--numbers",
        type=int,
        default=0,
        metavar="COUNT",
        help="read so many numbers of each kind, put together from the pen digits",
    )
    parser.add_argument(
        "--non-digits",
        type=int,
        default=0,
        metavar="COUNT",
        help="try to reject so many non-digits of each kind, some of them made of the pen digits",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    try:
        if options.recipe is not None:
            get_network(options.network).recipe(options.recipe)
    except KeyError as error:
        parser.error(str(error.args[0]))
    for name in ("numbers", "non_digits"):
        if getattr(options, name) and not options.pen:
            parser.error(f"--{name.replace('_', '-')} needs the digits of --pen")
    if (options.pen or options.letters) and not _find_dataset(options.network).are_digits:
        word = _find_dataset(options.network).word
        parser.error(f"{options.network} knows {word}, and can read no pen strokes of digits")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Program: exit code 0, or 1 after one sentence on what went wrong."""
    options = parse_arguments(arguments)
    try:
        if options.shipped:
            measure_shipped()
            return 0
        values = measure(options)
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(FileError(error), file=sys.stderr)
        return 1
    table = format_table(values, _find_dataset(options.network).word.capitalize())
    print(json.dumps(values) if options.json else table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
