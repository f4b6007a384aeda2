"""What is on the page: nothing drawn yet, a drawing, its layers, and odd drawings."""

import base64
import io
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.app.runtime import events
from mnist_demo.app.stage.advice import READ, TOO_SMALL, UNSURE, draw_alone
from mnist_demo.app.stage.canvas import (
    NO_PICTURE,
    TOO_MUCH,
    content_of_strokes,
    load_examples,
)
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.handwriting import render_strokes
from mnist_demo.handwriting.canvas_strokes import BrushStroke, from_path
from mnist_demo.image.normalization import from_canvas
from mnist_demo.networks import get_networks
from mnist_demo.reading.reader import Reader
from tests.app.conftest import Visitor
from tests.app.served import fetch, unpack
from tests.signatures import WaitUntil

PNG_URL = "data:image/png;base64,R0lG"


def test_empty_page_invites_and_can_be_drawn_on(visitor: Visitor) -> None:
    assert visitor.is_invited
    assert visitor.has_canvas
    assert visitor.answer is None
    assert visitor.layers == {}
    assert not any(visitor.is_enabled(name) for name in ("Undo", "Redo", "Clear"))
    assert not visitor.has_examples
    visitor.page.session_state["Example"] = True
    assert visitor.look().has_examples
    assert visitor.is_enabled("retrain")
    assert visitor.errors == []


def test_a_newcomer_finds_an_example_that_is_no_drawing_of_his_own(
    make_visitor: Callable[..., Visitor], drawing: NDArray[np.uint8], reader: Reader
) -> None:
    visitor = make_visitor()
    del visitor.page.session_state["canvas"]
    assert visitor.look().answer == 3
    assert visitor.address == ""
    assert visitor.canvas_key == "canvas-0"
    assert visitor.is_enabled("Clear")
    assert not visitor.is_enabled("Undo")
    expected = reader.read(from_canvas(drawing)).probabilities
    np.testing.assert_allclose(visitor.draw(drawing).probabilities, expected, atol=1e-6)
    assert visitor.address
    assert visitor.press("Undo").is_invited
    assert not visitor.is_enabled("Undo")


def test_clear_leaves_a_newcomer_an_empty_stage(make_visitor: Callable[..., Visitor]) -> None:
    visitor = make_visitor()
    del visitor.page.session_state["canvas"]
    assert visitor.look().press("Clear").is_invited
    assert not any(visitor.is_enabled(name) for name in ("Undo", "Redo", "Clear"))


def test_an_example_does_not_wait_for_tensorflow(
    make_visitor: Callable[..., Visitor], slow_loading: threading.Event
) -> None:
    visitor = make_visitor(is_loaded=False)
    del visitor.page.session_state["canvas"]
    assert "TensorFlow is being loaded" in visitor.look().text
    assert visitor.answer is None


def test_a_newcomer_sees_clothing_read_where_the_data_is_here(
    make_visitor: Callable[..., Visitor],
    monkeypatch: pytest.MonkeyPatch,
    real_data: Path,
    wait_until: WaitUntil,
) -> None:
    visitor = make_visitor()
    del visitor.page.session_state["canvas"]
    visitor.page.session_state["network"] = "fashion"
    assert "Choose a test picture" in visitor.look().text
    monkeypatch.setenv("MNIST_DEMO_DATA", str(real_data))
    wait_until(lambda: visitor.look().answer is not None)
    assert visitor.told["label"] in DATASETS["fashion-mnist"].classes
    assert visitor.address == ""


def test_network_for_clothing_invites_to_choose_a_picture(visitor: Visitor) -> None:
    visitor.page.session_state["network"] = "fashion"
    text = visitor.look().text
    assert not visitor.is_invited
    assert "Choose a test picture" in text
    assert ", ".join(DATASETS["fashion-mnist"].classes) in text
    assert "digit" not in re.search("<div class='invitation'>.*?</div>", text, re.DOTALL)[0]


def test_drawing_is_answered_with_what_the_reader_says(
    visitor: Visitor, drawing: NDArray[np.uint8], reader: Reader
) -> None:
    visitor.draw(drawing)
    reading = reader.read(from_canvas(drawing))
    assert visitor.answer == reading.digit
    assert visitor.runner_up == reading.runner_up
    np.testing.assert_allclose(visitor.probabilities, reading.probabilities, atol=1e-6)
    assert not visitor.is_invited


def test_every_layer_is_shown_from_the_same_reading(
    visitor: Visitor, drawing: NDArray[np.uint8], reader: Reader
) -> None:
    visitor.draw(drawing)
    image = from_canvas(drawing)
    expected = {"image": image, **reader.read(image).activations}
    assert list(visitor.layers) == list(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(visitor.layers[name], values, atol=1e-6)


@pytest.mark.parametrize("network", get_networks())
def test_every_network_shows_every_layer(
    visitor: Visitor, drawing: NDArray[np.uint8], network: Any
) -> None:
    visitor.page.selectbox(key="network").set_value(network)
    visitor.look().draw(drawing)
    names = [layer.name for layer in get_networks()[network].build().layers]
    assert list(visitor.layers) == names
    weights = fetch(f"/{visitor.told['network']}")
    assert [layer["name"] for layer in unpack(weights.body)[0]["layers"]] == names


def test_what_is_hidden_stays_hidden_for_the_visitor_alone(
    visitor: Visitor, drawing: NDArray[np.uint8], make_visitor: Callable[..., Visitor]
) -> None:
    assert visitor.choice == {"hidden": [], "isPerMap": False, "opened": None}
    opened = {"layer": "conv_2", "at": {"channel": 3, "y": 1, "x": 2}}
    choice = {"hidden": ["conv_1", "another"], "isPerMap": True, "opened": opened}
    visitor.page.session_state["network_picture_choice"] = choice
    assert visitor.draw(drawing).choice == choice
    assert make_visitor().choice["hidden"] == []


def test_examples_are_read_as_what_they_are(visitor: Visitor) -> None:
    for digit in range(10):
        visitor.press(f"example-{digit}")
        assert visitor.answer == digit


def test_undo_redo_and_clear(visitor: Visitor) -> None:
    visitor.press("example-3").press("example-5")
    assert visitor.answer == 5
    assert visitor.press("Undo").answer == 3
    assert visitor.is_enabled("Redo")
    assert visitor.press("Redo").answer == 5
    assert not visitor.is_enabled("Redo")
    visitor.press("Clear")
    assert visitor.is_invited
    assert not visitor.is_enabled("Clear")
    assert visitor.press("Undo").answer == 5
    visitor.press("Undo").press("Undo")
    assert visitor.is_invited
    assert not visitor.is_enabled("Undo")


def test_drawing_after_an_undo_forgets_what_was_undone(
    visitor: Visitor, drawing: NDArray[np.uint8]
) -> None:
    visitor.press("example-3").press("example-5").press("Undo").draw(drawing)
    assert not visitor.is_enabled("Redo")
    assert visitor.press("Undo").answer == 3


def test_rerun_repeats_the_drawing_but_is_no_new_one(
    visitor: Visitor, drawing: NDArray[np.uint8]
) -> None:
    visitor.draw(drawing).look().look().press("Undo")
    assert visitor.is_invited


def odd(kind: str) -> Any:
    canvas = np.zeros((320, 320, 4), np.uint8)
    canvas[..., 3] = 255
    match kind:
        case "dot":
            canvas[100:120, 30:50] = 255
        case "pixel":
            canvas[0, 319] = 255
        case "line":
            canvas[50:300, 160] = 255
        case "full":
            canvas[...] = 255
        case "transparent":
            canvas[...] = 0
    return canvas


@pytest.mark.parametrize("kind", ["dot", "pixel", "line", "full"])
def test_odd_drawing_is_answered_or_rejected_like_any_other(visitor: Visitor, kind: str) -> None:
    visitor.draw(odd(kind))
    assert (visitor.answer is None) == visitor.is_rejected
    assert visitor.is_rejected == (kind != "line")  # which may be a 1
    assert visitor.probabilities.sum() == pytest.approx(1)
    assert len(visitor.layers) == 10
    assert visitor.errors == []


def place_example(digit: str, scale: Any, left: Any, top: Any) -> Any:
    strokes = [from_path(path).flatten() for path in load_examples()[digit].fabric["objects"]]
    return [(stroke * scale + (left, top)).astype(np.float32) for stroke in strokes]


FOUR_AND_TWO = (("4", 0.5, 0, 80), ("2", 0.5, 150, 80))


def write_examples(*placed: Any, brush: float = 16) -> NDArray[np.uint8]:
    """Canvas with examples on it, each a label, a scale, and how far right and down it is."""
    strokes = [stroke for example in placed for stroke in place_example(*example)]
    return render_strokes(strokes, brush, 320)


@pytest.mark.parametrize(
    ("placed", "is_rejected", "advice"),
    [
        (FOUR_AND_TWO, True, READ),
        ((("7", 0.15, 20, 20),), True, TOO_SMALL),
        ((("7", 0.5, 80, 80),), False, ""),
    ],
    ids=["two digits", "too small", "a digit"],
)
def test_a_drawing_that_cannot_be_read_well_gets_advice(
    visitor: Visitor, placed: Any, is_rejected: bool, advice: str
) -> None:
    visitor.draw(write_examples(*placed))
    assert visitor.is_rejected == is_rejected
    assert visitor.told["advice"] == advice
    assert (visitor.told["number"] is not None) == (advice == READ)


def test_a_number_is_told_digit_by_digit(visitor: Visitor) -> None:
    number = visitor.draw(write_examples(*FOUR_AND_TWO)).told["number"]
    assert number["text"] == "42"
    assert [one["digit"] for one in number["digits"]] == ["4", "2"]
    for one, placed in zip(number["digits"], FOUR_AND_TWO, strict=True):
        alone = from_canvas(write_examples(placed))[..., 0]
        shown = Image.open(io.BytesIO(base64.b64decode(one["png"]))).convert("L")
        assert np.abs(np.asarray(shown) / 255 - alone).mean() < 0.02
        assert 0.9 < float(one["percent"].rstrip("%")) / 100 <= 1


def test_digits_that_touch_are_told_apart_by_their_strokes(visitor: Visitor) -> None:
    placed = ("4", 0.5, 0, 80), ("2", 0.5, 70, 80)
    assert visitor.draw(write_examples(*placed)).told["number"] is None  # a picture has none
    visitor.press("Clear")
    strokes = [BrushStroke(one, 16) for example in placed for one in place_example(*example)]
    visitor.page.session_state["canvas"].put(content_of_strokes(strokes))
    visitor.look()
    assert visitor.told["number"]["text"] == "42"


def test_a_digit_of_a_number_goes_on_the_stage_and_undo_brings_the_number_back(
    visitor: Visitor,
) -> None:
    visitor.draw(write_examples(*FOUR_AND_TWO))
    number = visitor.page.session_state["held"]().scene[1].advice.number
    visitor.page.session_state["canvas"].put(draw_alone(number.digits[1]))
    visitor.look()
    assert visitor.answer == 2
    assert visitor.told["number"] is None
    visitor.press("Undo")
    assert visitor.told["number"]["text"] == "42"


def test_digits_that_are_hardly_apart_may_be_several(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnist_demo.reading.number.SURE", 1.1)
    visitor.draw(write_examples(*FOUR_AND_TWO))
    assert visitor.told["advice"] == UNSURE.format(number="42")
    assert visitor.told["number"] is None


def test_only_what_is_rejected_or_wide_is_read_as_a_number(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnist_demo.app.stage.advice.read_number", Mock(side_effect=AssertionError))
    for label in load_examples():
        visitor.press(f"example-{label}")
        assert visitor.told["advice"] == ""


@pytest.mark.parametrize("kind", ["blank", "transparent"])
def test_blank_canvas_that_was_drawn_on_invites_again(
    visitor: Visitor, drawing: NDArray[np.uint8], kind: str
) -> None:
    visitor.draw(drawing).draw(odd(kind))
    assert visitor.is_invited
    assert visitor.answer is None
    assert visitor.errors == []


@pytest.mark.parametrize(
    ("report", "problem"),
    [
        ({"raw": {"objects": [{"path": []}] * 1_001}, "data": PNG_URL}, TOO_MUCH),
        ({"raw": {"objects": [{}]}, "data": PNG_URL}, NO_PICTURE),
    ],
    ids=["too much", "no picture"],
)
def test_what_cannot_be_taken_is_told_and_the_drawing_before_is_back(
    visitor: Visitor, report: Any, problem: Any
) -> None:
    visitor.press("example-4")
    before = visitor.canvas_key
    visitor.page.session_state[before] = {"drawing": report}
    visitor.look()
    assert visitor.page.warning[0].value == problem
    assert visitor.answer == 4
    assert visitor.canvas_key != before  # the canvas has started anew
    assert visitor.look().page.warning[0].value == problem
    visitor.press("Undo")
    assert not visitor.page.warning


def test_visitors_have_their_own_drawings(make_visitor: Callable[..., Visitor]) -> None:
    one, other = make_visitor().press("example-2"), make_visitor().press("example-7")
    assert (one.look().answer, other.look().answer) == (2, 7)


def test_everything_that_can_be_used_says_what_it_does(
    visitor: Visitor, drawing: NDArray[np.uint8]
) -> None:
    page = visitor.draw(drawing).page
    for kind in (page.button, page.selectbox, page.slider):
        assert len(kind) > 0
        assert [widget.label for widget in kind if not widget.help] == []


def test_examples_are_drawings_on_the_canvas_like_others() -> None:
    for example in load_examples().values():
        assert example.rgba.shape == (320, 320, 4)
        assert len(example.fabric["objects"]) >= 1


def test_a_stroke_is_told_of_once(
    visitor: Visitor, drawing: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(events, "read_stroke", lambda: told.append(1))
    visitor.draw(drawing)
    visitor.look()
    assert told == [1]
