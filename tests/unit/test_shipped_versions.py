"""What ships reads as its cards say, and reaches the tutorials' figures."""

import pytest

from benchmarks.training import FIGURES
from mnist_demo.datasets import load_dataset
from mnist_demo.networks import get_network
from mnist_demo.store import SHIPPED_FOLDER, open_store
from mnist_demo.training import measure

NAMES = sorted(folder.name for folder in SHIPPED_FOLDER.iterdir())


@pytest.fixture
def store():
    return open_store()


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_the_test_set_as_its_card_says(name, store, shared_data, monkeypatch):
    monkeypatch.setenv("MNIST_DEMO_DATA", str(shared_data))
    (version,) = [version for version in store.versions() if version.name == name]
    loss, accuracy = measure(store.load(version), load_dataset(version.card.dataset))
    assert accuracy == pytest.approx(version.card.test_accuracy, abs=2e-4)
    assert loss == pytest.approx(version.card.test_loss, rel=1e-3)


@pytest.mark.parametrize("network", FIGURES)
def test_a_version_of_each_network_reaches_its_tutorials_accuracy(network, store):
    cards = [version.card for version in store.versions(network)]
    assert max(card.test_accuracy for card in cards) >= FIGURES[network]


def test_ten_thousand_steps_read_more_than_97_of_100(store):
    card = store.shipped("three-layer", "long").card
    assert card.settings["steps"] == 10_000
    assert card.test_accuracy > 0.97


def test_the_squared_error_after_ten_and_fifty_epochs_is_the_tutorials(store):
    for recipe, most in (("plain", 0.087), ("long", 0.055)):  # the latter: "about 0.05"
        points = store.read_history(store.shipped("variables", recipe))
        last = points[-1].epoch
        assert last == get_network("variables").recipe(recipe).epochs
        losses = [point.loss for point in points if point.epoch == last]
        assert sum(losses) / len(losses) < most
