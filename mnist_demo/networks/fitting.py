"""Two ways of training that do for any network: Keras's ``fit``, and a fast loop in memory."""

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.datasets import Dataset
from mnist_demo.networks.optimization import LOSSES, Tensor, accuracy, make_optimizer, squared_error
from mnist_demo.networks.recipe import OnProgress, Progress, Recipe


def without_softmax(model: keras.Model) -> keras.Model:
    """The same layers and weights up to ``logits``, which losses take: that is more stable."""
    return keras.Model(model.inputs[0], model.get_layer("logits").output)


def fit_with_keras(
    model: keras.Model, dataset: Dataset, recipe: Recipe, on_progress: OnProgress
) -> None:
    """Train with ``compile`` and ``fit``; the loss is that of the probabilities."""
    batches = recipe.count_batches(len(dataset.train_labels))
    model.compile(
        optimizer=make_optimizer(recipe, recipe.epochs * batches),
        loss=squared_error if recipe.loss == "mean_squared_error" else recipe.loss,
        metrics=["accuracy"],
    )
    model.fit(
        dataset.train_images,
        dataset.train_labels,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        callbacks=[ProgressCallback(recipe, on_progress)],
        verbose=0,
    )


class ProgressCallback(keras.callbacks.Callback):  # type: ignore[misc]
    """Reports the progress of ``fit`` now and then, and at the end of each epoch."""

    def __init__(self, recipe: Recipe, on_progress: OnProgress) -> None:
        super().__init__()
        self.recipe = recipe
        self.on_progress = on_progress
        self.epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Remember the epoch, which Keras counts from 0."""
        self.epoch = epoch + 1

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Report loss and accuracy of the epoch so far; Keras counts batches from 0."""
        done, batches = batch + 1, self.params["steps"]
        if logs is None or (done % self.recipe.report_every and done != batches):
            return
        loss, share = float(logs["loss"]), float(logs["accuracy"])
        self.on_progress(Progress(self.epoch, self.recipe.epochs, done, batches, loss, share))


def fit_in_memory(
    model: keras.Model, dataset: Dataset, recipe: Recipe, on_progress: OnProgress
) -> None:
    """Train fast: batches are rows of the arrays in memory, and a step is one graph."""
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
            loss, share = train_step(dataset.train_images[rows], dataset.train_labels[rows])
            if batch % recipe.report_every == 0 or batch == batches:
                done = (epoch, recipe.epochs, batch, batches)
                on_progress(Progress(*done, float(loss), float(share)))


def shuffle_rows(images: int, batch_size: int, batches: int) -> NDArray[np.int64]:
    """Rows of the training set, (batches, batch_size), each once before any comes again."""
    passes = -(-batches * batch_size // images)
    rows = np.concatenate([np.random.permutation(images) for _ in range(passes)])
    return rows[: batches * batch_size].reshape(batches, batch_size)
