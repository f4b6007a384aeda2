"""The drawing to take away, and the link that opens it again, without a browser."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_demo.app.places import sections
from mnist_demo.app.runtime import readers
from mnist_demo.app.stage import address
from mnist_demo.app.stage.canvas import (
    Canvas,
    CanvasContent,
    content_of_picture,
    content_of_sample,
    draw_strokes,
    load_examples,
)
from mnist_demo.handwriting import make_digits
from mnist_demo.image.normalization import normalize
from mnist_demo.paths import PROJECT
from mnist_demo.share.link import Link, decode_link, encode_link
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import open_store
from tests.app.conftest import Visitor
from tests.app.one_page import visit_page

APP = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from mnist_demo.app.places.take_away import take_away
st.navigation([st.Page(take_away.show, url_path="take-away")]).run()
"""
DRAWING = load_examples()["7"]


def packed_of(link: Any) -> Any:
    return link.removeprefix("?drawing=")


def take_away(
    drawing: CanvasContent | None = None, network: str = readers.DEFAULT_NETWORK, **state: Any
) -> Any:
    page = AppTest.from_string(APP.format(project=str(PROJECT)), default_timeout=90)
    page.session_state["network"] = network
    for key, value in state.items():
        page.session_state[key] = value
    if drawing is not None:
        page.session_state["canvas"] = Canvas([drawing], 0, 1, drawing)
    page.run()
    assert not page.exception
    return page


def keys_of(page: AppTest) -> Any:
    return [button.proto.id.rsplit("-", 1)[-1] for button in page.get("download_button")]


def open_link(make_visitor: Callable[..., Visitor], text: str) -> Any:
    """A visitor who comes with a link."""
    visitor = make_visitor()
    visitor.page.query_params["drawing"] = text
    return visitor.look()


@pytest.fixture
def version() -> Version:
    return open_store().default("keras-cnn")


def test_without_a_drawing_nothing_is_offered_but_the_network() -> None:
    page = take_away()
    assert "Nothing has been drawn yet." in page.info[0].value
    assert not {"png", "svg", "npz"} & set(keys_of(page))


@pytest.mark.parametrize("network", ["keras-cnn", "fashion"])
def test_a_drawing_can_be_taken_away(network: str) -> None:
    choice = {"hidden": ["conv_1"], "isPerMap": False}
    page = take_away(DRAWING, network, network_picture_choice=choice)
    buttons = [button.proto for button in page.get("download_button")]
    labels = [button.label for button in buttons[:3]]
    assert labels == ["Picture (.png)", "Picture (.svg)", "Activations (.npz)"]
    assert all(button.help and button.deferred_file_id for button in buttons[:3])
    link = decode_link(packed_of(page.text_input[0].value[1:]))
    assert (link.network, link.hidden_layers) == (network, ("conv_1",))
    np.testing.assert_array_equal(address._draw(link).rgba, DRAWING.rgba)


def test_a_drawing_too_long_for_a_link_is_explained() -> None:
    noise = np.random.default_rng(1).uniform(0, 320, (9_000, 2)).tolist()
    page = take_away(draw_strokes([noise], 4))
    assert "too many strokes for a link" in page.info[0].value
    assert not page.get("link_button")


def test_a_picture_goes_into_the_link_as_the_networks_image(version: Version) -> None:
    uploaded = content_of_picture(DRAWING.rgba)
    gallery = content_of_sample(normalize(DRAWING.rgba).image)
    for drawing in (uploaded, gallery):
        page = take_away(drawing)
        assert "The link holds the network's 28 × 28 pixels" in page.caption[0].value
        link = decode_link(packed_of(page.text_input[0].value[1:]))
        assert link.image is not None
        np.testing.assert_allclose(link.image, normalize(DRAWING.rgba).image, atol=0.51 / 255)


def test_strokes_of_a_sample_drawn_on_another_canvas_are_kept() -> None:
    (sample,) = make_digits(1, seed=4, size=280)
    content = content_of_sample(np.zeros((28, 28, 1), np.float32), sample)
    assert content.rgba.shape[0] == 280
    assert len(content.strokes) == len(sample.strokes)


def test_a_link_opens_drawing_network_version_and_layers(
    make_visitor: Callable[..., Visitor],
) -> None:
    version = open_store().shipped("three-layer", "plain")
    weights = version.card.weights_sha256[:16]
    strokes = DRAWING.strokes
    link = Link("three-layer", version.name, weights, ("dense_1",), strokes)
    visitor = open_link(make_visitor, encode_link(link))
    assert visitor.page.selectbox(key="network").value == "three-layer"
    assert visitor.version == version.name
    assert visitor.choice["hidden"] == ["dense_1"]
    assert "dense_2" in visitor.layers
    assert visitor.answer == 7
    assert not visitor.page.warning
    assert decode_link(visitor.address).network == link.network
    canvas = visitor.page.session_state["canvas"]
    np.testing.assert_array_equal(canvas.drawing.rgba, DRAWING.rgba)
    assert visitor.is_enabled("Undo")


def test_a_picture_comes_with_its_label_and_what_was_open(
    make_visitor: Callable[..., Visitor], version: Version
) -> None:
    image = normalize(DRAWING.rgba).image
    checksum = version.card.weights_sha256[:16]
    link = Link("keras-cnn", version.name, checksum, (), (), image, label="7")
    visitor = make_visitor()
    visitor.page.query_params["open"] = "conv_1,5,3,12"
    visitor.page.query_params["drawing"] = encode_link(link)
    visitor.look()
    assert visitor.page.session_state["canvas"].drawing.label == "7"
    assert visitor.choice["opened"] == {"layer": "conv_1", "at": {"channel": 5, "y": 3, "x": 12}}
    assert decode_link(visitor.address).label == "7"


@pytest.mark.parametrize("text", ["conv_1,5", "conv_1,-5,0,0", "a b", "conv_1,5,3,12,4", "x" * 101])
def test_an_address_that_opens_nothing_is_explained(
    make_visitor: Callable[..., Visitor], text: str
) -> None:
    visitor = make_visitor()
    visitor.page.query_params["open"] = text
    visitor.look()
    assert visitor.page.warning[0].value.startswith("This address is damaged")
    assert visitor.choice["opened"] is None


def test_nonsense_is_rejected_and_nothing_is_lost(make_visitor: Callable[..., Visitor]) -> None:
    visitor = make_visitor().press("example-7")
    visitor.page.query_params["drawing"] = "nonsense"
    visitor.look()
    assert visitor.page.warning[0].value.startswith("This link holds no drawing")
    assert visitor.answer == 7
    visitor.press("Clear")
    assert not visitor.page.warning


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        ("keras-cnn", "The version `old-one` of this link is not here any more"),
        ("my-own", "The network `my-own` of this link is not here"),
    ],
)
def test_what_is_not_here_any_more_is_said(
    make_visitor: Callable[..., Visitor], network: str, sentence: str, version: Version
) -> None:
    strokes = DRAWING.strokes
    visitor = open_link(make_visitor, encode_link(Link(network, "old-one", "f" * 16, (), strokes)))
    assert visitor.page.warning[0].value.startswith(sentence)
    assert visitor.version == version.name
    assert visitor.answer == 7


def test_a_part_of_a_place_that_is_not_here_is_said() -> None:
    page = visit_page("question", DRAWING, question="nonsense")
    assert page.warning[0].value == sections.UNKNOWN
    page = visit_page("question", DRAWING, question="misread")
    assert not page.warning
    assert page.session_state["question"] == "misread"


def test_the_address_is_that_of_the_first_place(monkeypatch: pytest.MonkeyPatch) -> None:
    from mnist_demo.app.places.take_away import take_view

    class Context:
        url = "http://localhost:8501/demo/take-away"

    monkeypatch.setattr(st, "context", Context)
    assert take_view.find_start() == "http://localhost:8501/demo/"
