"""The page "Take away" without a browser: what each button hands out works elsewhere."""

import ast
import io
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_demo.app.places.take_away import take_away
from mnist_demo.app.places.take_away.take_away import FORMATS, export, find_recipe
from mnist_demo.app.places.take_away.take_view import NO_FONT
from mnist_demo.app.runtime import readers
from mnist_demo.app.stage.canvas import load_examples
from mnist_demo.errors import ModelVersionError
from mnist_demo.figures import poster as posters
from mnist_demo.language import read_catalogue
from mnist_demo.paths import PROJECT
from mnist_demo.reading.reader import Reader
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store, open_store
from tests.app.one_page import visit_page

APP = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from mnist_demo.app.places.take_away import take_away
st.session_state.setdefault("network", {network!r})
st.navigation([st.Page(take_away.show, url_path="take-away")]).run()
"""


def visit(network: str = readers.DEFAULT_NETWORK) -> Any:
    text = APP.format(project=str(PROJECT), network=network)
    page = AppTest.from_string(text, default_timeout=90).run()
    assert not page.exception
    return page


def buttons_of(page: AppTest) -> Any:
    return {button.proto.label: button.proto for button in page.get("download_button")}


PAGE = "Page (.html)"


@pytest.mark.parametrize(
    ("network", "pages"), [("keras-cnn", [PAGE]), ("variables", [PAGE]), ("fashion", [])]
)
def test_a_button_for_each_form(network: str, pages: list[str]) -> None:
    """Clothing cannot be drawn, and a page has nothing else."""
    buttons = buttons_of(visit(network))
    assert list(buttons) == [
        *pages,
        "Keras (.keras)",
        "HDF5 (.h5)",
        "TensorFlow Lite (.tflite)",
        "Script (.py)",
    ]
    assert all(button.help for button in buttons.values())
    heavy = list(buttons.values())[:-1]
    assert all(button.deferred_file_id and not button.url for button in heavy)


def test_nothing_heavy_is_made_before_a_click(monkeypatch: pytest.MonkeyPatch) -> None:
    from mnist_demo.share import export as forms

    monkeypatch.setattr(forms, "FORMATS", {})
    visit()


# TensorFlow 2.21 still has its interpreter and points to a package of its own
@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated:UserWarning")
@pytest.mark.parametrize("suffix", FORMATS)
def test_each_form_reads_like_the_version(suffix: Any, tmp_path: Path) -> None:
    import tensorflow as tf

    store = open_store()
    version = store.default("three-layer")
    images = np.random.default_rng(1).random((3, 28, 28, 1), np.float32)
    expected = store.load(version)(images).numpy()
    path = tmp_path / f"model{suffix}"
    path.write_bytes(export(suffix, version.key, version, store))
    if suffix == ".tflite":
        interpreter = tf.lite.Interpreter(str(path))
        runner = interpreter.get_signature_runner()
        got = [next(iter(runner(image=image[np.newaxis]).values()))[0] for image in images]
    else:
        got = keras.models.load_model(path)(images).numpy()
    np.testing.assert_allclose(got, expected, atol=1e-5)


def test_a_form_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from mnist_demo.share import export as forms

    made = []
    monkeypatch.setitem(forms.FORMATS, ".h5", lambda model: made.append(model) or b"file")
    store = open_store()
    version = store.default("three-layer")
    for _ in range(3):
        assert export(".h5", version.key, version, store) == b"file"
    assert len(made) == 1


def test_exporting_leaves_the_reader_as_it_was(reader: Reader) -> None:
    from mnist_demo.share import export as forms

    image = np.random.default_rng(2).random((28, 28, 1), np.float32)
    before = reader.read(image).logits
    h5py.File(io.BytesIO(forms.to_h5(reader.model))).close()
    forms.to_keras(reader.model)
    np.testing.assert_array_equal(reader.read(image).logits, before)


def test_the_script_has_the_numbers_of_the_version() -> None:
    page = visit("variables")
    script = page.code[0].value
    ast.parse(script)
    card = open_store().default("variables").card
    assert f"EPOCHS = {card.settings['epochs']}" in script
    assert f"BATCH_SIZE = {card.settings['batch_size']}" in script
    assert len(script.splitlines()) < 80


def test_a_recipe_that_no_script_holds_gives_way_to_the_tutorials_own() -> None:
    assert open_store().default("keras-cnn").card.recipe == "robust"
    page = visit("keras-cnn")
    assert any(
        "too large for a standalone script; here is the recipe “plain”." in text.value
        for text in page.markdown
    )
    script = page.code[0].value
    assert "EPOCHS = 5\n" in script
    assert "BATCH_SIZE = 32\n" in script


def test_changed_numbers_come_from_the_card() -> None:
    from dataclasses import replace

    card = open_store().default("three-layer").card
    changed = replace(card, settings=card.settings | {"learning_rate": 0.02, "steps": 17})
    recipe = find_recipe(changed)
    assert (recipe.learning_rate, recipe.steps) == (0.02, 17)
    assert find_recipe(card).settings == card.settings


def test_a_recipe_that_is_gone_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    from mnist_demo.app.places.take_away import take_away

    def fail(card: Any) -> None:
        raise KeyError("three-layer has no recipe 'old', only plain")

    monkeypatch.setattr(take_away, "find_recipe", fail)
    page = visit("three-layer")
    assert page.info[-1].value == "three-layer has no recipe 'old', only plain"
    assert len(buttons_of(page)) == 4


def test_a_damaged_version_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(version: Version, store: Store) -> None:
        raise ModelVersionError("The model file is damaged.")

    monkeypatch.setattr(readers, "_load", fail)
    page = visit()
    assert page.error[0].value == "The model file is damaged."
    assert not buttons_of(page)


def test_where_no_font_has_the_letters_the_picture_is_english_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mnist_demo.language._ask", lambda: "zh")
    monkeypatch.setattr(posters, "find_fonts", lambda: {"DejaVu Sans": set(range(256))})
    page = visit_page("take_away", load_examples()["4"])
    assert read_catalogue("zh").gettext(NO_FONT) in [one.value for one in page.caption]
    monkeypatch.setattr("mnist_demo.language._ask", lambda: "en")
    page = visit_page("take_away", load_examples()["4"])
    assert NO_FONT not in [one.value for one in page.caption]


def test_where_the_disk_is_full_it_says_so_instead_of_letting_one_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(take_away, "ROOM_BYTES", 10**18)
    page = visit_page("take_away", load_examples()["4"])
    assert page.error[0].value == (
        "The disk of this server is full: no file of the network can be made."
    )
    labels = [button.proto.label for button in page.get("download_button")]
    assert labels
    assert not any(".keras" in label for label in labels)
