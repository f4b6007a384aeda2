"""What ships reads as its cards say, and reaches the tutorials' figures."""

from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.training import FIGURES
from mnist_demo.data.catalogue import DATASETS, load_dataset
from mnist_demo.data.samples import make_handwriting
from mnist_demo.evaluation.keeping import SHIPPED_MEASURES, find_kept
from mnist_demo.networks import get_network
from mnist_demo.paths import SHIPPED_MODELS
from mnist_demo.training.train import measure
from mnist_demo.versions.store import Store, open_store

Handwriting: TypeAlias = tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]
NAMES = sorted(folder.name for folder in SHIPPED_MODELS.iterdir() if folder.is_dir())


@pytest.fixture(scope="module")
def handwriting() -> Handwriting:
    """Every 25th drawing of the rendered handwriting: indices, images and labels."""
    samples = make_handwriting()
    indices = np.arange(0, len(samples), 25)
    return indices, samples.images(indices), samples.labels[indices]


@pytest.fixture
def store() -> Store:
    return open_store()


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_the_test_set_as_its_card_says(
    name: str, store: Store, real_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_DEMO_DATA", str(real_data))
    (version,) = [version for version in store.versions() if version.name == name]
    loss, accuracy = measure(store.load(version), load_dataset(version.card.dataset))
    assert accuracy == pytest.approx(version.card.test_accuracy, abs=2e-4)
    assert loss == pytest.approx(version.card.test_loss, rel=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_the_measures_that_ship_are_those_of_the_weights(
    name: str, store: Store, handwriting: Handwriting
) -> None:
    (version,) = [version for version in store.versions() if version.name == name]
    outcome = find_kept(store, version, version.card.dataset)
    assert outcome
    assert outcome.digits == 10_000
    assert outcome.accuracy == pytest.approx(version.card.test_accuracy, abs=2e-4)
    if not DATASETS[version.card.dataset].are_digits:
        return
    drawn = find_kept(store, version, "handwriting")
    assert drawn
    assert (drawn.digits, len(drawn.labels)) == (2000, 2500)
    indices, images, labels = handwriting
    probabilities = store.load(version).predict(images, verbose=0)
    np.testing.assert_array_equal(drawn.labels[indices], labels)
    np.testing.assert_array_equal(drawn.answers[indices], probabilities.argmax(axis=1))
    np.testing.assert_allclose(drawn.probabilities[indices], probabilities.max(axis=1), atol=1e-4)


def test_no_measures_ship_of_weights_that_are_gone(store: Store) -> None:
    known = tuple(f"{v.name}-{v.card.weights_sha256[:8]}-" for v in store.versions())
    assert all(path.name.startswith(known) for path in SHIPPED_MEASURES.iterdir())


@pytest.mark.parametrize("network", FIGURES)
def test_a_version_of_each_network_reaches_its_tutorials_accuracy(
    network: str, store: Store
) -> None:
    cards = [version.card for version in store.versions(network)]
    assert max(card.test_accuracy for card in cards) >= FIGURES[network]


def test_ten_thousand_steps_read_more_than_97_of_100(store: Store) -> None:
    card = store.shipped("three-layer", "long").card
    assert card.settings["steps"] == 10_000
    assert card.test_accuracy > 0.97


def test_the_squared_error_after_ten_and_fifty_epochs_is_the_tutorials(store: Store) -> None:
    for recipe, most in (("plain", 0.087), ("long", 0.055)):  # the latter: "about 0.05"
        points = store.read_history(store.shipped("variables", recipe))
        last = points[-1].epoch
        assert last == get_network("variables").recipe(recipe).epochs
        losses = [point.loss for point in points if point.epoch == last]
        assert sum(losses) / len(losses) < most
