"""Trains a network and measures what has come of it."""

import math
import platform
import time
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version as package_version

import keras
import numpy as np
import tensorflow as tf

from mnist_demo.data.dataset import Dataset, draw_examples
from mnist_demo.errors import TrainingDivergedError, TrainingMemoryError
from mnist_demo.networks import Network, OnProgress, Progress, Recipe, get_network
from mnist_demo.networks.augmentation import fit_augmented
from mnist_demo.versions.card import Card
from mnist_demo.versions.weights import to_half


def train(
    network: Network,
    recipe: Recipe,
    dataset: Dataset,
    seed: int = 1,
    on_progress: OnProgress = lambda progress: None,
) -> tuple[keras.Model, Card]:
    """Trained classifier and its card, with loss and accuracy on the test images.

    The weights are rounded to half precision before they are tested: a version's file is half as
    large for it.
    Raises TrainingDivergedError where the loss is no number any more, TrainingMemoryError, and
    DatasetError where there are fewer examples than the recipe wants.
    """
    start_s = time.monotonic()
    if recipe.examples:
        dataset = draw_examples(dataset, recipe.examples, seed)
    keras.utils.set_random_seed(seed)
    model = network.build()
    try:
        fit_augmented(model, dataset, recipe, reject_divergence(on_progress))
    except (MemoryError, tf.errors.ResourceExhaustedError) as error:
        raise TrainingMemoryError from error
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
        data_sha256=dataset.sha256,
    )
    return model, card


def warm_up() -> None:
    """Take one step of a small network, for TensorFlow's start and its first graph to be over."""
    image, label = np.zeros((1, 28, 28, 1), np.float32), np.zeros(1, np.int64)
    network = get_network("three-layer")
    recipe = replace(network.recipe("fast"), steps=1)
    train(network, recipe, Dataset(network.dataset, image, label, image, label))


def reject_divergence(on_progress: OnProgress) -> OnProgress:
    """``on_progress`` with a look at the loss first."""

    def report(progress: Progress) -> None:
        if not math.isfinite(progress.loss):
            raise TrainingDivergedError(
                "The training has diverged, and its loss is no longer a number: choose a smaller "
                "learning rate."
            )
        on_progress(progress)

    return report


def round_weights(model: keras.Model) -> None:
    """Round all weights to the nearest half-precision number; they stay float32."""
    model.set_weights([to_half(values).astype(np.float32) for values in model.get_weights()])


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
