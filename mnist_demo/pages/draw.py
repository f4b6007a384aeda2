"""Draw a digit, see the answer and what every layer saw."""

from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from mnist_demo.datasets import CLASS_NAMES
from mnist_demo.errors import BlankDrawingError, ModelVersionError
from mnist_demo.images import Normalization, normalize
from mnist_demo.pages.answer import describe_answer
from mnist_demo.pages.canvas import (
    Drawing,
    resume_canvas,
    show_brush,
    show_canvas,
    show_examples,
    take_drawing,
)
from mnist_demo.pages.doctor_panel import show_doctor, show_doctor_choice
from mnist_demo.pages.layers import describe_layers, show_layer_choice, show_layers
from mnist_demo.pages.preparation import describe_preparation
from mnist_demo.pages.readers import start_loading
from mnist_demo.pages.version_choice import get_version
from mnist_demo.store import Store, open_store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reader

POLL_INTERVAL_S = 1.0
SETTINGS = ("brush_width", "layer-", "scaling")  # keys, or how they begin
WAIT = "Loading TensorFlow: the answer comes in a moment …"
INVITATION = """
<div class='invitation'><b>Draw a digit from 0 to 9</b>
<p>After every stroke you see what a small neural network takes it for, how your drawing was
prepared for it, and what each of its layers made of it.</p></div>
"""
PREPARED_ALREADY = (
    "<p class='note'>This picture has 28 × 28 pixels already: the network gets it as it is.</p>"
)


@dataclass(frozen=True)
class Places:
    """Where on the page the parts are that a stroke changes; all but the canvas hold one thing."""

    canvas: DeltaGenerator
    answer: DeltaGenerator
    doctor: DeltaGenerator
    layers: DeltaGenerator


@dataclass(frozen=True)
class View:
    """What a network made of an image: HTML of the answer, and the pictures of its layers."""

    answer: str
    pictures: list[dict[str, Any]]


def show() -> None:
    """Draw the page; the canvas comes first, so that drawing can begin at once."""
    resume_canvas()
    with st.container(key="stage"):  # style.css puts the three side by side, or one below another
        canvas, answer, beginning = st.container(), st.container(), st.container()
    doctor_choice, doctor = st.container(), st.container()
    layer_choice, layers = st.container(), st.container()
    store = open_store()
    reader, class_names = _start_loading(store)
    places = Places(canvas, answer.empty(), doctor.empty(), layers.empty())
    _show_drawing(reader, class_names, store, places)
    with beginning:
        show_brush()
        show_examples()
    with doctor_choice:
        show_doctor_choice()
    with layer_choice:
        if reader.done() and not _find_problem(reader):
            show_layer_choice(reader.result())


@st.fragment
def _show_drawing(
    reader: "Future[Reader]", class_names: tuple[str, ...], store: Store, places: Places
) -> None:
    """Everything that a stroke changes, and nothing else: a fragment runs alone.

    All is computed before anything is sent, and sent as few elements: a browser lays the page out
    again for each of them.
    """
    drawing = take_drawing()
    steps = _prepare(drawing)
    is_loaded = reader.done()
    if not is_loaded:
        with places.canvas:
            show_canvas()
        if steps is not None:
            with places.answer, st.spinner(WAIT, show_time=True):
                wait([reader])
    problem = _find_problem(reader)
    if steps is None:
        view, text = None, INVITATION
    else:
        image = steps.image if drawing.image is None else drawing.image
        view = None if problem else _look(reader.result(), image, class_names)
        prepared = describe_preparation(steps) if drawing.image is None else PREPARED_ALREADY
        text = f"{view.answer if view else ''}{prepared}"
    if is_loaded:
        with places.canvas:
            show_canvas()
    if reader.done() and not problem:
        places.answer.html(text)
    else:
        with places.answer.container():
            _show_state(reader, problem)
            st.html(text)
    if steps is not None and drawing.image is None:
        with places.doctor:
            show_doctor(drawing.rgba, store)
    if view is not None:
        with places.layers:
            show_layers(view.pictures)
        if not is_loaded:
            st.rerun()  # what waited for the network beside this fragment can be shown now


def _prepare(drawing: Drawing) -> Normalization | None:
    """Image for the network with the steps to it, or None where nothing is drawn."""
    try:
        return None if drawing.is_blank else normalize(drawing.rgba)
    except BlankDrawingError:
        return None


def _start_loading(store: Store) -> "tuple[Future[Reader], tuple[str, ...]]":
    """Reader of the version in use, as soon as there is one, and the names of its classes."""
    try:
        version = get_version(store)
    except ModelVersionError as error:
        failed: Future[Reader] = Future()
        failed.set_exception(error)
        return failed, ()
    return start_loading(version, store), CLASS_NAMES[version.card.dataset]


def _find_problem(reader: "Future[Reader]") -> str:
    """Why there is no reader, in a sentence; nothing where there is one or will be."""
    try:
        if reader.done():
            reader.result()
    except ModelVersionError as error:
        return str(error)
    return ""


def _look(reader: "Reader", image: NDArray[np.float32], class_names: tuple[str, ...]) -> View:
    reading = reader.read(image)
    return View(describe_answer(reading, class_names), describe_layers(reader, reading))


def _show_state(reader: "Future[Reader]", problem: str) -> None:
    """What is wrong, or that TensorFlow is still being loaded."""
    if problem:
        st.error(problem, icon=":material/error:")
    else:
        st.fragment(_show_loading, run_every=POLL_INTERVAL_S)(reader)


def _show_loading(reader: "Future[Reader]") -> None:
    if reader.done():
        st.rerun()
    st.caption(":material/hourglass_top: TensorFlow is being loaded. You can draw already.")
