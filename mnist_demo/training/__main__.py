"""Training a network into a new model version; as a program it remakes what is shipped."""

import argparse
import os
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter

from mnist_demo.data.catalogue import DATASETS, load_dataset
from mnist_demo.errors import DemoError
from mnist_demo.language import N_
from mnist_demo.networks import Network, Progress, Recipe, get_network, get_networks
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
from mnist_demo.training.pace import Pace
from mnist_demo.training.snapshot import Publisher, steer
from mnist_demo.versions.card import Version
from mnist_demo.versions.history import History
from mnist_demo.versions.store import open_store

DEFAULT_SEED = 1
LINE_WIDTH = 110  # of what is printed for a person
STAGES = (  # what a page translates
    N_("Loading mnist"),
    N_("Getting mnist"),
    N_("Loading fashion-mnist"),
    N_("Getting fashion-mnist"),
    N_("Loading handwriting"),
    N_("Getting handwriting"),
    N_("Preparing the training"),
    N_("Saving the new version"),
)
SETTINGS = ("learning_rate", "batch_size", "epochs", "steps", "optimizer", "loss")


def run(arguments: argparse.Namespace, on_event: OnEvent) -> Version:
    """Load the data, train, test and save, and say so all the while."""
    if arguments.candidate and hasattr(os, "nice"):
        os.nice(10)  # whoever is drawing meanwhile goes first
    pace = Pace(0 if arguments.paused else None, lambda: on_event(PausedEvent()))
    if arguments.steered:
        threading.Thread(target=pace.follow, args=(sys.stdin,), daemon=True).start()
    network = get_network(arguments.network)
    recipe = choose_recipe(network, arguments)
    name = arguments.dataset or network.dataset
    on_event(StageEvent(f"Loading {name}"))
    dataset = load_dataset(name, lambda done: on_event(StageEvent(f"Getting {name}", done)))
    on_event(StageEvent("Preparing the training"))
    from mnist_demo.training.tensorboard import EventFile  # both load TensorFlow
    from mnist_demo.training.train import train

    publisher = None
    if arguments.snapshots:
        publisher = Publisher(arguments.snapshots, lambda error: on_event(_tell_lost(error)))
    recipe = replace(recipe, fit=steer(recipe.fit, pace, publisher))
    log = None
    if arguments.tensorboard:
        started = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        log = EventFile(arguments.tensorboard / f"{network.name}-{recipe.name}-{started}")
    history, reporter = History(pace.clock), ProgressReporter(on_event)

    def on_progress(progress: Progress) -> None:
        reporter.report(progress, history.record(progress).seconds, pace.is_held)
        if log:
            log.record(progress)

    model, card = train(network, recipe, dataset, arguments.seed, on_progress)
    card = replace(card, duration_s=round(card.duration_s - pace.paused_s, 1))
    if log:
        log.write_graph(model)
    on_event(StageEvent("Saving the new version"))
    store = open_store()
    save = store.save_candidate if arguments.candidate else store.save_shipped
    saved = save(model, card, history.points)
    on_event(FinishedEvent(saved.name, saved.card))
    return saved


def choose_recipe(network: Network, arguments: argparse.Namespace) -> Recipe:
    """The recipe that the command line names, with the numbers that it changes.

    Raises ValueError for a recipe that there is not, or a number that cannot be changed.
    """
    if arguments.recipe is None:
        recipe = network.default_recipe
    else:
        try:
            recipe = network.recipe(arguments.recipe)
        except KeyError as error:
            raise ValueError(error.args[0]) from error
    changes = {name: getattr(arguments, name) for name in SETTINGS}
    changes = {name: value for name, value in changes.items() if value is not None}
    for name in changes:
        if name not in recipe.adjustable:
            raise ValueError(
                f"the recipe {recipe.name} of {network.name} has no {name} to change, "
                f"only {', '.join(recipe.adjustable)}"
            )
    if arguments.tensorboard or arguments.paused:
        changes["report_every"] = 1
    return replace(recipe, **changes)


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


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Command line of ``python -m mnist_demo.training``."""
    parser = argparse.ArgumentParser(
        prog="python -m mnist_demo.training",
        description="Train a network into the version that ships in assets/models.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=describe_recipes(),
    )
    parser.add_argument("--network", required=True, choices=sorted(get_networks()))
    parser.add_argument("--recipe", help="one of the network's recipes; the tutorial's own if not")
    parser.add_argument(
        "--dataset", choices=sorted(DATASETS), help="other images than the tutorial's"
    )
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument(
        "--candidate",
        action="store_true",
        default=IS_INSTALLED,  # what an installed package brought along is not its own to replace
        help="save among the candidates, for a page to keep",
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
    options = parser.parse_args(arguments)
    try:
        choose_recipe(get_network(options.network), options)
    except ValueError as error:
        parser.error(str(error))
    return options


def main(arguments: list[str] | None = None) -> int:
    """Program: exit code 0, or 1 after one sentence on what went wrong."""
    options = parse_arguments(arguments)
    on_event = print_as_json if options.json else print_as_text
    try:
        run(options, on_event)
    except DemoError as error:
        on_event(FailedEvent(str(error)))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
