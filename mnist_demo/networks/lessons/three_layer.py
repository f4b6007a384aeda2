"""The three-layer lesson: a graph that is built once and fed with batch after batch."""

from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from mnist_demo.data.dataset import Dataset
from mnist_demo.networks.optimization import LOSSES, Tensor, accuracy, make_optimizer
from mnist_demo.networks.recipe import OnProgress, Progress, Recipe
from mnist_demo.networks.training_loop import without_softmax


def build() -> keras.Model:
    """784-128-64-10: 109,386 parameters.

    Weights start as Glorot has it, spread by the numbers of inputs and outputs: had all started
    at zero, the units of a layer would get the same gradient for ever. Biases may start there.
    """
    start = {"kernel_initializer": "glorot_uniform", "bias_initializer": "zeros"}
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Flatten(name="flatten")(image)  # (784,)
    x = layers.Dense(128, activation="relu", **start, name="dense_1")(x)
    x = layers.Dense(64, activation="relu", **start, name="dense_2")(x)
    logits = layers.Dense(10, **start, name="logits")(x)
    probabilities = layers.Softmax(name="probabilities")(logits)
    return keras.Model(image, probabilities, name="three-layer")


def fit(model: keras.Model, dataset: Dataset, recipe: Recipe, on_progress: OnProgress) -> None:
    """Feed ``recipe.steps`` batches to a graph; its arguments are what placeholders once were."""
    network = without_softmax(model)
    compute_loss = LOSSES[recipe.loss]
    steps = recipe.count_batches(len(dataset.train_labels))
    optimizer = make_optimizer(recipe, steps)
    placeholders = [
        tf.TensorSpec((None, 28, 28, 1), tf.float32),
        tf.TensorSpec((None,), tf.int64),
    ]

    @tf.function(input_signature=placeholders)
    def train_step(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        with tf.GradientTape() as tape:
            logits = network(images, training=True)
            cost = compute_loss(labels, logits)  # of logits: softmax and logarithm in one
        gradients = tape.gradient(cost, network.trainable_variables)
        optimizer.apply(gradients, network.trainable_variables)
        return cost, accuracy(labels, logits)

    batches = draw_batches(len(dataset.train_labels), recipe.batch_size)
    for step in range(1, steps + 1):
        rows = next(batches)
        cost, hits = train_step(dataset.train_images[rows], dataset.train_labels[rows])
        if step % recipe.report_every == 0 or step == steps:
            on_progress(Progress(1, 1, step, steps, float(cost), float(hits)))
    optimizer.finalize_variable_values(network.trainable_variables)  # their EMA, if there is one


def draw_batches(images: int, batch_size: int) -> Iterator[NDArray[np.int64]]:
    """Rows for batch after batch without end; each image once before any comes again."""
    waiting = np.empty(0, np.int64)
    while True:
        while len(waiting) < batch_size:
            waiting = np.concatenate([waiting, np.random.permutation(images)])
        batch, waiting = waiting[:batch_size], waiting[batch_size:]
        yield batch
