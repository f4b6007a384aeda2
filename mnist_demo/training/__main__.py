"""Training a network into a new model version; as a program it remakes what is shipped."""

import argparse
import json
import os
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter

from mnist_demo.data.catalogue import DATASETS, DRAWINGS
from mnist_demo.errors import DemoError, FileError
from mnist_demo.language import N_
from mnist_demo.networks import Progress, Recipe, get_networks
from mnist_demo.networks.recipe import LOSSES, OPTIMIZERS
from mnist_demo.paths import IS_INSTALLED
from mnist_demo.training.events import (
    FailedEvent,
    FinishedEvent,
    NoticeEvent,
    OnEvent,
    PausedEvent,
    ProgressEvent,
    ProgressReporter,
    StageEvent,
    TrainingEvent,
    to_json,
)
from mnist_demo.training.memory import limit_memory
from mnist_demo.training.pace import Pace
from mnist_demo.training.plan import DEFAULT_SEED, make_plan
from mnist_demo.training.snapshot import Publisher, steer
from mnist_demo.versions.card import SEEDS, Card, Version
from mnist_demo.versions.history import History
from mnist_demo.versions.store import open_store

WAIT = "--wait"
LINE_WIDTH = 110  # of what is printed for a person
STAGES = (  # what a page translates
    N_("Ready"),
    N_("Ready"),
    N_("Loading mnist"),
    N_("Getting mnist"),
    N_("Loading fashion-mnist"),
    N_("Getting fashion-mnist"),
    N_("Loading handwriting"),
    N_("Getting handwriting"),
    N_("Loading drawings"),
    N_("Getting drawings"),
    N_("Preparing the training"),
    N_("Saving the new version"),
)


def run(arguments: argparse.Namespace, on_event: OnEvent) -> Version:
    """Load the data, train, test and save, and say so all the while."""
    plan, store = make_plan(arguments), open_store()
    is_candidate = arguments.candidate or plan.repeated is not None  # which takes nobody's place
    if is_candidate:
        limit_memory()
        store.check_room()
        _yield_to_others()
    pace = Pace(0 if arguments.paused else None, lambda: on_event(PausedEvent()))
    if arguments.steered:
        threading.Thread(target=pace.follow, args=(sys.stdin,), daemon=True).start()
    network, recipe = plan.network, plan.recipe
    on_event(StageEvent(f"Loading {plan.dataset}"))
    dataset = plan.load_dataset(lambda done: on_event(StageEvent(f"Getting {plan.dataset}", done)))
    on_event(StageEvent("Preparing the training"))
    from mnist_demo.training.tensorboard import EventFile  # both load TensorFlow
    from mnist_demo.training.train import train

    recipe = _show_course(recipe, arguments, pace, on_event)
    log = None
    if arguments.tensorboard:
        arguments.tensorboard.mkdir(parents=True, exist_ok=True)
        started = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        log = EventFile(arguments.tensorboard / f"{network.name}-{recipe.name}-{started}")
    history, reporter = History(pace.clock), ProgressReporter(on_event)

    def on_progress(progress: Progress) -> None:
        reporter.report(progress, history.record(progress).seconds, pace.is_held)
        if log:
            log.record(progress)

    model, card = train(network, recipe, dataset, plan.seed, on_progress)
    card = replace(card, duration_s=round(card.duration_s - pace.paused_s, 1))
    if log:
        log.write_graph(model)
    on_event(StageEvent("Saving the new version"))
    save = store.save_candidate if is_candidate else store.save_shipped
    saved = save(model, card, history.points)
    on_event(FinishedEvent(saved.name, saved.card))
    if plan.repeated and not arguments.json:
        print(compare(saved.card, plan.repeated))
    return saved


def _yield_to_others() -> None:
    """Whoever is drawing meanwhile goes first."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, 10)


def _show_course(
    recipe: Recipe, arguments: argparse.Namespace, pace: Pace, on_event: OnEvent
) -> Recipe:
    """``recipe`` at that pace, with the reports and snapshots that somebody wants to see."""
    publisher = None
    if arguments.snapshots:
        publisher = Publisher(arguments.snapshots, lambda error: on_event(_tell_lost(error)))
    if arguments.tensorboard or arguments.paused:
        recipe = replace(recipe, report_every=1)
    return replace(recipe, fit=steer(recipe.fit, pace, publisher))


def compare(card: Card, repeated: Card) -> str:
    """Whether a training has come to the same as the one that it repeats."""
    if card.weights_sha256 == repeated.weights_sha256:
        return "Its weights are those of the card, bit for bit."
    text = f"Its weights are not those of the card, of test accuracy {repeated.test_accuracy:.4f}"
    if card.software != repeated.software:
        return f"{text}: that was made with other versions of Python, TensorFlow, Keras or NumPy."
    return f"{text}: that was made on another kind of machine, or in other code."


def _tell_lost(error: OSError) -> NoticeEvent:
    text = "What it learns cannot be watched any more, as the disk says: {why}."
    return NoticeEvent(text.format(why=error.strerror or error))


def print_as_json(event: TrainingEvent) -> None:
    """One line of JSON on standard output, for a program that watches."""
    print(to_json(event), flush=True)


def print_as_text(event: TrainingEvent) -> None:
    """One line for a person: progress overwrites itself, and trouble goes to standard error."""
    match event:
        case ProgressEvent():
            print(f"\r{_describe(event):<{LINE_WIDTH}}", end="", flush=True)
        case StageEvent(text):
            print(f"\r{text:<{LINE_WIDTH}}", end="", flush=True)
        case FinishedEvent(version, card):
            text = f"{version}: test accuracy {card.test_accuracy:.4f}, "
            text += f"test loss {card.test_loss:.4f}, {card.duration_s:.0f} s"
            print(f"\r{text:<{LINE_WIDTH}}")
        case FailedEvent(message) | NoticeEvent(message):
            print(f"\r{message}", file=sys.stderr)


def _describe(event: ProgressEvent) -> str:
    progress, left_s = event.progress, event.seconds_left
    text = f"epoch {progress.epoch}/{progress.epochs}  {progress.fraction:4.0%}"
    text += f"  loss {progress.loss:.4f}"
    text += "" if progress.accuracy is None else f"  accuracy {progress.accuracy:.4f}"
    text += "".join(f"  {name} {value:.4f}" for name, value in progress.metrics.items())
    return text if left_s is None else f"{text}  {left_s:.0f} s left"


def describe_recipes() -> str:
    """A line for each recipe of each network."""
    lines = ["recipes:"]
    for network in get_networks().values():
        lines += [f"  {network.name:12} {r.name:8} {r.title}. {r.about}" for r in network.recipes]
    return "\n".join(lines)


def seed(text: str) -> int:
    """A seed that NumPy takes; ValueError for any other."""
    number = int(text)
    if number not in SEEDS:
        raise ValueError(text)
    return number


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Command line of ``python -m mnist_demo.training``."""
    parser = argparse.ArgumentParser(
        prog="python -m mnist_demo.training",
        description="Train a network into the version that ships in assets/models.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=describe_recipes(),
    )
    parser.add_argument("--network", choices=sorted(get_networks()))
    parser.add_argument("--recipe", help="one of the network's recipes; the tutorial's own if not")
    parser.add_argument(
        "--from-card",
        type=Path,
        metavar="FILE",
        help="repeat a version's training among the candidates: its card, its folder or its ZIP",
    )
    parser.add_argument(
        "--dataset",
        choices=sorted(DATASETS.keys() - {DRAWINGS.name}),
        help="other images than the tutorial's",
    )
    parser.add_argument(
        "--drawings",
        type=Path,
        metavar="FILE",
        help="a file of pen strokes to train on, a fifth of it to test on",
    )
    parser.add_argument("--seed", type=seed, help=f"0 to 4294967295; {DEFAULT_SEED} if not given")
    parser.add_argument(
        "--candidate",
        action="store_true",
        default=IS_INSTALLED,  # what an installed package brought along is not its own to replace
        help="save among the candidates, for a page to keep",
    )
    parser.add_argument(
        WAIT, action="store_true", help="alone: load TensorFlow, then read arguments, a JSON list"
    )
    parser.add_argument("--json", action="store_true", help="print events as JSON lines")
    parser.add_argument(
        "--snapshots", type=Path, metavar="FOLDER", help="put the weights there while it trains"
    )
    parser.add_argument(
        "--steered",
        action="store_true",
        help="follow commands on standard input, and end when it is closed",
    )
    parser.add_argument(
        "--paused", action="store_true", help="wait for a command before the first batch"
    )
    parser.add_argument(
        "--tensorboard", type=Path, metavar="FOLDER", help="log each step and the graph there"
    )
    numbers = parser.add_argument_group("numbers of the recipe to change")
    numbers.add_argument("--learning-rate", type=float)
    numbers.add_argument("--batch-size", type=int)
    numbers.add_argument("--epochs", type=int, help="for a recipe that counts epochs")
    numbers.add_argument("--steps", type=int, help="for a recipe that counts steps")
    numbers.add_argument("--optimizer", choices=OPTIMIZERS)
    numbers.add_argument("--loss", choices=LOSSES)
    numbers.add_argument("--examples", type=int, help="how many of the training images")
    numbers.add_argument("--rotation", type=float, help="rotate them by at most so many degrees")
    numbers.add_argument("--shift", type=float, help="move them by at most so many pixels")
    numbers.add_argument("--thickness", type=float, help="thicken or thin them by so many pixels")
    options = parser.parse_args(arguments)
    if options.wait:
        parser.error("--wait stands alone")
    try:
        make_plan(options)
    except (ValueError, DemoError) as error:
        parser.error(str(error))
    return options


def await_arguments(lines: TextIO) -> list[str] | None:
    """Arguments, a JSON list on a line, once TensorFlow is warm; None at the end of ``lines``."""
    from mnist_demo.training.train import warm_up

    _yield_to_others()
    warm_up()
    print_as_json(StageEvent("Ready"))
    line = lines.readline()
    return json.loads(line) if line else None


def main(arguments: list[str] | None = None) -> int:
    """Program: exit code 0, or 1 after one sentence on what went wrong.

    With ``--wait`` alone, its arguments come later on standard input.
    """
    if (sys.argv[1:] if arguments is None else arguments) == [WAIT]:
        arguments = await_arguments(sys.stdin)
        if arguments is None:  # nobody trains
            return 0
    options = parse_arguments(arguments)
    on_event = print_as_json if options.json else print_as_text
    try:
        run(options, on_event)
    except DemoError as error:
        on_event(FailedEvent(str(error)))
        return 1
    except OSError as error:
        on_event(FailedEvent(str(FileError(error))))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
