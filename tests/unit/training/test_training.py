"""Training learns, says truly how far it is and how good it got, and repeats with its seed."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime

import keras
import numpy as np
import pytest

from mnist_demo.data.dataset import Dataset
from mnist_demo.networks import get_network
from mnist_demo.networks.recipe import Progress
from mnist_demo.training.train import measure, train
from mnist_demo.versions.card import Card

NETWORK = get_network("keras-cnn")
PLAIN = NETWORK.recipe("plain")
RECIPE = dataclasses.replace(PLAIN, batch_size=16, epochs=6, averaging=0.9)  # for tiny data


@pytest.fixture(scope="module")
def training(tiny_dataset: Dataset) -> tuple[keras.Model, Card, list[Progress]]:
    """A finished training: classifier, card and all that was reported."""
    reports: list[Progress] = []
    return *train(NETWORK, RECIPE, tiny_dataset, seed=5, on_progress=reports.append), reports


def test_loss_falls_and_accuracy_rises(
    training: tuple[keras.Model, Card, list[Progress]], tiny_dataset: Dataset
) -> None:
    _, card, reports = training
    assert reports[-1].loss < 0.7 * reports[0].loss
    first, last = reports[0].accuracy, reports[-1].accuracy
    assert first is not None
    assert last is not None
    assert last > first
    assert card.test_accuracy > 0.3  # a guess is right one time in ten


def test_progress_only_rises_and_ends_at_one(
    training: tuple[keras.Model, Card, list[Progress]], tiny_dataset: Dataset
) -> None:
    *_, reports = training
    fractions = [report.fraction for report in reports]
    assert fractions == sorted(set(fractions))
    assert fractions[0] > 0
    assert fractions[-1] == 1
    assert {report.epoch for report in reports} == set(range(1, RECIPE.epochs + 1))
    assert {report.epochs for report in reports} == {RECIPE.epochs}
    images = len(tiny_dataset.train_images)
    assert {report.batches for report in reports} == {images // RECIPE.batch_size}
    assert all(0 < report.batch <= report.batches for report in reports)


def test_card_says_what_keras_measures(
    training: tuple[keras.Model, Card, list[Progress]], tiny_dataset: Dataset
) -> None:
    model, card, _ = training
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = model.evaluate(tiny_dataset.test_images, tiny_dataset.test_labels, verbose=0)
    assert card.test_loss == pytest.approx(loss, rel=1e-4)
    assert card.test_accuracy == pytest.approx(accuracy)


def test_card_says_how_the_version_was_made(
    training: tuple[keras.Model, Card, list[Progress]],
) -> None:
    _, card, _ = training
    assert (card.network, card.recipe, card.dataset, card.seed) == (
        "keras-cnn",
        "plain",
        "mnist",
        5,
    )
    assert card.settings["epochs"] == RECIPE.epochs
    assert card.settings["batch_size"] == RECIPE.batch_size
    assert card.settings["optimizer"] == "adam"
    assert card.duration_s > 0
    assert card.software["keras"] == keras.__version__
    age = datetime.now(UTC) - datetime.fromisoformat(card.created)
    assert 0 <= age.total_seconds() < 600


def test_same_seed_gives_the_same_weights_and_another_others(tiny_dataset: Dataset) -> None:
    recipe = dataclasses.replace(RECIPE, epochs=1)
    one, same, other = (
        train(NETWORK, recipe, tiny_dataset, seed=seed)[0].get_weights() for seed in (7, 7, 8)
    )
    for weights, repeated in zip(one, same, strict=True):
        np.testing.assert_array_equal(weights, repeated)
    assert not np.array_equal(one[0], other[0])


def test_measure_is_the_cross_entropy_of_what_the_model_says(
    tiny_dataset: Dataset, make_model: Callable[..., keras.Model]
) -> None:
    model = make_model()
    loss, accuracy = measure(model, tiny_dataset)
    probabilities = model.predict(tiny_dataset.test_images, verbose=0).astype(np.float64)
    labels = tiny_dataset.test_labels
    expected = np.mean(
        [-np.log(row[label]) for row, label in zip(probabilities, labels, strict=True)]
    )
    assert loss == pytest.approx(expected, rel=1e-4)
    assert accuracy == np.mean(
        [row.argmax() == label for row, label in zip(probabilities, labels, strict=True)]
    )


def test_the_tutorials_network_has_the_tutorials_layers_and_numbers() -> None:
    model = NETWORK.build()
    kinds = [type(layer).__name__ for layer in model.layers[1:]]
    assert kinds == [
        "Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Conv2D",
        "Flatten", "Dense", "Dense", "Softmax",
    ]  # fmt: skip
    channels = [layer.filters for layer in model.layers if hasattr(layer, "filters")]
    assert channels == [32, 64, 64]
    assert model.count_params() == 93_322
    plain = NETWORK.recipe("plain")
    assert (plain.epochs, plain.batch_size, plain.optimizer) == (5, 32, "adam")
    assert plain.loss == "sparse_categorical_crossentropy"


def test_unknown_recipe_is_named_with_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"no-such-recipe.*plain"):
        NETWORK.recipe("no-such-recipe")
