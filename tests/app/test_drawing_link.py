"""The drawing to take away, and the link that opens it again, without a browser."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_demo.app.places import sections
from mnist_demo.app.runtime import readers
from mnist_demo.app.stage import drawing_link
from mnist_demo.app.stage.canvas import (
    Canvas,
    CanvasContent,
    content_of_picture,
    content_of_sample,
    content_of_strokes,
    draw_strokes,
    load_examples,
)
from mnist_demo.handwriting import make_digits
from mnist_demo.handwriting.canvas_strokes import BrushStroke, from_path
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
    np.testing.assert_array_equal(drawing_link._draw(link).rgba, DRAWING.rgba)


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


def test_strokes_that_were_moved_go_into_the_link_as_an_image() -> None:
    elsewhere = CanvasContent(DRAWING.fabric, load_examples()["1"].png)
    assert drawing_link.find_strokes(elsewhere) == ()
    assert len(drawing_link.find_strokes(DRAWING)) > 0


def draw_exactly(strokes: Sequence[BrushStroke]) -> Any:
    """The canvas by another renderer: each pixel by its distance to the lines."""
    rows, columns = np.indices((320, 320)) + 0.5
    pixels = np.stack([columns, rows], axis=-1)
    ink = np.zeros((320, 320))
    for stroke in strokes:
        lines = stroke.flatten().astype(float)
        for start, end in zip(lines, [*lines[1:], lines[-1]], strict=True):
            step = end - start
            along = np.clip((pixels - start) @ step / max(step @ step, 1e-9), 0, 1)
            distance = np.linalg.norm(pixels - start - along[..., None] * step, axis=-1)
            ink = np.maximum(ink, np.clip(stroke.brush / 2 - distance + 0.5, 0, 1))
    levels = np.rint(255 * ink).astype(np.uint8)
    return np.dstack([levels, levels, levels, np.full_like(levels, 255)])


def show_exactly(strokes: Sequence[BrushStroke]) -> Any:
    """What is on the canvas where a browser has drawn these strokes."""
    png = content_of_picture(draw_exactly(strokes)).png
    return CanvasContent(content_of_strokes(strokes).fabric, png)


def make_shape(*points: Any, brush: Any = 20.0) -> Any:
    return [BrushStroke(np.array(points, np.float32), brush, is_smooth=len(points) > 2)]


SHAPES = {
    **{
        f"example {label}": [from_path(path) for path in content.fabric["objects"]]
        for label, content in load_examples().items()
    },
    "dot": make_shape((160, 160)),
    "thin line": make_shape((40, 60), (280, 250), brush=4.0),
    "thick bow": make_shape((60, 260), (160, 40), (200, 120), (260, 250), brush=40.0),
    "small ring": make_shape((30, 30), (50, 22), (62, 40), (45, 60), (30, 46), (30, 30), brush=6.0),
    "two brushes": make_shape((80, 40), (80, 280), brush=8) + make_shape((60, 150), (260, 140)),
}


@pytest.mark.parametrize("name", SHAPES)
def test_strokes_are_kept_however_a_browser_smooths_their_edges(name: Any) -> None:
    strokes = SHAPES[name]
    found = drawing_link.find_strokes(show_exactly(strokes))
    assert len(found) == len(strokes)
    for one, other in zip(found, strokes, strict=True):
        assert np.abs(one.points[-1] - other.points[-1]).max() < 0.02
        assert one.brush == other.brush


@pytest.mark.parametrize("name", SHAPES)
def test_strokes_that_are_not_what_is_shown_are_not_kept(name: Any) -> None:
    content = show_exactly(SHAPES[name])
    moved = content_of_picture(np.roll(content.rgba, 8, axis=1)).png
    elsewhere = CanvasContent(content.fabric, moved)
    assert drawing_link.find_strokes(elsewhere) == ()
    more = show_exactly([*SHAPES[name], *make_shape((300, 20), (310, 40), brush=10.0)])
    assert drawing_link.find_strokes(CanvasContent(content.fabric, more.png)) == ()


def test_strokes_of_a_sample_drawn_on_another_canvas_are_kept() -> None:
    (sample,) = make_digits(1, seed=4, size=280)
    content = content_of_sample(np.zeros((28, 28, 1), np.float32), sample)
    assert content.rgba.shape[0] == 280
    assert len(drawing_link.find_strokes(content)) == len(sample.strokes)


def test_a_link_opens_drawing_network_version_and_layers(
    make_visitor: Callable[..., Visitor],
) -> None:
    version = open_store().shipped("three-layer", "plain")
    weights = version.card.weights_sha256[:16]
    strokes = drawing_link.find_strokes(DRAWING)
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
    strokes = drawing_link.find_strokes(DRAWING)
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
