"""Fixtures of the unit tests: a store of its own, and models to put into it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest

from mnist_demo.networks import get_network
from mnist_demo.versions.card import Card
from mnist_demo.versions.store import Store, open_store

NETWORK = "keras-cnn"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Store with nothing in it yet."""
    return Store(tmp_path / "shipped", tmp_path / "models")


@pytest.fixture(scope="session")
def make_model() -> Callable[..., keras.Model]:
    """Function from a seed to an untrained classifier."""

    def make(seed: int = 1) -> keras.Model:
        keras.utils.set_random_seed(seed)
        return get_network(NETWORK).build()

    return make


@pytest.fixture(scope="session")
def model(make_model: Callable[..., keras.Model]) -> keras.Model:
    return make_model()


@pytest.fixture
def make_card() -> Callable[..., Card]:
    """Function from an accuracy to a card."""

    def make(
        accuracy: float = 0.9, created: str = "2026-01-02T03:04:05+00:00", network: str = NETWORK
    ) -> Card:
        return Card(network, "plain", "mnist", 1, {"epochs": 5}, 0.1, accuracy, 2.0, created)

    return make


@pytest.fixture
def reopened() -> Callable[..., Any]:
    """Function to the store as the next server finds it."""
    return lambda store: Store(store.shipped_folder, store.trained_folder)


@pytest.fixture
def project_store(own_folders: Path) -> Store:
    """Store that a program started by this test uses."""
    return open_store()
