"""Draw a digit, see the answer and what every layer saw."""

from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from mnist_demo.datasets import CLASS_NAMES
from mnist_demo.errors import BlankDrawingError, ModelVersionError
from mnist_demo.images import Normalization, normalize
from mnist_demo.pages.answer import show_answer
from mnist_demo.pages.canvas import (
    Drawing,
    resume_canvas,
    show_brush,
    show_canvas,
    show_examples,
    take_drawing,
)
from mnist_demo.pages.doctor_panel import show_doctor
from mnist_demo.pages.layers import describe_layers, show_layer_choice, show_layers
from mnist_demo.pages.preparation import show_preparation
from mnist_demo.pages.readers import start_loading
from mnist_demo.pages.version_choice import get_version
from mnist_demo.store import Store, open_store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reader, Reading

POLL_INTERVAL_S = 1.0
SETTINGS = ("brush_width", "layer-", "scaling")  # keys, or how they begin
INVITATION = """
<div class='invitation'><b>Draw a digit from 0 to 9</b>
<p>After every stroke you see what a small neural network takes it for, how your drawing was
prepared for it, and what each of its layers made of it.</p></div>
"""


def show() -> None:
    """Draw the page; the canvas comes first, so that drawing can begin at once."""
    resume_canvas()
    with st.container(key="stage"):  # style.css puts the three side by side, or one below another
        canvas, answer, beginning = st.container(), st.container(), st.container()
    layer_choice, layers = st.container(), st.container()
    store = open_store()
    _show_drawing(store, canvas, answer, layers)
    with beginning:
        show_brush()
        show_examples()
    with layer_choice:
        _show_layer_choice(store)


@st.fragment
def _show_drawing(
    store: Store, canvas: DeltaGenerator, answer: DeltaGenerator, layers: DeltaGenerator
) -> None:
    """Everything that a stroke changes, and nothing else: a fragment runs alone.

    All is computed before anything is sent: a browser that gets the parts one after another lays
    the page out again for each of them.
    """
    answer, layers = answer.container(gap="medium"), layers.container()  # written in every run
    drawing = take_drawing()
    steps = _prepare(drawing)
    is_loaded = _is_loaded(store)
    if not is_loaded:
        with canvas:
            show_canvas()
    with answer:
        reader = _get_reader(store, is_needed=steps is not None)
    image = drawing.image if steps is None or drawing.image is not None else steps.image
    view = None if reader is None or image is None else _look(reader, image)
    if is_loaded:
        with canvas:
            show_canvas()
    with answer:
        if steps is None:
            st.html(INVITATION)
            return
        if view is not None:
            show_answer(view.reading, CLASS_NAMES[get_version(store).card.dataset])
        if drawing.image is None:
            show_preparation(steps)
            show_doctor(drawing.rgba, store)
        else:
            st.caption("This picture has 28 × 28 pixels already: the network gets it as it is.")
    if view is not None:
        with layers:
            show_layers(view.pictures)
        if not is_loaded:
            st.rerun()  # what waited for the network beside this fragment can be shown now


@dataclass(frozen=True)
class View:
    """What a network made of an image, and the pictures of its layers."""

    reading: "Reading"
    pictures: list[dict[str, Any]]


def _look(reader: "Reader", image: NDArray[np.float32]) -> View:
    reading = reader.read(image)
    return View(reading, describe_layers(reader, reading))


def _is_loaded(store: Store) -> bool:
    try:
        return start_loading(get_version(store), store).done()
    except ModelVersionError:
        return True  # there is nothing to wait for


def _show_layer_choice(store: Store) -> None:
    """Which layers are shown, as soon as they are known."""
    try:
        future = start_loading(get_version(store), store)
        if future.done():
            show_layer_choice(future.result())
    except ModelVersionError:
        return  # said where the answer would be


def _prepare(drawing: Drawing) -> Normalization | None:
    """Image for the network with the steps to it, or None where nothing is drawn."""
    try:
        return None if drawing.is_blank else normalize(drawing.rgba)
    except BlankDrawingError:
        return None


def _get_reader(store: Store, is_needed: bool) -> "Reader | None":
    """Reader of the version in use, or None after a sentence on why there is none."""
    try:
        future = start_loading(get_version(store), store)
        if not future.done() and not is_needed:
            st.fragment(_show_loading, run_every=POLL_INTERVAL_S)(future)
            return None
        with st.spinner("Loading TensorFlow: the answer comes in a moment …", show_time=True):
            return future.result()
    except ModelVersionError as error:
        st.error(str(error), icon=":material/error:")
        return None


def _show_loading(future: "Future[Reader]") -> None:
    if future.done():
        st.rerun()
    st.caption(":material/hourglass_top: TensorFlow is being loaded. You can draw already.")
