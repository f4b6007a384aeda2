"""Fixtures of the unit tests: a store of its own, and models to put into it."""

import keras
import pytest

from mnist_demo.networks import get_network
from mnist_demo.store import Card, Store, open_store

NETWORK = "keras-cnn"


@pytest.fixture
def store(tmp_path):
    """Store with nothing in it yet."""
    return Store(tmp_path / "shipped", tmp_path / "models")


@pytest.fixture(scope="session")
def make_model():
    """Function from a seed to an untrained classifier."""

    def make(seed=1):
        keras.utils.set_random_seed(seed)
        return get_network(NETWORK).build()

    return make


@pytest.fixture(scope="session")
def model(make_model):
    return make_model()


@pytest.fixture
def make_card():
    """Function from an accuracy to a card."""

    def make(accuracy=0.9, created="2026-01-02T03:04:05+00:00", network=NETWORK):
        return Card(network, "plain", "mnist", 1, {"epochs": 5}, 0.1, accuracy, 2.0, created)

    return make


@pytest.fixture
def reopened():
    """Function to the store as the next server finds it."""
    return lambda store: Store(store.shipped_folder, store.trained_folder)


@pytest.fixture
def project_store(own_folders):
    """Store that a program started by this test uses."""
    return open_store()
