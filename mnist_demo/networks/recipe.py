"""What a network and a training recipe are."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import keras

from mnist_demo.datasets import Dataset

REPORT_INTERVAL_S = 0.2


@dataclass(frozen=True)
class Progress:
    """How far a training has come; counts start at 1, ``accuracy`` is that of the epoch so far."""

    epoch: int
    epochs: int
    batch: int
    batches: int
    loss: float
    accuracy: float | None

    @property
    def fraction(self) -> float:
        """Share of all batches that is done, in [0, 1]."""
        return ((self.epoch - 1) * self.batches + self.batch) / (self.epochs * self.batches)


OnProgress = Callable[[Progress], None]


class Fit(Protocol):
    """Changes the weights of ``model``, a classifier built by the network, in place."""

    def __call__(
        self, model: keras.Model, dataset: Dataset, recipe: "Recipe", on_progress: OnProgress
    ) -> None:
        """Train on ``dataset.train_images`` and report with `on_progress`."""


@dataclass(frozen=True)
class Recipe:
    """How a network is trained: the numbers of a lesson, and the loop that uses them."""

    name: str
    title: str
    fit: Fit
    batch_size: int
    epochs: int
    optimizer: str = "adam"
    learning_rate: float = 0.001
    loss: str = "sparse_categorical_crossentropy"


@dataclass(frozen=True)
class Network:
    """One lesson: its layers and its recipes.

    ``build`` gives a classifier from (n, 28, 28, 1) float32 in [0, 1] to (n, 10) probabilities,
    a functional Keras model whose last two layers are named ``logits`` and ``probabilities``.
    """

    name: str
    title: str
    dataset: str
    build: Callable[[], keras.Model]
    recipes: tuple[Recipe, ...]

    def recipe(self, name: str) -> Recipe:
        """Recipe called ``name``; KeyError with the names there are otherwise."""
        for recipe in self.recipes:
            if recipe.name == name:
                return recipe
        names = ", ".join(recipe.name for recipe in self.recipes)
        raise KeyError(f"{self.name} has no recipe {name!r}, only {names}")


def fit_with_keras(
    model: keras.Model, dataset: Dataset, recipe: Recipe, on_progress: OnProgress
) -> None:
    """Train with ``compile`` and ``fit``."""
    optimizer = keras.optimizers.get(recipe.optimizer)
    optimizer.learning_rate = recipe.learning_rate
    model.compile(optimizer=optimizer, loss=recipe.loss, metrics=["accuracy"])
    model.fit(
        dataset.train_images,
        dataset.train_labels,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        callbacks=[ProgressCallback(recipe.epochs, on_progress)],
        verbose=0,
    )


class ProgressCallback(keras.callbacks.Callback):  # type: ignore[misc]
    """Reports the progress of ``fit``, a few times a second and at the end of each epoch."""

    def __init__(self, epochs: int, on_progress: OnProgress) -> None:
        super().__init__()
        self.epochs = epochs
        self.on_progress = on_progress
        self.epoch = 0
        self.next_report_s = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Remember the epoch, which Keras counts from 0."""
        self.epoch = epoch + 1

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Report unless the last report is fresh; Keras counts batches from 0."""
        batches = self.params["steps"]
        is_last = batch + 1 == batches
        if logs is None or (time.monotonic() < self.next_report_s and not is_last):
            return
        self.next_report_s = time.monotonic() + REPORT_INTERVAL_S
        accuracy = logs.get("accuracy")
        self.on_progress(
            Progress(
                self.epoch,
                self.epochs,
                batch + 1,
                batches,
                float(logs["loss"]),
                None if accuracy is None else float(accuracy),
            )
        )
