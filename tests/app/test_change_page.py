"""The page "Change it" without a browser: sliders, a curve with flips, the smallest change."""

import json
import re
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from numpy.typing import NDArray
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from mnist_demo.app.places.change import change, change_flip
from mnist_demo.app.session import CHANGED_ALONG
from mnist_demo.app.stage.canvas import BLANK, content_of_strokes, load_examples
from mnist_demo.handwriting.canvas_strokes import BrushStroke
from mnist_demo.image.adjustments import ADJUSTMENTS
from mnist_demo.image.normalization import from_canvas
from mnist_demo.image.transforms import rotate
from mnist_demo.networks import get_networks
from mnist_demo.reading.reader import Reader, load_reader
from tests.app.conftest import data_of
from tests.app.one_page import html_of, visit_page
from tests.signatures import WaitUntil

SCRIBBLE = np.random.default_rng(5).uniform(40, 280, (30, 2)).astype(np.float32)

visit = partial(visit_page, "question", question="change")


def answer_of(page: AppTest) -> Any:
    """The class that the changed drawing is read as, or "rejected"."""
    found = re.search(
        r"Changed, it is (?:read as \*\*(.+?)\*\*|(rejected))", page.markdown[0].value
    )
    return found[1] or found[2]


def curve_of(page: AppTest) -> Any:
    return next(
        text.value for text in page.markdown if " from " in text.value and " to " in text.value
    )


@pytest.fixture(scope="module")
def image() -> NDArray[np.float32]:
    return from_canvas(load_examples()["4"].rgba)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader("keras-cnn")


@pytest.fixture
def page() -> AppTest:
    return visit(load_examples()["4"])


def test_nothing_is_drawn_yet() -> None:
    page = visit(BLANK)
    assert "Nothing has been drawn yet" in page.info[0].value
    assert not page.slider


def test_a_slider_changes_what_is_read_until_all_is_taken_back(
    page: AppTest, image: NDArray[np.float32], reader: Reader
) -> None:
    assert answer_of(page) == "4"
    assert page.button[0].disabled
    turned = reader.read(rotate(image, 60))
    assert turned.digit != 4
    page.slider(key="change-rotation").set_value(60.0).run()
    assert answer_of(page) == ("rejected" if turned.is_rejected else str(turned.digit))
    assert f"**{turned.digit}**, {turned.probabilities.max():.0%}" in page.markdown[0].value
    assert page.markdown[0].value.startswith("As drawn, it is read as **4**")
    page.button[0].click().run()
    assert answer_of(page) == "4"
    assert all(slider.value == ADJUSTMENTS[slider.key[7:]].neutral for slider in page.slider)


def outcome_of(reading: Any) -> Any:
    return "rejected" if reading.is_rejected else f"read as {reading.digit}"


@pytest.mark.parametrize("network", ["keras-cnn", "three-layer"])
def test_the_curve_says_where_the_answer_flips(network: str, image: NDArray[np.float32]) -> None:
    reader = load_reader(network)
    curve = curve_of(visit(load_examples()["4"], network))
    pattern = r"from (−\d+)° to (\d+)°\. Below that, it is ([^.]+)\. Above that, it is ([^.]+)"
    found = re.search(pattern, curve)
    low, high = int(found[1].replace("−", "-")), int(found[2])
    held = [outcome_of(reader.read(rotate(image, angle))) for angle in range(low + 1, high)]
    assert set(held) == {"read as 4"}
    assert outcome_of(reader.read(rotate(image, low - 1))) == found[3] != "read as 4"
    assert outcome_of(reader.read(rotate(image, high + 1))) == found[4] != "read as 4"


def test_a_new_drawing_puts_the_sliders_to_rest(page: AppTest) -> None:
    page.slider(key="change-rotation").set_value(60.0).run()
    page.session_state["canvas"].put(load_examples()["1"])
    page.run()
    assert answer_of(page) == "1"
    assert all(slider.value == ADJUSTMENTS[slider.key[7:]].neutral for slider in page.slider)


def chart_of(page: AppTest) -> Any:
    """The chart, and its data as they are read from it."""
    (chart,) = page.get("vega_lite_chart")
    tables = [convert_arrow_bytes_to_pandas_df(one.data.data) for one in chart.proto.datasets]
    return chart.proto.spec, tables


def test_the_chart_follows_the_slider_moved_last(
    page: AppTest, image: NDArray[np.float32], reader: Reader
) -> None:
    assert json.dumps("Turned (°)") in chart_of(page)[0]
    page.slider(key="change-right").set_value(2.0).run()
    spec, tables = chart_of(page)
    assert "Moved to the right (px)" in spec
    assert any(table["amount"].tolist() == [2.0] for table in tables)
    lines = pd.concat(table for table in tables if {"class", "probability"} <= set(table))
    middle = lines[lines["amount"] == 0].groupby("class")["probability"].max()
    expected = reader.read(image).probabilities
    np.testing.assert_allclose([middle[str(digit)] for digit in range(10)], expected, atol=1e-4)


def test_handles_put_the_sliders_where_they_are_dragged_to(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = next(
        data_of(one)
        for one in page.get("bidi_component")
        if one.proto.component_name.endswith("handles")
    )
    assert told["amounts"] == {"right": 0, "down": 0, "scale": 1, "rotation": 0}
    assert told["limits"]["right"] == [-8, 8]
    dragged = {"right": 1.04, "down": 9.9, "scale": 1.213, "rotation": 0.0}
    state: dict[str, Any] = {f"change-{name}": ADJUSTMENTS[name].neutral for name in dragged}
    state[change.HANDLES] = {"dragged": dragged}
    monkeypatch.setattr(st, "session_state", state)
    change._take_dragged()
    assert [state[f"change-{name}"] for name in dragged] == [1.0, 8.0, 1.22, 0.0]
    assert state[CHANGED_ALONG.name] == "down"


@pytest.fixture
def find_flip(wait_until: WaitUntil) -> Any:
    def find(page: AppTest) -> None:
        """Press the button that looks for the smallest flip; nothing was looked for before."""
        assert "After</b>" not in html_of(page)
        page.button(key="find-flip").click().run()
        wait_until(lambda: "After</b>" in html_of(page) or page.info or page.run() is None)
        assert not page.exception

    return find


def test_the_smallest_change_flips_and_random_ones_do_not(page: AppTest, find_flip: Any) -> None:
    find_flip(page)
    html = html_of(page)
    assert "Before</b><p>It is read as 4, " in html
    assert re.search(r"After</b><p>It is (read as [^4]|rejected \(most probable: \d),", html)
    assert "The change, over the outline of the drawing. Highest" in html
    assert any("Of 20 random changes of the same length, none" in t.value for t in page.markdown)


def test_the_smallest_change_is_looked_for_when_asked_and_once(
    page: AppTest, find_flip: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    monkeypatch.setattr(
        change_flip, "find_smallest_flip", lambda *question: looked.append(question)
    )
    page.slider(key="change-right").set_value(1.0).run()
    assert not looked
    find_flip(page)
    assert "None was found" in page.run().info[0].value
    assert len(looked) == 1
    page.slider(key="change-right").set_value(2.0).run()
    assert not page.info


@pytest.mark.parametrize("example", load_examples())
def test_strokes_may_be_thinned_until_nothing_is_left(example: Any, find_flip: Any) -> None:
    page = visit(load_examples()[example], "three-layer")
    page.slider(key="change-thickness").set_value(-2.0).run()
    assert not page.exception
    find_flip(page)
    assert "Its length is" in html_of(page)


def test_what_is_rejected_has_no_answer_anywhere_on_the_page(page: AppTest, reader: Reader) -> None:
    page.slider(key="change-noise").set_value(1.0).run()
    assert answer_of(page) == "rejected"
    assert page.info[0].value == change_flip.REJECTED
    assert "find-flip" not in [button.key for button in page.button]
    drawing = content_of_strokes([BrushStroke(SCRIBBLE, 16)])
    assert reader.read(from_canvas(drawing.rgba)).is_rejected
    assert "the drawing is rejected from" in curve_of(visit(drawing))


@pytest.mark.parametrize("network", [name for name in get_networks() if name != "keras-cnn"])
def test_all_networks(network: Any) -> None:
    page = visit(load_examples()["1"], network)
    assert answer_of(page)
    assert curve_of(page)
