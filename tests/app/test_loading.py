"""TensorFlow loads while people draw; a network that cannot be loaded is explained."""

import gc
import shutil
import sys
import threading
import types

import keras
import pytest
from streamlit import delta_generator, env_util
from streamlit.testing.v1 import AppTest

from mnist_demo.pages import readers
from mnist_demo.pages.version_choice import is_registry_loaded
from mnist_demo.store import SHIPPED_FOLDER, open_store


@pytest.fixture
def own_shipped(monkeypatch, tmp_path):
    """A copy of what shipped, to be damaged: the folder of the version."""
    shutil.copytree(SHIPPED_FOLDER, tmp_path / "shipped")
    monkeypatch.setattr("mnist_demo.store.SHIPPED_FOLDER", tmp_path / "shipped")
    return open_store().default("keras-cnn").folder


@pytest.fixture
def remedy(own_shipped):
    _, recipe = own_shipped.name.rsplit("-", 1)
    return f"python -m mnist_demo.training --network keras-cnn --recipe {recipe}"


def test_page_is_there_before_tensorflow_and_says_so(make_visitor, slow_loading, wait_until):
    visitor = make_visitor(is_loaded=False)
    assert "TensorFlow is being loaded" in visitor.text
    assert visitor.has_canvas
    assert visitor.is_invited
    assert visitor.version
    slow_loading.set()
    wait_until(lambda: "being loaded" not in visitor.look().text)
    assert visitor.press("example-4").answer == 4


def test_page_does_not_wait_for_an_import_that_has_begun(make_visitor, slow_loading, monkeypatch):
    """Python lists a module from the beginning of its import on."""
    half_imported = types.ModuleType("mnist_demo.inference")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "mnist_demo.inference", half_imported)
        assert not is_registry_loaded()
        assert make_visitor(is_loaded=False).has_button("retrain")
    assert is_registry_loaded()


def test_drawing_made_meanwhile_is_answered_as_soon_as_it_can_be(make_visitor, slow_loading):
    visitor = make_visitor(is_loaded=False)
    threading.Timer(0.5, slow_loading.set).start()
    assert visitor.press("example-4").answer == 4


@pytest.mark.parametrize("content", [None, b"", b"half"])
def test_missing_or_truncated_weights_are_named_with_the_remedy(
    make_visitor, own_shipped, remedy, content
):
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
    assert "28 × 28" in visitor.text, "the preparation is shown all the same"
    path.write_bytes(whole)
    assert visitor.look().answer == 4


@pytest.mark.parametrize("content", [None, b"{"])
def test_missing_or_damaged_card_is_named_with_the_remedy(
    make_visitor, own_shipped, remedy, content
):
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


def test_nothing_shipped_at_all(make_visitor, own_shipped):
    shutil.rmtree(own_shipped.parent)
    visitor = make_visitor()
    assert "python -m mnist_demo.training --network keras-cnn" in visitor.errors[0]
    assert visitor.has_canvas
    assert visitor.is_enabled("retrain")


def test_streamlit_clears_keras_session_after_every_run(visitor, monkeypatch):
    """If it no longer does, `readers.keep_reruns_fast` need not replace it."""
    calls = []
    monkeypatch.setattr(keras.backend, "clear_session", lambda **_: calls.append(1))
    visitor.look()
    assert calls


def test_reruns_neither_clear_keras_session_nor_collect_what_is_loaded(visitor):
    keras.layers.Dense(1)
    before = keras.layers.Dense(1).name
    visitor.look()
    assert keras.layers.Dense(1).name not in (before, "dense"), "names are counted anew"
    assert gc.get_freeze_count() > 100_000


@pytest.mark.parametrize(("is_kept_fast", "searches"), [(False, 1), (True, 0)])
def test_streamlit_searches_all_modules_once_unless_it_is_kept_from_it(
    monkeypatch, is_kept_fast, searches
):
    """If it no longer does, `readers.keep_first_run_fast` need not prevent it."""
    calls = []
    monkeypatch.setattr(env_util, "is_repl", lambda: bool(calls.append(1)))
    monkeypatch.setattr(delta_generator, "_use_warning_has_been_displayed", False)
    if is_kept_fast:
        readers.keep_first_run_fast()
    page = AppTest.from_string("import streamlit as st; st.text('one')").run()
    assert page.text[0].value == "one"
    assert len(calls) == searches


def test_reader_is_loaded_once_for_all_visitors(make_visitor, monkeypatch):
    loaded = []
    load = readers._load

    def count(version, store):
        loaded.append(version.name)
        return load(version, store)

    monkeypatch.setattr(readers, "_load", count)
    for digit in range(3):
        make_visitor().press(f"example-{digit}")
    assert len(loaded) == 1
