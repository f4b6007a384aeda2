"""``python -m mnist_demo.teaching``: teach a copy of a version, and measure what has changed.

It prints its events as JSON lines, as a training with ``--json`` does.
"""

import argparse
import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter

from mnist_demo.data.catalogue import HANDWRITING, load_dataset
from mnist_demo.data.dataset import Dataset
from mnist_demo.data.samples import ImageSamples, Samples, make_handwriting
from mnist_demo.errors import DemoError, LessonError, ModelVersionError
from mnist_demo.evaluation import Outcome, evaluate, find_kept, keep
from mnist_demo.language import N_
from mnist_demo.networks import Progress
from mnist_demo.reading.classifier import Classify
from mnist_demo.reading.rejection import find_threshold
from mnist_demo.teaching.effects import find_test_set
from mnist_demo.teaching.lesson import Lesson
from mnist_demo.training.events import (
    FailedEvent,
    FinishedEvent,
    OnEvent,
    ProgressReporter,
    StageEvent,
    TrainingEvent,
    to_json,
)
from mnist_demo.versions.card import Version
from mnist_demo.versions.history import History
from mnist_demo.versions.store import Store, open_store

DEFAULT_SEED = 1
GATHERING = N_("Gathering what it must not forget")
BEFORE, NOW = N_("Measuring it as it was"), N_("Measuring it as it is now")


def run(arguments: argparse.Namespace, on_event: OnEvent) -> Version:
    """Teach, measure and save, and say so all the while."""
    if hasattr(os, "nice"):
        os.nice(10)  # whoever is drawing meanwhile goes first
    lesson = read_lesson(arguments.corrections)
    store = open_store(arguments.own)
    base = find_version(store, arguments.version)
    name = find_test_set(base)
    on_event(StageEvent(f"Loading {name}"))
    dataset = load_dataset(name, lambda done: on_event(StageEvent(f"Getting {name}", done)))
    on_event(StageEvent(GATHERING))
    from mnist_demo.reading.reader import Reader  # all of them load TensorFlow
    from mnist_demo.teaching.rehearsal import rehearse
    from mnist_demo.teaching.teach import Curriculum, teach
    from mnist_demo.training.train import describe_software, measure, round_weights

    start_s = time.monotonic()
    model, threshold = store.load(base), find_threshold(base.card.settings)
    samples = gather_samples(dataset)
    for data, some in samples.items():
        if find_kept(store, base, data) is None:
            classify = Reader(model, threshold).classify
            keep(store, base, data, measure_one(classify, some, on_event, BEFORE))
    history, reporter = History(), ProgressReporter(on_event)

    def on_progress(progress: Progress) -> None:
        reporter.report(progress, history.record(progress).seconds)

    rehearsed = rehearse(dataset, threshold is not None, arguments.seed)
    teach(model, Curriculum(lesson, rehearsed, threshold), arguments.seed, on_progress)
    round_weights(model)
    classify = Reader(model, threshold).classify
    outcomes = {data: measure_one(classify, some, on_event, NOW) for data, some in samples.items()}
    on_event(StageEvent("Saving the new version"))
    test_loss, test_accuracy = measure(model, dataset)
    card = replace(
        base.card,
        dataset=name,
        seed=arguments.seed,
        settings=base.card.settings | {"taught": len(lesson), "taught_from": base.name},
        test_loss=test_loss,
        test_accuracy=test_accuracy,
        duration_s=round(time.monotonic() - start_s, 1),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        software=describe_software(),
    )
    saved = store.save_own(model, card, history.points)
    for data, outcome in outcomes.items():
        keep(store, saved, data, outcome)
    on_event(FinishedEvent(saved.name, saved.card))
    return saved


def read_lesson(path: Path) -> Lesson:
    """The lesson in a file; LessonError where it is missing or damaged."""
    try:
        return Lesson.from_bytes(path.read_bytes())
    except OSError as error:
        raise LessonError(
            "The drawings to learn from cannot be read: {why}.", why=error.strerror or error
        ) from error


def find_version(store: Store, name: str) -> Version:
    """The version of this name; ModelVersionError where it is gone."""
    for version in store.versions():
        if version.name == name:
            return version
    raise ModelVersionError("The version {version} is not here any more.", version=name)


def gather_samples(dataset: Dataset) -> dict[str, Samples]:
    """What is measured, by the names that its outcomes are kept under."""
    test_set = ImageSamples(dataset.test_images, dataset.test_labels)
    return {dataset.name: test_set, HANDWRITING.name: make_handwriting()}


def measure_one(classify: Classify, samples: Samples, on_event: OnEvent, stage: str) -> Outcome:
    """Outcome on ``samples``, and how far it is as a stage."""
    return evaluate(
        classify, samples, on_progress=lambda done, total: on_event(StageEvent(stage, done / total))
    )


def print_as_json(event: TrainingEvent) -> None:
    """One line of JSON on standard output."""
    print(to_json(event), flush=True)


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Command line of ``python -m mnist_demo.teaching``."""
    parser = argparse.ArgumentParser(
        prog="python -m mnist_demo.teaching",
        description="Teach a copy of a version a few drawings, and measure what that changes.",
    )
    parser.add_argument("--version", required=True, metavar="NAME", help="what is copied")
    parser.add_argument(
        "--corrections",
        type=Path,
        required=True,
        metavar="FILE",
        help="a lesson, - for standard input",
    )
    parser.add_argument(
        "--own", type=Path, required=True, metavar="FOLDER", help="where the taught version goes"
    )
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Program: exit code 0, or 1 after one sentence on what went wrong."""
    options = parse_arguments(arguments)
    try:
        run(options, print_as_json)
    except DemoError as error:
        print_as_json(FailedEvent(str(error)))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
