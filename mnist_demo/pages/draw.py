"""Draw a digit, see the answer and what every layer saw."""

from concurrent.futures import Future
from typing import TYPE_CHECKING

import streamlit as st

from mnist_demo.errors import BlankDrawingError, ModelVersionError
from mnist_demo.images import Normalization, normalize
from mnist_demo.pages.answer import show_answer
from mnist_demo.pages.canvas import (
    Drawing,
    resume_canvas,
    show_brush,
    show_buttons,
    show_canvas,
    show_examples,
)
from mnist_demo.pages.layers import show_layers
from mnist_demo.pages.preparation import show_preparation
from mnist_demo.pages.readers import start_loading
from mnist_demo.pages.training_panel import choose_version, show_retraining
from mnist_demo.store import Store, Version, open_store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reader, Reading

DIGITS = tuple("0123456789")
POLL_INTERVAL_S = 0.25
INVITATION = """
<div class='invitation'><b>Draw a digit from 0 to 9</b>
<p>After every stroke you see what a small neural network takes it for, how your drawing was
prepared for it, and what each of its layers made of it.</p></div>
"""


def show() -> None:
    """Draw the page; the canvas comes first, so that drawing can begin at once."""
    resume_canvas()
    with st.container(key="stage"):  # style.css puts the three side by side, or one below another
        canvas, answer, beginning = st.container(), st.container(gap="medium"), st.container()
    layers = st.container()
    with canvas:
        drawing = show_canvas()
        show_buttons()
    with beginning:
        show_brush()
        show_examples()
    store = open_store()
    with st.sidebar:
        version = _choose_version(store)
        show_retraining(store, version)
    with answer:
        reader, reading = _read(drawing, store, version)
    if reader is not None and reading is not None:
        with layers:
            show_layers(reader, reading)


def _choose_version(store: Store) -> Version | None:
    """Version in use, or None after a sentence on why there is none."""
    st.subheader("Network", anchor=False)
    try:
        return choose_version(store)
    except ModelVersionError as error:
        st.error(str(error), icon=":material/error:")
        return None


def _read(
    drawing: Drawing, store: Store, version: Version | None
) -> "tuple[Reader | None, Reading | None]":
    """Show answer and preparation; None where there is no drawing or no network."""
    steps = _prepare(drawing)
    future = None if version is None else start_loading(version, store)
    reader = None if future is None else _wait(future, is_needed=steps is not None)
    if steps is None:
        st.html(INVITATION)
        return reader, None
    reading = None if reader is None else reader.read(steps.image)
    if reading is not None:
        show_answer(reading, DIGITS)
    st.markdown("**From your drawing to the network's 28 × 28 pixels**")
    show_preparation(steps)
    return reader, reading


def _prepare(drawing: Drawing) -> Normalization | None:
    """Image for the network with the steps to it, or None where nothing is drawn."""
    try:
        return None if drawing.is_blank else normalize(drawing.rgba)
    except BlankDrawingError:
        return None


def _wait(future: "Future[Reader]", is_needed: bool) -> "Reader | None":
    """Reader, or None after saying why there is none yet; waits only where it is needed."""
    if not future.done():
        if not is_needed:
            st.fragment(_show_loading, run_every=POLL_INTERVAL_S)(future)
            return None
        with st.spinner("Loading TensorFlow: the answer to your drawing comes in a moment …"):
            future.exception()
    try:
        return future.result()
    except ModelVersionError as error:
        st.error(str(error), icon=":material/error:")
        return None


def _show_loading(future: "Future[Reader]") -> None:
    if future.done():
        st.rerun()
    st.caption(":material/hourglass_top: TensorFlow is being loaded. You can draw already.")
