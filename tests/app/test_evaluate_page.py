"""The page "How well does it read?" and the doctor's panel, without a browser."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_demo import evaluation
from mnist_demo.datasets import CLASS_NAMES
from mnist_demo.handwriting import make_variant
from mnist_demo.pages import evaluate_data
from mnist_demo.pages.canvas import Canvas, show_as_drawing
from mnist_demo.pages.readers import DEFAULT_NETWORK
from mnist_demo.store import open_store

PROJECT = Path(__file__).resolve().parent.parent.parent
APP = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from mnist_demo.pages import evaluate
st.navigation([st.Page(evaluate.show, url_path="evaluate")]).run()
"""


@pytest.fixture(autouse=True)
def _no_old_results():
    st.cache_resource.clear()


@pytest.fixture
def few_drawings(monkeypatch):
    """Forty digits and ten others instead of thousands."""
    monkeypatch.setattr(
        evaluate_data, "make_handwriting", lambda: evaluation.make_handwriting(40, 10, seed=2)
    )


@pytest.fixture
def page():
    return AppTest.from_string(APP.format(project=str(PROJECT)), default_timeout=90).run()


def measure(page, wait_until):
    page.button[0].click().run()
    wait_until(lambda: "accuracy" in text_of(page.run()).lower(), 90)
    assert not page.exception
    return text_of(page)


def text_of(page):
    return " ".join(element.proto.body for element in page.get("html"))


def choose(page, title):
    return page.segmented_control(key="evaluated_data").set_value(title).run()


def test_nothing_is_measured_before_the_button(page):
    assert not page.exception
    assert [button.label for button in page.button] == ["Measure"]
    assert page.selectbox[0].label == "Version to measure"
    assert all(widget.help for widget in (*page.button, *page.selectbox))


def test_a_test_set_that_cannot_be_had_is_explained(page, wait_until):
    page.button[0].click().run()
    wait_until(lambda: page.run().error)
    assert "MNIST is missing" in page.error[0].value
    assert [button.label for button in page.button] == ["Measure"]


def test_the_test_set_is_measured(page, wait_until, write_mnist, own_folders, tiny_dataset):
    write_mnist(own_folders / "data")
    text = measure(page, wait_until)
    assert f"of {len(tiny_dataset.test_labels)} right" in text
    assert "Confidence interval" in text
    assert not page.button


def test_handwriting_is_measured_once_and_kept(page, wait_until, few_drawings, own_folders):
    choose(page, "Rendered handwriting")
    text = measure(page, wait_until)
    assert "of 40 right" in text
    assert len(list((own_folders / "models" / "evaluations").iterdir())) == 1


def test_a_cell_shows_its_pictures(page, wait_until, few_drawings):
    choose(page, "Rendered handwriting")
    measure(page, wait_until)
    version = open_store().default(DEFAULT_NETWORK)
    key = f"evaluate-matrix-{version.key}-handwriting"
    page.session_state[key] = {"cell": {"row": 10, "column": 1}}
    page.run()
    assert not page.exception
    assert page.subheader[-1].value.startswith("No digit, read as 1: ")


def test_a_version_without_threshold_says_that_it_never_refuses(page, wait_until, few_drawings):
    choose(page, "Rendered handwriting")
    names = page.selectbox[0].options
    plain = next(name for name in names if "plain" in name)
    page.selectbox[0].set_value(plain).run()
    measure(page, wait_until)
    assert any("never refuses" in caption.value for caption in page.caption)


def test_clothing_is_never_called_a_digit(page, wait_until, monkeypatch, tiny_dataset):
    samples = evaluation.ImageSamples(tiny_dataset.test_images, tiny_dataset.test_labels)
    monkeypatch.setattr(evaluate_data, "load_test_set", lambda name: samples)
    page.session_state["network"] = "fashion"
    page.run()
    text = measure(page, wait_until)
    assert "Clothing refused" in text
    captions = [caption.value for caption in page.caption]
    assert "This version never refuses: it takes everything for clothing." in captions
    choice = page.segmented_control(key="evaluated_data")
    assert choice.options == ["Fashion-MNIST test set"]
    matrix, gallery = (json.loads(part.proto.json) for part in page.get("bidi_component"))
    assert matrix["rows"] == list(CLASS_NAMES["fashion-mnist"])
    headings = [heading.value for heading in page.subheader]
    said = [text, *captions, choice.help, *headings, json.dumps([matrix, gallery])]
    assert "digit" not in " ".join(said).lower()


def test_a_file_of_ones_own_is_asked_for(page):
    choose(page, "A file of my own")
    assert not page.exception
    assert not page.button
    assert any("strokes" in caption.value for caption in page.caption)


def test_a_drawn_sample_gives_the_same_image_on_the_canvas():
    sample = make_variant("7-crossed", seed=4)
    samples = evaluation.DrawnSamples((sample,))
    image = samples.images(np.array([0]))[0]
    drawing = show_as_drawing(image, sample)
    again = evaluation.DrawnSamples((sample,)).images(np.array([0]))[0]
    np.testing.assert_array_equal(image, again)
    assert drawing.image is None
    assert drawing.rgba.shape == (280, 280, 4)
    assert len(drawing.fabric["objects"]) == len(sample.strokes)
    json.dumps(drawing.fabric)


def test_a_picture_without_strokes_goes_to_the_network_as_it_is():
    image = np.random.default_rng(1).random((28, 28, 1), np.float32)
    drawing = show_as_drawing(image)
    assert drawing.image is image
    assert drawing.rgba.shape == (320, 320, 4)
    np.testing.assert_allclose(drawing.rgba[25:300:10, 25:300:10, 0], image[..., 0] * 255, atol=0.5)
    assert drawing.fabric["objects"][0]["type"] == "Image"


def test_the_draw_page_reads_a_picked_picture_as_it_is(visitor, reader):
    image = np.random.default_rng(1).random((28, 28, 1), np.float32)
    visitor.page.session_state["canvas"].put(show_as_drawing(image))
    assert "28 × 28 pixels already" in visitor.look().text
    expected = reader.read(image).probabilities
    np.testing.assert_allclose(visitor.percentages, 100 * expected, atol=0.051)


def open_doctor(network):
    """The draw page with the doctor's table about a crossed seven."""
    app = AppTest.from_file(PROJECT / "streamlit_app.py", default_timeout=90)
    sample = make_variant("7-crossed", seed=4)
    canvas = Canvas()
    canvas.put(show_as_drawing(np.zeros((28, 28, 1), np.float32), sample))
    app.session_state["canvas"] = canvas
    app.session_state["network"] = network
    app.run()
    assert "What was done" not in text_of(app)
    toggle = app.toggle(key="doctor_is_open")
    assert toggle.help
    toggle.set_value(True).run()
    assert not app.exception
    return text_of(app)


def test_the_doctor_opens_on_the_draw_page():
    text = open_doctor(DEFAULT_NETWORK)
    assert text.count("<tr>") == 21
    assert "Turned right by 10°" in text
    assert "reads it as" in text


def test_the_doctor_calls_clothing_by_its_names():
    text = open_doctor("fashion")
    names = "|".join(CLASS_NAMES["fashion-mnist"])
    assert re.search(f"reads it as ({names})[,;]", text)
    assert len(re.findall(f"<b>({names})</b> [0-9]+%", text)) == 20
