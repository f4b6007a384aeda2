"""What a training must compute, and how fast this machine could: the limit of any recipe.

Only products count: matrix multiplications and convolutions, in the pass forward, for the
gradients of the kernels, and for those of the layers' inputs, which the first layer does not need.
"""

import time

import keras
import numpy as np
import tensorflow as tf

from mnist_demo.networks import Recipe

SIDE = 2048  # of the matrices that are multiplied
REPEATS = 10


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
