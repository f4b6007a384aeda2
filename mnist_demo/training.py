"""Training a network into a new model version; as a program it remakes what is shipped."""

import argparse
import json
import math
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter

import keras
import numpy as np

from mnist_demo.datasets import DATASETS, Dataset, load_dataset
from mnist_demo.errors import DemoError, TrainingDivergedError
from mnist_demo.history import History
from mnist_demo.networks import Network, Progress, Recipe, get_network, get_networks
from mnist_demo.networks.optimization import LOSSES, OPTIMIZERS
from mnist_demo.networks.recipe import REPORT_INTERVAL_S, OnProgress
from mnist_demo.store import Card, Version, open_store
from mnist_demo.tensorboard import EventFile

DEFAULT_SEED = 1
LINE_WIDTH = 110  # of what is printed for a person
SETTINGS = ("learning_rate", "batch_size", "epochs", "steps", "optimizer", "loss")


def train(
    network: Network,
    recipe: Recipe,
    dataset: Dataset,
    seed: int = DEFAULT_SEED,
    on_progress: OnProgress = lambda progress: None,
) -> tuple[keras.Model, Card]:
    """Trained classifier and its card, with loss and accuracy on the test images.

    The weights are rounded to half precision before they are tested: a version's file is half as
    large for it.
    Raises TrainingDivergedError where the loss is no number any more.
    """
    start_s = time.monotonic()
    keras.utils.set_random_seed(seed)
    model = network.build()
    recipe.fit(model, dataset, recipe, refuse_divergence(on_progress))
    round_weights(model)
    duration_s = time.monotonic() - start_s
    test_loss, test_accuracy = measure(model, dataset)
    card = Card(
        network.name,
        recipe.name,
        dataset.name,
        seed,
        recipe.settings,
        test_loss,
        test_accuracy,
        round(duration_s, 1),
        datetime.now(UTC).isoformat(timespec="seconds"),
        describe_software(),
    )
    return model, card


def refuse_divergence(on_progress: OnProgress) -> OnProgress:
    """``on_progress`` with a look at the loss first."""

    def report(progress: Progress) -> None:
        if not math.isfinite(progress.loss):
            raise TrainingDivergedError(
                "The training has diverged, its loss is no number any more: "
                "choose a smaller learning rate."
            )
        on_progress(progress)

    return report


def round_weights(model: keras.Model) -> None:
    """Round all weights to the nearest half-precision number; they stay float32."""
    limit = np.finfo(np.float16).max
    rounded = [np.clip(values, -limit, limit).astype(np.float16) for values in model.get_weights()]
    model.set_weights([values.astype(np.float32) for values in rounded])


def measure(model: keras.Model, dataset: Dataset) -> tuple[float, float]:
    """Mean cross-entropy and accuracy in [0, 1] of ``model`` on the test images."""
    probabilities = model.predict(dataset.test_images, batch_size=512, verbose=0)
    of_label = probabilities[np.arange(len(probabilities)), dataset.test_labels]
    loss = -np.log(np.maximum(of_label, keras.config.epsilon())).mean()
    accuracy = (probabilities.argmax(axis=1) == dataset.test_labels).mean()
    return float(loss), float(accuracy)


def describe_software() -> dict[str, str]:
    """Versions of what a training's result depends on."""
    packages = ("tensorflow", "keras", "numpy")
    return {"python": platform.python_version()} | {
        name: package_version(name) for name in packages
    }


Emit = Callable[[dict[str, Any]], None]


class EventWriter:
    """Turns what happens in a training into events: dictionaries that JSON can hold."""

    def __init__(self, emit: Emit) -> None:
        self.emit = emit
        self.start_s = self.next_event_s = 0.0

    def start(self) -> None:
        """The training begins: what follows is counted from here."""
        self.start_s = time.monotonic()

    def stage(self, text: str, fraction: float | None = None) -> None:
        """Say what is being done beside training itself; ``fraction`` is in [0, 1]."""
        self.emit({"event": "stage", "text": text, "fraction": fraction})

    def progress(self, progress: Progress) -> None:
        """Say how far the training is, and how long the rest will take at this pace.

        A few times a second are enough, and once at the end of each epoch.
        """
        now_s = time.monotonic()
        if now_s < self.next_event_s and progress.batch < progress.batches:
            return
        self.next_event_s = now_s + REPORT_INTERVAL_S
        elapsed_s = now_s - self.start_s
        left_s = elapsed_s * (1 - progress.fraction) / progress.fraction
        self.emit(
            {"event": "progress", **asdict(progress), "fraction": progress.fraction}
            | {"seconds": round(elapsed_s, 3)}
            | {"seconds_left": round(left_s, 1) if elapsed_s > 1 else None}
        )


def run(arguments: argparse.Namespace, emit: Emit) -> Version:
    """Load the data, train, test and save, telling ``emit`` all the while."""
    if arguments.candidate and hasattr(os, "nice"):
        os.nice(10)  # whoever is drawing meanwhile goes first
    events = EventWriter(emit)
    network = get_network(arguments.network)
    recipe = choose_recipe(network, arguments)
    name = arguments.dataset or network.dataset
    events.stage(f"Loading {name}")
    dataset = load_dataset(name, lambda share: events.stage(f"Getting {name}", share))
    events.stage("Preparing the training")
    log = None
    if arguments.tensorboard:
        started = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        log = EventFile(arguments.tensorboard / f"{network.name}-{recipe.name}-{started}")

    history = History()
    events.start()

    def on_progress(progress: Progress) -> None:
        history.record(progress)
        events.progress(progress)
        if log:
            log.record(progress)

    model, card = train(network, recipe, dataset, arguments.seed, on_progress)
    if log:
        log.write_graph(model)
    events.stage("Saving the new version")
    store = open_store()
    save = store.save_candidate if arguments.candidate else store.save_shipped
    saved = save(model, card, history.points)
    emit({"event": "finished", "version": saved.name, **asdict(saved.card)})
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
    if arguments.tensorboard:
        changes["report_every"] = 1
    return replace(recipe, **changes)


def print_as_json(event: dict[str, Any]) -> None:
    """One line of JSON on standard output, for a program that watches."""
    print(json.dumps(event), flush=True)  # noqa: T201


def print_as_text(event: dict[str, Any]) -> None:
    """One line for a person: progress overwrites itself."""
    match event["event"]:
        case "progress":
            accuracy = event["accuracy"]
            text = f"epoch {event['epoch']}/{event['epochs']}  {event['fraction']:4.0%}"
            text += f"  loss {event['loss']:.4f}"
            text += "" if accuracy is None else f"  accuracy {accuracy:.4f}"
            text += "".join(f"  {name} {value:.4f}" for name, value in event["metrics"].items())
            left_s = event["seconds_left"]
            text += "" if left_s is None else f"  {left_s:.0f} s left"
            print(f"\r{text:<{LINE_WIDTH}}", end="", flush=True)  # noqa: T201
        case "stage":
            print(f"\r{event['text']:<{LINE_WIDTH}}", end="", flush=True)  # noqa: T201
        case "finished":
            print(  # noqa: T201
                f"\r{event['version']}: test accuracy {event['test_accuracy']:.4f}, "
                f"test loss {event['test_loss']:.4f}, {event['duration_s']:.0f} s".ljust(LINE_WIDTH)
            )


def describe_recipes() -> str:
    """A line for each recipe of each network."""
    lines = ["recipes:"]
    for network in get_networks().values():
        lines += [f"  {network.name:12} {r.name:8} {r.title}" for r in network.recipes]
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
        "--candidate", action="store_true", help="save among the candidates, for a page to keep"
    )
    parser.add_argument("--json", action="store_true", help="print events as JSON lines")
    parser.add_argument(
        "--tensorboard", type=Path, metavar="FOLDER", help="log each step and the graph there"
    )
    numbers = parser.add_argument_group("numbers of the recipe to change")
    numbers.add_argument("--learning-rate", type=float)
    numbers.add_argument("--batch-size", type=int)
    numbers.add_argument("--epochs", type=int, help="for a recipe that counts epochs")
    numbers.add_argument("--steps", type=int, help="for a recipe that counts steps")
    numbers.add_argument("--optimizer", choices=sorted(OPTIMIZERS))
    numbers.add_argument("--loss", choices=sorted(LOSSES))
    options = parser.parse_args(arguments)
    try:
        choose_recipe(get_network(options.network), options)
    except ValueError as error:
        parser.error(str(error))
    return options


def main(arguments: list[str] | None = None) -> int:
    """Program: exit code 0, or 1 after one sentence on what went wrong."""
    options = parse_arguments(arguments)
    try:
        run(options, print_as_json if options.json else print_as_text)
    except DemoError as error:
        if options.json:
            print_as_json({"event": "failed", "message": str(error)})
        else:
            print(f"\r{error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
