"""TensorFlow loads while people draw; a network that cannot be loaded is explained."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mnist_demo.app.runtime import readers
from mnist_demo.paths import SHIPPED_MODELS
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store, open_store
from tests.app.conftest import Visitor
from tests.signatures import WaitUntil


@pytest.fixture
def own_shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A copy of what shipped, to be damaged: the folder of the version."""
    shutil.copytree(SHIPPED_MODELS, tmp_path / "shipped")
    monkeypatch.setattr("mnist_demo.versions.store.SHIPPED_MODELS", tmp_path / "shipped")
    return open_store().default("keras-cnn").folder


@pytest.fixture
def remedy(own_shipped: Any) -> Any:
    _, recipe = own_shipped.name.rsplit("-", 1)
    return f"python -m mnist_demo.training --network keras-cnn --recipe {recipe}"


def test_page_is_there_before_tensorflow_and_says_so(
    make_visitor: Callable[..., Visitor], slow_loading: threading.Event, wait_until: WaitUntil
) -> None:
    visitor = make_visitor(is_loaded=False)
    assert "TensorFlow is being loaded" in visitor.text
    assert visitor.has_canvas
    assert visitor.is_invited
    assert visitor.version
    slow_loading.set()
    wait_until(lambda: "being loaded" not in visitor.look().text)
    assert visitor.press("example-4").answer == 4


def test_recipes_are_on_offer_before_tensorflow_is_there(
    make_visitor: Callable[..., Visitor], slow_loading: threading.Event
) -> None:
    visitor = make_visitor(is_loaded=False)
    assert visitor.has_button("retrain")
    assert visitor.page.selectbox(key="recipe-keras-cnn").options[1].startswith("robust")
    assert "Dense network" in visitor.page.selectbox(key="network").options


def test_drawing_made_meanwhile_is_answered_as_soon_as_it_can_be(
    make_visitor: Callable[..., Visitor], slow_loading: threading.Event
) -> None:
    visitor = make_visitor(is_loaded=False)
    threading.Timer(0.5, slow_loading.set).start()
    assert visitor.press("example-4").answer == 4


@pytest.mark.parametrize("content", [None, b"", b"half"])
def test_missing_or_truncated_weights_are_named_with_the_remedy(
    make_visitor: Callable[..., Visitor], own_shipped: Any, remedy: Any, content: Any
) -> None:
    path = own_shipped / "model.weights.h5"
    whole = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    visitor = make_visitor()
    (error,) = visitor.errors
    assert str(path) in error
    assert ("missing" if content is None else "damaged") in error
    assert remedy in error
    assert visitor.has_canvas
    visitor.press("example-4")
    assert visitor.answer is None
    assert remedy in visitor.errors[0]
    path.write_bytes(whole)
    assert visitor.look().answer == 4


@pytest.mark.parametrize("content", [None, b"{"])
def test_missing_or_damaged_card_is_named_with_the_remedy(
    make_visitor: Callable[..., Visitor], own_shipped: Any, remedy: Any, content: Any
) -> None:
    path = own_shipped / "card.json"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    visitor = make_visitor()
    assert any(str(path) in error and remedy in error for error in visitor.errors)
    assert visitor.has_canvas
    visitor.press("example-4")
    assert visitor.answer is None
    assert visitor.is_enabled("retrain")


def test_nothing_shipped_at_all(make_visitor: Callable[..., Visitor], own_shipped: Any) -> None:
    shutil.rmtree(own_shipped.parent)
    visitor = make_visitor()
    assert "python -m mnist_demo.training --network keras-cnn" in visitor.errors[0]
    assert visitor.has_canvas
    assert visitor.is_enabled("retrain")


def test_reader_is_loaded_once_for_all_visitors(
    make_visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = []
    load = readers._load

    def count(version: Version, store: Store) -> Any:
        loaded.append(version.name)
        return load(version, store)

    monkeypatch.setattr(readers, "_load", count)
    for digit in range(3):
        make_visitor().press(f"example-{digit}")
    assert len(loaded) == 1
