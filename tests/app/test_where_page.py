"""The page "Where am I?" without a browser: the map, the neighbours, and trouble."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_demo.errors import ModelVersionError
from mnist_demo.images import normalize
from mnist_demo.pages import readers, where_tsne
from mnist_demo.pages.canvas import Canvas, load_examples, show_as_drawing
from mnist_demo.pages.where import NEIGHBOURS
from mnist_demo.pages.where_map import HEIGHT, WIDTH
from mnist_demo.store import PROJECT

APP = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from mnist_demo.pages import draw, where
st.navigation([
    st.Page(where.show, url_path="where", default=True), st.Page(draw.show, url_path="draw")
]).run()
"""
DRAWING = load_examples()["7"]


@pytest.fixture
def images(tiny_dataset):
    """The test pictures as they come back from a file of bytes."""
    return np.round(tiny_dataset.test_images * 255).astype(np.float32) / np.float32(255)


def visit(drawing=None, network=readers.DEFAULT_NETWORK):
    page = AppTest.from_string(APP.format(project=str(PROJECT)), default_timeout=90)
    page.session_state["network"] = network
    if drawing is not None:
        page.session_state["canvas"] = Canvas([drawing], 0, 1, drawing)
    page.run()
    assert not page.exception
    return page


@pytest.fixture
def data(write_mnist, own_folders):
    return write_mnist(own_folders / "data")


def component(page, name):
    found = [
        json.loads(one.proto.json)
        for one in page.get("bidi_component")
        if one.proto.component_name.endswith(name)
    ]
    return found[0] if found else None


def text_of(page):
    kinds = (page.markdown, page.caption, page.info, page.subheader)
    return "\n".join(element.value for kind in kinds for element in kind)


def choose_tsne(page):
    return page.segmented_control(key="where-kind").set_value("t-SNE").run()


def test_without_the_pictures_it_says_how_to_get_them(own_folders):
    page = visit(DRAWING)
    assert "MNIST is missing" in page.warning[0].value
    assert str(own_folders / "data") in page.warning[0].value
    assert component(page, "where") is None


def test_without_a_drawing_there_is_the_map_alone(data, tiny_dataset):
    page = visit()
    assert "Nothing is drawn yet." in page.info[0].value
    shown = component(page, "where")
    count = len(tiny_dataset.test_labels)
    assert len(shown["points"]) == count
    assert (shown["drawing"], shown["neighbours"]) == (None, [])
    labels = [label for _, _, label in shown["points"]]
    assert sorted(labels) == sorted(tiny_dataset.test_labels.tolist())
    assert shown["alt"] == f"Map of {count} test pictures, each the number of its class."
    assert component(page, "evaluate_pictures") is None


def test_the_drawing_is_among_the_pictures_that_are_like_it(data, reader, tiny_dataset, images):
    page = visit(DRAWING)
    shown, near = component(page, "where"), component(page, "evaluate_pictures")["pictures"]

    def hidden(image):
        return reader.read(image).activations["dense_1"]

    own = hidden(normalize(DRAWING.rgba).image)
    distances = [np.linalg.norm(hidden(image) - own) for image in images]
    order = np.argsort(distances)[:NEIGHBOURS]
    expected = [f"label {tiny_dataset.test_labels[i]}\n{distances[i]:.2f} away" for i in order]
    assert [picture["text"] for picture in near] == expected
    assert [picture["index"] for picture in near] == shown["neighbours"]
    places = [*(point[:2] for point in shown["points"]), shown["drawing"]]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)
    np.testing.assert_allclose(
        sorted(point[3] for point in shown["points"]), sorted(distances), rtol=1e-3, atol=1e-3
    )
    assert "Yours is the cross." in shown["alt"]
    assert f"The first is {distances[order[0]]:.2f} away" in text_of(page)
    assert "Distance of yours to their mean" in text_of(page)


def test_a_picture_of_the_test_set_is_its_own_neighbour(data, tiny_dataset, images):
    page = visit(show_as_drawing(images[3]))
    first = component(page, "evaluate_pictures")["pictures"][0]
    assert first["text"] == f"label {tiny_dataset.test_labels[3]}\n0.00 away"


def test_the_tsne_map_is_made_once_and_kept(data, wait_until, own_folders, monkeypatch):
    page = choose_tsne(visit(DRAWING))
    assert component(page, "where") is None
    button = page.button(key="make-tsne")
    assert button.help
    button.click().run()
    wait_until(lambda: component(page.run(), "where"), 90)
    assert "it stands in the middle of its 10 nearest" in text_of(page)
    made = component(page, "where")["points"]
    assert len(list((own_folders / "models" / "maps").glob("*/tsne-*.npy"))) == 1

    monkeypatch.setattr(where_tsne, "embed", None)
    again = choose_tsne(visit())
    assert len(component(again, "where")["points"]) == len(made)
    assert "make-tsne" not in [button.key for button in again.button]


def test_making_the_map_shows_progress_and_can_be_stopped(data, wait_until, monkeypatch):
    import threading

    goes_on = threading.Event()

    def embed_slowly(points, start, on_progress):
        on_progress(0, 100)
        on_progress(40, 100)
        assert goes_on.wait(60)
        on_progress(41, 100)

    monkeypatch.setattr(where_tsne, "embed", embed_slowly)
    page = choose_tsne(visit())
    page.button(key="make-tsne").click().run()
    wait_until(lambda: [one.proto.text for one in page.run().get("progress")], 60)
    assert "40 of 100 steps" in page.get("progress")[0].proto.text
    next(button for button in page.button if button.label == "Stop").click().run()
    goes_on.set()
    wait_until(lambda: "The map was stopped." in text_of(page.run()), 60)
    assert page.button(key="make-tsne")


def test_names_of_classes_are_in_the_legend_and_the_table(monkeypatch, tiny_dataset):
    from mnist_demo.evaluation import ImageSamples
    from mnist_demo.pages import where

    few = ImageSamples(tiny_dataset.test_images, tiny_dataset.test_labels)
    monkeypatch.setattr(where, "load_samples", lambda dataset: few)
    page = visit(DRAWING, network="fashion")
    assert component(page, "where")["names"][9] == "Ankle boot"
    assert "label " in component(page, "evaluate_pictures")["pictures"][0]["text"]
    assert "| Ankle boot |" in text_of(page)


def test_a_damaged_version_is_explained(data, monkeypatch):
    def fail(version, store):
        raise ModelVersionError("The model file is damaged.")

    monkeypatch.setattr(readers, "_load", fail)
    assert visit().error[0].value == "The model file is damaged."
