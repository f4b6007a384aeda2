"""Draw a digit, see the answer and what every layer saw."""

from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_demo.datasets import CLASS_NAMES, DIGITS
from mnist_demo.errors import BlankDrawingError, ModelVersionError
from mnist_demo.images import Normalization, normalize
from mnist_demo.pages.answer import describe_answer, show_answer
from mnist_demo.pages.canvas import (
    Drawing,
    resume_canvas,
    show_brush,
    show_canvas,
    take_drawing,
)
from mnist_demo.pages.doctor_panel import is_doctor_open, show_doctor, show_doctor_choice
from mnist_demo.pages.examples import show_examples
from mnist_demo.pages.explorer import is_open, show_explorer, show_explorer_choice
from mnist_demo.pages.layers import describe_layers, get_choices, show_layer_choice, show_layers
from mnist_demo.pages.preparation import describe_preparation
from mnist_demo.pages.readers import start_loading
from mnist_demo.pages.version_choice import get_version
from mnist_demo.store import Store, open_store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reader, Reading

POLL_INTERVAL_S = 1.0
LAST_LOOK = "last_look"
WAIT = "Loading TensorFlow: the answer comes in a moment …"
INVITATION = """
<div class='invitation'><b>Draw a digit from 0 to 9</b>
<p>After every stroke you see what a small neural network takes it for, how your drawing was
prepared for it, and what each of its layers made of it.</p></div>
"""
INVITATION_TO_CHOOSE = """
<div class='invitation'><b>Choose a picture on the page “Pictures”</b>
<p>This network knows ten kinds of clothing, which are hard to draw: {class_names}. Of the picture
you see what the network takes it for, and what each of its layers made of it. You can draw here
all the same.</p></div>
"""
PREPARED_ALREADY = (
    "<p class='note'>This picture has 28 × 28 pixels already: the network gets it as it is.</p>"
)


@dataclass(frozen=True)
class Places:
    """Containers of the parts of the page that a stroke changes.

    Streamlit lets a fragment write to those only that it has written to in the last full run.
    """

    canvas: DeltaGenerator
    answer: DeltaGenerator
    doctor: DeltaGenerator
    explorer: DeltaGenerator
    layers: DeltaGenerator


@dataclass(frozen=True)
class Source:
    """What reads: a reader as soon as there is one, the names of its classes, and its version."""

    reader: "Future[Reader]"
    class_names: tuple[str, ...] = DIGITS
    version_key: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether it can be asked now."""
        return self.reader.done() and not self.problem

    @property
    def problem(self) -> str:
        """Why there is no reader, in a sentence; nothing where there is one or will be."""
        try:
            if self.reader.done():
                self.reader.result()
        except ModelVersionError as error:
            return str(error)
        return ""


@dataclass(frozen=True)
class Look:
    """What the page shows of a drawing: its preparation, the answer and the layers' pictures.

    ``steps`` are None where nothing is drawn, ``reading`` and ``pictures`` where nothing is read.
    """

    drawing: Drawing
    steps: Normalization | None
    text: str
    reading: "Reading | None" = None
    pictures: list[dict[str, Any]] | None = None


def show() -> None:
    """Draw the page; the canvas comes first, so that drawing can begin at once."""
    resume_canvas()
    with st.container(key="stage"):  # style.css puts the three side by side, or one below another
        canvas, answer, beginning = st.container(), st.container(), st.container()
    doctor, layer_choice, explorer, layers = (st.container() for _ in range(4))
    store = open_store()
    source = _start_loading(store)
    _show_drawing(source, store, Places(canvas, answer, doctor, explorer, layers))
    with beginning:
        show_brush()
        show_examples()
        show_doctor_choice()
    if source.is_ready:
        with layer_choice:
            show_layer_choice(source.reader.result())
            show_explorer_choice()


@st.fragment
def _show_drawing(source: Source, store: Store, places: Places) -> None:
    """Everything that a stroke changes, and nothing else: a fragment runs alone.

    All is computed before anything is sent, and sent as few elements: a browser lays the page out
    again for each of them.
    """
    is_loaded = source.reader.done()
    has_news = not is_loaded or source.problem
    answer = places.answer.container() if has_news else places.answer
    if not is_loaded:
        with places.canvas:
            show_canvas()
        if not take_drawing().is_blank:
            with answer, st.spinner(WAIT, show_time=True):
                wait([source.reader])
    look = _look(source)
    if is_loaded:
        with places.canvas:
            show_canvas(on_stroke=partial(_look, source))
    with answer:
        if has_news:
            _show_state(source)
        show_answer(look.text)
    with places.layers:
        _show_layers(look)
    if is_doctor_open():
        with places.doctor.container():
            if look.steps is not None and look.drawing.image is None:
                show_doctor(look.drawing.rgba, store, source.class_names)
    if is_open():
        with places.explorer.container():
            _show_explorer(look, source)
    if look.reading is not None and not is_loaded:
        st.rerun()  # what waited for the network beside this fragment can be shown now


def _look(source: Source) -> Look:
    """Look at what is drawn; the last look is kept.

    So the one that a stroke needs is there before the fragment begins, which lays the page out.
    """
    drawing = take_drawing()
    question = source.version_key, source.is_ready, drawing.key, *get_choices()
    last: tuple[object, Look] | None = st.session_state.get(LAST_LOOK)
    if last is None or last[0] != question:
        last = question, _look_anew(source, drawing)
        st.session_state[LAST_LOOK] = last
    return last[1]


def _look_anew(source: Source, drawing: Drawing) -> Look:
    steps = _prepare(drawing)
    if steps is None:
        return Look(drawing, None, _invite(source.class_names))
    prepared = describe_preparation(steps) if drawing.image is None else PREPARED_ALREADY
    if not source.is_ready:
        return Look(drawing, steps, prepared)
    reader = source.reader.result()
    reading = reader.read(steps.image if drawing.image is None else drawing.image)
    text = describe_answer(reading, source.class_names) + prepared
    return Look(drawing, steps, text, reading, describe_layers(reader, reading))


def _invite(class_names: tuple[str, ...]) -> str:
    """HTML that says how to begin."""
    if class_names == DIGITS:
        return INVITATION
    return INVITATION_TO_CHOOSE.format(class_names=", ".join(class_names))


def _prepare(drawing: Drawing) -> Normalization | None:
    """Image for the network with the steps to it, or None where nothing is drawn."""
    try:
        return None if drawing.is_blank else normalize(drawing.rgba)
    except BlankDrawingError:
        return None


def _start_loading(store: Store) -> Source:
    """Reader of the version in use, which may come later or not at all."""
    try:
        version = get_version(store)
    except ModelVersionError as error:
        failed: Future[Reader] = Future()
        failed.set_exception(error)
        return Source(failed)
    class_names = CLASS_NAMES[version.card.dataset]
    return Source(start_loading(version, store), class_names, version.key)


def _show_state(source: Source) -> None:
    """What is wrong, or that TensorFlow is still being loaded."""
    if source.problem:
        st.error(source.problem, icon=":material/error:")
    elif not source.reader.done():
        st.fragment(_show_loading, run_every=POLL_INTERVAL_S)(source.reader)


def _show_loading(reader: "Future[Reader]") -> None:
    if reader.done():
        st.rerun()
    st.caption(":material/hourglass_top: TensorFlow is being loaded. You can draw already.")


def _show_layers(look: Look) -> None:
    if look.pictures is None:
        st.empty()
    else:
        show_layers(look.pictures)


def _show_explorer(look: Look, source: Source) -> None:
    if look.reading is not None and look.steps is not None:
        names = source.class_names
        show_explorer(source.version_key, names, look.reading, look.drawing, look.steps)
