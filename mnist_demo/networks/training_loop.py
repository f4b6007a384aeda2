"""A fast training loop that works for any network: batches are rows of arrays in memory."""

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.data.dataset import Dataset
from mnist_demo.networks.optimization import LOSSES, Tensor, accuracy, make_optimizer
from mnist_demo.networks.recipe import OnProgress, Progress, Recipe


def without_softmax(model: keras.Model) -> keras.Model:
    """The same layers and weights up to ``logits``, which losses take: that is more stable."""
    return keras.Model(model.inputs[0], model.get_layer("logits").output)


def fit_in_memory(
    model: keras.Model, dataset: Dataset, recipe: Recipe, on_progress: OnProgress
) -> None:
    """Train fast: each step is one graph, its batch a few rows of the arrays in memory."""
    network = without_softmax(model)
    weights, compute_loss = network.trainable_variables, LOSSES[recipe.loss]
    batches = recipe.count_batches(len(dataset.train_labels))
    optimizer = make_optimizer(recipe, recipe.epochs * batches)
    optimizer.build(weights)

    @tf.function(autograph=False)  # no control flow to rewrite: the first step comes sooner
    def train_step(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        with tf.GradientTape() as tape:
            logits = network(images, training=True)
            loss = compute_loss(labels, logits)
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss, accuracy(labels, logits)

    for epoch in range(1, recipe.epochs + 1):
        order = shuffle_rows(len(dataset.train_labels), recipe.batch_size, batches)
        for batch, rows in enumerate(order, start=1):
            loss, hits = train_step(dataset.train_images[rows], dataset.train_labels[rows])
            if batch % recipe.report_every == 0 or batch == batches:
                done = (epoch, recipe.epochs, batch, batches)
                on_progress(Progress(*done, float(loss), float(hits)))
    optimizer.finalize_variable_values(weights)  # their EMA, if there is one


def shuffle_rows(images: int, batch_size: int, batches: int) -> NDArray[np.int64]:
    """Rows of the training set, (batches, batch_size), each once before any comes again."""
    passes = -(-batches * batch_size // images)
    rows = np.concatenate([np.random.permutation(images) for _ in range(passes)])
    return rows[: batches * batch_size].reshape(batches, batch_size)
