"""Prints how near the fast recipes come to what this machine can compute: the limit of any recipe.

Only products count: matrix multiplications and convolutions, in the pass forward, for the
gradients of the kernels, and for those of the layers' inputs, which the first layer does not need.
Trainings and products of large matrices take turns.
"""

import argparse
import os
import statistics
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf

from benchmarks.tutorials import TUTORIALS
from mnist_demo.data.catalogue import load_dataset
from mnist_demo.networks import Recipe, get_network
from mnist_demo.training.train import train

SIDE = 2048  # of the matrices that are multiplied
REPEATS = 10


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.limit", description=__doc__)
    parser.add_argument("--network", nargs="*", choices=list(TUTORIALS), default=list(TUTORIALS))
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    heads = "network | billion operations | billion a second | least s | seconds | of the limit"
    print(f"| {heads} |\n{'|---' * 6}|")
    for name in options.network:
        print(measure_network(name, options.seeds), flush=True)


def measure_network(name: str, seeds: int) -> str:
    """A row of the table, for the README."""
    network = get_network(name)
    recipe, dataset = network.recipe("fast"), load_dataset(network.dataset)
    operations = count_of_training(network.build(), recipe, len(dataset.train_labels))
    speeds, seconds = [], []
    for seed in range(1, seeds + 1):
        speeds.append(measure_speed())
        seconds.append(train(network, recipe, dataset, seed)[1].duration_s)
    speed, duration_s = statistics.median(speeds), statistics.median(seconds)
    least_s = operations / speed
    cells = f"`{name}` | {operations / 1e9:,.0f} | {speed / 1e9:.0f} | {least_s:.2f} | "
    return f"| {cells}{duration_s:.1f} | {least_s / duration_s:.0%} |"


def count_operations(model: keras.Model) -> int:
    """Floating-point operations of a training step for one image; a product and a sum are two."""
    forward = [
        2 * int(np.prod(layer.kernel.shape)) * int(np.prod(layer.output.shape[1:-1]))
        for layer in model.layers
        if isinstance(layer, keras.layers.Dense | keras.layers.Conv2D)
    ]
    return 3 * sum(forward) - forward[0]


def count_of_training(model: keras.Model, recipe: Recipe, images: int) -> int:
    """Floating-point operations of all steps of ``recipe`` on a training set of so many images."""
    steps = recipe.epochs * recipe.count_batches(images)
    return count_operations(model) * recipe.batch_size * steps


def measure_speed() -> float:
    """Floating-point operations a second of a product of large matrices, the best of several."""
    matrix = tf.random.normal((SIDE, SIDE))
    times = []
    for _ in range(REPEATS):
        start_s = time.perf_counter()
        (matrix @ matrix).numpy()
        times.append(time.perf_counter() - start_s)
    return float(2 * SIDE**3 / min(times))


if __name__ == "__main__":
    main()
