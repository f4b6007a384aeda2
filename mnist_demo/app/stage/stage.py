"""The stage: canvas and answer, on every place, so that one drawing survives every change of it."""

from collections.abc import Callable
from concurrent.futures import wait
from functools import partial
from typing import Any

import streamlit as st

from mnist_demo.app.components.live.files import address_network, keep_reading
from mnist_demo.app.components.live.live import show_live_answer
from mnist_demo.app.components.modules import make_component
from mnist_demo.app.components.poll import poll
from mnist_demo.app.hiding import is_hidden
from mnist_demo.app.numbers import percent
from mnist_demo.app.runtime import events
from mnist_demo.app.runtime.held import get_held
from mnist_demo.app.runtime.runs import renew
from mnist_demo.app.runtime.streamlit_internals import as_visitor
from mnist_demo.app.session import BRUSH_WIDTH, LEFT_ALONE, PLACE, STAGE
from mnist_demo.app.stage.address import tell_address
from mnist_demo.app.stage.advice import draw_alone
from mnist_demo.app.stage.canvas import (
    adapt_canvas,
    get_canvas,
    show_brush,
    show_canvas,
    take_drawing,
)
from mnist_demo.app.stage.scene import Scene, Source, find_source, see, see_drawing
from mnist_demo.app.stage.sources.sources import show_sources
from mnist_demo.app.stage.sources.test_pictures import find_example
from mnist_demo.app.stage.strokes import Strokes
from mnist_demo.app.trouble import show_error
from mnist_demo.data.catalogue import DatasetInfo
from mnist_demo.errors import CanvasError
from mnist_demo.figures.pixels import encode_image
from mnist_demo.handwriting.canvas_strokes import CANVAS_SIDE
from mnist_demo.language import N_, _
from mnist_demo.reading.number import Number, NumberDigit
from mnist_demo.share.packing import pack
from mnist_demo.versions.store import Store

POLL_INTERVAL_S = 1.0
SURENESS = (
    (0.99, N_("I am very sure.")),
    (0.9, N_("I am quite sure.")),
    (0.6, N_("I think so, but I am not sure.")),
    (0.0, N_("I am only guessing.")),
)
NUMBER = N_("A number, read digit by digit.")
REJECTED = N_("This looks most like {name}, but I would not bet on it.")
WHY_REJECTED = N_(
    "All ten together get {score} points from this drawing; a digit gets more than {threshold}."
)
LOADING = N_("TensorFlow is being loaded. You can draw already.")
WAIT = N_("Loading TensorFlow: the answer will come in a moment …")
_show_round = make_component("stage/tour.js", html="<button>&nbsp;</button>")
INVITATION = """
<div class='invitation'><b>{title}</b>
<p>{text}</p></div>
"""


def show_stage(store: Store, place: str) -> None:
    """Canvas, buttons, answer, and where else a drawing may come from; ``place`` is a URL path."""
    LEFT_ALONE.set(False)
    source = find_source(store)
    if get_canvas().is_new:
        get_canvas().example = find_example(source.dataset)
    adapt_canvas()
    if not is_hidden("sources"):
        show_sources(source)  # above the canvas: what they open needs room below
    st.fragment(_show_drawing, key=STAGE)(source, place)
    show_brush()
    _show_round(data={"place": place}, key="tour")


def follow(action: Callable[..., object], *arguments: object) -> None:
    """Widget callback: do something to the drawing, then renew what depends on it.

    The stage is renewed anyway, as the widgets are in its fragment; to ask for it costs a run more.
    """
    take_drawing()  # a stroke that was drawn just before
    action(*arguments)
    if not LEFT_ALONE.get():
        renew(STAGE, PLACE)


def _show_drawing(source: Source, place: str) -> None:
    """The canvas and the answer, sent as few elements: a browser lays out after each of them."""
    is_loaded, scene = source.reader.done(), see(source)
    show_canvas(on_stroke=partial(follow, see, source))
    show_live_answer(
        _tell_source(source) | _tell_scene(source, place, scene),
        on_choice=partial(follow, _put_alone, source),
        on_press=partial(follow, get_canvas().act),
    )
    get_held().answer = as_visitor(partial(_answer, source, place))
    if source.problem or not is_loaded:  # last: what comes and goes would let the rest begin anew
        _show_state(source, scene)


def _answer(source: Source, place: str, strokes: Strokes, arrival_s: float) -> bytes | None:
    """What a browser is told of strokes, packed; None where they change more than the answer."""
    events.hear(arrival_s)
    canvas = get_canvas()
    if not (LEFT_ALONE.get() and source.is_ready) or canvas.problem:
        return None
    try:
        if not canvas.draw(strokes.moment, strokes.strokes, strokes.png):
            return None
    except CanvasError:
        return None
    told = {"told": _tell_scene(source, place, see_drawing(source, canvas.drawing))}
    return get_held().readings[-1].pack(told) if told["told"]["reading"] else pack(told, {})


def _tell_source(source: Source) -> dict[str, Any]:
    """What a browser needs to answer by itself."""
    return {
        "network": source.version and address_network(source.version.key),
        "classes": [_(name) for name in source.dataset.classes],
        "side": CANVAS_SIDE,
        "brush": BRUSH_WIDTH.get(),
        "rejectionThreshold": source.rejection_threshold,
        "words": tell_words(source.dataset),
    }


def _tell_scene(source: Source, place: str, scene: Scene) -> dict[str, Any]:
    """What changes with the drawing, TensorFlow's answer among it."""
    canvas = get_canvas()
    told = {
        "moment": canvas.moment,  # after Undo all else may be as it was told last
        "possible": canvas.possible,
        "isBlank": scene.steps is None,
        "label": scene.drawing.label and _(scene.drawing.label),
        "advice": scene.advice.text,
        "number": scene.advice.number and _tell_number(scene.advice.number),
        "reading": _tell_reading(source, scene),
    }
    return told | tell_address(scene, source, place)


def tell_words(dataset: DatasetInfo) -> dict[str, Any]:
    """What a browser says about an answer; for how sure it is, from which probability on."""
    return {
        "sureness": [(least, _(text)) for least, text in SURENESS],
        "number": _(NUMBER),
        "rejected": _(REJECTED),
        "why": _(WHY_REJECTED),
        "invitation": _invite(dataset),
    }


def _tell_reading(source: Source, scene: Scene) -> dict[str, Any] | None:
    image, reading = scene.image, scene.reading
    if source.version is None or image is None or reading is None:
        return None
    return {
        "address": keep_reading(source.version.key, reading, image, scene.drawing),
        "logits": reading.logits.tolist(),
        "probabilities": reading.probabilities.tolist(),
    }


def _tell_number(number: Number) -> dict[str, Any]:
    return {"text": number.text, "digits": [_tell_digit(digit) for digit in number.digits]}


def _tell_digit(digit: NumberDigit) -> dict[str, str]:
    return {
        "digit": str(digit.digit),
        "percent": percent(digit.confidence),
        "png": encode_image(digit.image),
    }


def _put_alone(source: Source, index: int) -> None:
    """Put a digit of the number on the stage; Undo brings the number back."""
    number = see(source).advice.number
    if number and index < len(number.digits):
        get_canvas().put(draw_alone(number.digits[index]))


def _invite(dataset: DatasetInfo) -> str:
    """HTML that says how to begin."""
    if dataset.are_digits:
        title = _("Draw a digit from 0 to 9")
        text = _("While you draw, you see what a small neural network takes it for.")
    else:
        title = _("Choose a test picture")
        text = _(
            "This network knows ten kinds of clothing, which are hard to draw: {class_names}. You "
            "can draw here all the same."
        )
        text = text.format(class_names=_(", ").join(_(name) for name in dataset.classes))
    return INVITATION.format(title=title, text=text)


def _show_state(source: Source, scene: Scene) -> None:
    """What is wrong, or that TensorFlow is still being loaded, for which a drawing waits."""
    if source.problem:
        show_error(source.problem)
    elif not (scene.drawing.is_blank or get_canvas().shows_example):
        with st.spinner(_(WAIT), show_time=True):
            wait([source.reader])
        st.rerun()
    else:
        st.caption(f":material/hourglass_top: {_(LOADING)}")
        poll(POLL_INTERVAL_S, "poll-loading", partial(_renew_all_once, source.reader.done))


def _renew_all_once(is_true: Callable[[], bool]) -> None:
    if is_true():
        st.rerun()
