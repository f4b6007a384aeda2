"""The drawing to take away, and the link that opens it again, without a browser."""

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_demo.images import normalize
from mnist_demo.link import Link, pack, unpack
from mnist_demo.pages import drawing_link, readers
from mnist_demo.pages.canvas import (
    Canvas,
    Drawing,
    draw_strokes,
    load_examples,
    show_as_drawing,
    show_picture,
)
from mnist_demo.pages.subject import Subject
from mnist_demo.store import PROJECT, open_store

APP = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from mnist_demo.pages import take_away
st.navigation([st.Page(take_away.show, url_path="take-away")]).run()
"""
DRAWING = load_examples()["7"]


def subject_of(drawing):
    image = normalize(drawing.rgba).image if drawing.image is None else drawing.image
    return Subject(drawing, image)


def packed_of(link):
    return link.removeprefix("?drawing=")


def take_away(drawing=None, network=readers.DEFAULT_NETWORK, **state):
    page = AppTest.from_string(APP.format(project=str(PROJECT)), default_timeout=90)
    page.session_state["network"] = network
    for key, value in state.items():
        page.session_state[key] = value
    if drawing is not None:
        page.session_state["canvas"] = Canvas([drawing], 0, 1, drawing)
    page.run()
    assert not page.exception
    return page


def keys_of(page):
    return [button.proto.id.rsplit("-", 1)[-1] for button in page.get("download_button")]


def open_link(make_visitor, text):
    """A visitor who comes with a link."""
    visitor = make_visitor()
    visitor.page.query_params["drawing"] = text
    return visitor.look()


@pytest.fixture
def version():
    return open_store().default("keras-cnn")


def test_without_a_drawing_nothing_is_offered_but_the_network():
    page = take_away()
    assert "Nothing is drawn yet." in page.info[0].value
    assert not {"png", "svg", "npz"} & set(keys_of(page))


@pytest.mark.parametrize("network", ["keras-cnn", "fashion"])
def test_a_drawing_can_be_taken_away(network):
    page = take_away(DRAWING, network, hidden_layers=("conv_1",))
    buttons = [button.proto for button in page.get("download_button")]
    labels = [button.label for button in buttons[:3]]
    assert labels == ["Picture (.png)", "Picture (.svg)", "Activations (.npz)"]
    assert all(button.help and button.deferred_file_id for button in buttons[:3])
    link = unpack(packed_of(page.code[0].value[1:]))
    assert (link.network, link.hidden_layers) == (network, ("conv_1",))
    np.testing.assert_array_equal(drawing_link._draw(link).rgba, DRAWING.rgba)


def test_a_drawing_too_long_for_a_link_is_explained():
    noise = np.random.default_rng(1).uniform(0, 320, (9_000, 2)).tolist()
    page = take_away(draw_strokes([noise], 4))
    assert "too many strokes for a link" in page.info[0].value
    assert not page.get("link_button")


def test_a_picture_goes_into_the_link_as_the_networks_image(version):
    uploaded = show_picture(DRAWING.rgba)
    gallery = show_as_drawing(normalize(DRAWING.rgba).image)
    for drawing in (uploaded, gallery):
        page = take_away(drawing)
        assert "The link holds the 28 × 28 pixels" in page.caption[0].value
        link = unpack(packed_of(page.code[0].value[1:]))
        np.testing.assert_allclose(link.image, normalize(DRAWING.rgba).image, atol=0.51 / 255)


def test_strokes_that_were_moved_go_into_the_link_as_an_image():
    elsewhere = Drawing(DRAWING.fabric, load_examples()["1"].png)
    assert drawing_link.find_strokes(subject_of(elsewhere)) == ()
    assert len(drawing_link.find_strokes(subject_of(DRAWING))) > 0


def test_a_link_opens_drawing_network_version_and_layers(make_visitor):
    version = open_store().shipped("three-layer", "plain")
    weights = version.card.weights_sha256[:16]
    strokes = drawing_link.find_strokes(subject_of(DRAWING))
    link = Link("three-layer", version.name, weights, ("dense_1",), strokes)
    visitor = open_link(make_visitor, pack(link))
    assert visitor.page.selectbox(key="network").value == "three-layer"
    assert visitor.version == version.name
    assert "dense_1" not in visitor.layers
    assert "dense_2" in visitor.layers
    assert visitor.answer == 7
    assert not visitor.page.warning
    assert "drawing" not in visitor.page.query_params
    canvas = visitor.page.session_state["canvas"]
    np.testing.assert_array_equal(canvas.drawing.rgba, DRAWING.rgba)
    assert visitor.is_enabled("Undo")


def test_nonsense_is_refused_and_nothing_is_lost(make_visitor):
    visitor = make_visitor().press("example-7")
    visitor.page.query_params["drawing"] = "nonsense"
    visitor.look()
    assert visitor.page.warning[0].value.startswith("This link holds no drawing")
    assert visitor.answer == 7
    assert "drawing" not in visitor.page.query_params
    visitor.press("Clear")
    assert not visitor.page.warning


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        ("keras-cnn", "The version `old-one` of this link is not here any more"),
        ("my-own", "The network `my-own` of this link is not here"),
    ],
)
def test_what_is_not_here_any_more_is_said(make_visitor, network, sentence, version):
    strokes = drawing_link.find_strokes(subject_of(DRAWING))
    visitor = open_link(make_visitor, pack(Link(network, "old-one", "f" * 16, (), strokes)))
    assert visitor.page.warning[0].value.startswith(sentence)
    assert visitor.version == version.name
    assert visitor.answer == 7


def test_the_address_is_that_of_the_first_page(monkeypatch):
    from mnist_demo.pages import take_view

    class Context:
        url = "http://localhost:8501/demo/take-away"

    monkeypatch.setattr(st, "context", Context)
    assert take_view._find_draw_page() == "http://localhost:8501/demo/"
