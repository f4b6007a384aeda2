"""Prints the table of the networks: the tutorials' figures and ours, in accuracy and seconds.

The ways of training take turns, once for each seed, so that a busy machine slows all of them;
seconds are medians. Nothing else should run meanwhile all the same.
"""

import argparse
import json
import os
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras

from benchmarks.tutorials import TUTORIALS, measure_accuracy
from mnist_demo.data.catalogue import load_dataset
from mnist_demo.data.dataset import Dataset
from mnist_demo.networks import get_network
from mnist_demo.training.train import train

FIGURES = {
    "keras-cnn": 0.9906,
    "convnet": 0.9777,
    "three-layer": 0.9571,
    "variables": 0.7847,
    "fashion": 0.8878,
}


@dataclass(frozen=True)
class Measurement:
    """Several trainings in one way: test accuracies in [0, 1] and seconds."""

    network: str
    way: str
    accuracies: list[float]
    seconds: list[float]

    def __str__(self) -> str:
        mean, spread = statistics.mean(self.accuracies), max(self.accuracies) - min(self.accuracies)
        return (
            f"{self.network:12} {self.way:9} accuracy {mean:.4f} (spread {spread:.4f}), "
            f"{statistics.median(self.seconds):6.1f} s"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__)
    parser.add_argument("--network", nargs="*", choices=list(FIGURES), default=list(FIGURES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    options = parser.parse_args()
    results = {}
    for name in options.network:
        results[name] = measure_network(name, options.seeds)
        if options.json:  # after each: what follows may take an hour
            values = {name: [asdict(way) for way in ways] for name, ways in results.items()}
            options.json.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    print_table(results)


def measure_network(name: str, seeds: int) -> list[Measurement]:
    """The tutorial's way, its recipe here and the fast one, in turns."""
    network = get_network(name)
    dataset = load_dataset(network.dataset)
    names = ("tutorial", network.tutorial_recipe.name, "fast")
    ways = [Measurement(name, way, [], []) for way in names]
    for seed in range(1, seeds + 1):
        for way in ways:
            train_once(way, dataset, seed)
    for way in ways:
        print(way, flush=True)
    return ways


def train_once(measurement: Measurement, dataset: Dataset, seed: int) -> None:
    """Add a training to the measurement; the seconds are without the test."""
    if measurement.way == "tutorial":
        keras.utils.set_random_seed(seed)
        start_s = time.perf_counter()
        answer = TUTORIALS[measurement.network](dataset)
        measurement.seconds.append(time.perf_counter() - start_s)
        measurement.accuracies.append(measure_accuracy(answer, dataset))
    else:
        network = get_network(measurement.network)
        card = train(network, network.recipe(measurement.way), dataset, seed)[1]
        measurement.accuracies.append(card.test_accuracy)
        measurement.seconds.append(card.duration_s)


def print_table(results: dict[str, list[Measurement]]) -> None:
    """In Markdown, for the README."""
    heads = "network | tutorial says | its way here | our recipe | fast recipe | seconds | ratio"
    print(f"\n| {heads} |\n{'|---' * 7}|")
    for name, ways in results.items():
        tutorial_s, recipe_s, fast_s = (statistics.median(way.seconds) for way in ways)
        cells = [f"`{name}`", f"{FIGURES[name]:.4f}", *(mean_and_spread(way) for way in ways)]
        cells += [f"{tutorial_s:.1f}, {recipe_s:.1f}, {fast_s:.1f}", f"{tutorial_s / fast_s:.1f}"]
        print(f"| {' | '.join(cells)} |")


def mean_and_spread(way: Measurement) -> str:
    """The mean, and half of the way from the lowest to the highest."""
    mean = statistics.mean(way.accuracies)
    return f"{mean:.4f} ± {(max(way.accuracies) - min(way.accuracies)) / 2:.4f}"


if __name__ == "__main__":
    main()
