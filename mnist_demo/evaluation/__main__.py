"""``python -m mnist_demo.evaluation``: measures of a version as a table or as JSON."""

import argparse
import json
import math
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter

from mnist_demo.classifier import Classify
from mnist_demo.datasets import CLASS_NAMES, DIGITS, THINGS
from mnist_demo.errors import DemoError
from mnist_demo.evaluation.contact_sheet import draw_misreadings
from mnist_demo.evaluation.keeping import find_kept, keep
from mnist_demo.evaluation.outcome import Outcome, evaluate
from mnist_demo.evaluation.pen_file import load_pen_file
from mnist_demo.evaluation.samples import Samples, load_test_set
from mnist_demo.networks import get_network, get_networks
from mnist_demo.refusal import find_threshold
from mnist_demo.store import Store, Version, open_store


class Evaluator:
    """Evaluates one version, which is loaded only where nothing was kept."""

    def __init__(self, store: Store, version: Version) -> None:
        self.store, self.version = store, version
        self.threshold = find_threshold(version.card.settings)
        self._classify: Classify | None = None

    def evaluate(self, samples: Samples, title: str) -> Outcome:
        """Outcome on ``samples``, from the disk where it was kept."""
        outcome = find_kept(self.store, self.version, samples)
        if outcome is None:
            outcome = evaluate(
                self._load(), samples, on_progress=lambda *done: _show_progress(title, *done)
            )
            keep(self.store, self.version, samples, outcome)
        return outcome.with_threshold(self.threshold)

    def _load(self) -> Classify:
        if self._classify is None:
            from mnist_demo.inference import load_version

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
    outcome = evaluator.evaluate(digits, _name_things(options.network))
    if options.worst:
        class_names = CLASS_NAMES[version.card.dataset]
        options.worst.write_bytes(draw_misreadings(outcome, digits, class_names))
    values: dict[str, Any] = {
        "network": version.card.network,
        "recipe": version.card.recipe,
        "data": options.pen.name if options.pen else f"{version.card.dataset} test set",
        "digits": outcome.digits,
        "accuracy": outcome.accuracy,
        "accuracy_interval": list(outcome.accuracy_interval),
        "expected_calibration_error": outcome.reliability.expected_calibration_error,
        "digits_refused": outcome.digits_refused,
        "letters_refused": None,
    }
    if letters is not None:
        values["letters_refused"] = evaluator.evaluate(letters, "Letters").non_digits_refused
    return values


def format_table(values: dict[str, Any], things: str = "Digits") -> str:
    """The same values for a person, a line for each; ``things`` is what the network knows."""
    names = (_in_words(key).replace("Digits", things) for key in values)
    lines = zip(names, values.values(), strict=True)
    return "\n".join(f"{name:<28}{_format(value)}" for name, value in lines)


def _in_words(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _reads_digits(network: str) -> bool:
    return CLASS_NAMES[get_network(network).dataset] == DIGITS


def _name_things(network: str) -> str:
    return THINGS[CLASS_NAMES[get_network(network).dataset]].capitalize()


def _format(value: Any) -> str:
    match value:
        case None:
            return "not measured"
        case float():
            return "no data" if math.isnan(value) else f"{value:.2%}"
        case [low, high]:
            return f"{low:.2%} to {high:.2%} (95 % confidence)"
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
    parser.add_argument("--network", required=True, choices=sorted(get_networks()))
    parser.add_argument("--recipe", help="one that ships; what the page shows by default if not")
    parser.add_argument(
        "--pen", type=Path, help="digits to read: JSON lines with label and strokes"
    )
    parser.add_argument(
        "--letters", type=Path, help="what should be refused: JSON lines with strokes"
    )
    parser.add_argument(
        "--worst", type=Path, metavar="PNG", help="draw the 50 surest misreadings into a picture"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    try:
        if options.recipe is not None:
            get_network(options.network).recipe(options.recipe)
    except KeyError as error:
        parser.error(str(error.args[0]))
    if (options.pen or options.letters) and not _reads_digits(options.network):
        parser.error(f"{options.network} knows clothing, and can read no pen strokes of digits")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Program: exit code 0, or 1 after one sentence on what went wrong."""
    options = parse_arguments(arguments)
    try:
        values = measure(options)
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    table = format_table(values, _name_things(options.network))
    print(json.dumps(values) if options.json else table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
