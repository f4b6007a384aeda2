"""Change the drawing: sliders, what is answered then, the curve along one, the smallest change."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.changes import KINDS, among_others, change_all
from mnist_demo.pages.answer import describe_answer
from mnist_demo.pages.change_chart import show_curve
from mnist_demo.pages.change_flip import show_smallest_flip
from mnist_demo.pages.engine import Engine, find_engine
from mnist_demo.pages.map_pictures import gray_picture
from mnist_demo.pages.subject import Subject, find_subject
from mnist_demo.perturbation import trace_curve

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reading

STYLES = [Path(__file__).parent / name for name in ("maps.css", "change.css")]
INVITATION = (
    "Nothing is drawn yet. Draw something on the page “Draw”, or choose a picture on the page "
    "“Pictures”: here you change it and see when the answer becomes another one."
)
HELP = {
    "thickness": "Mix the strokes with ones that are thicker or thinner by a pixel.",
    "scale": "Make the drawing larger or smaller about the middle.",
    "turn": "Turn the drawing about the middle, clockwise.",
    "right": "Move the drawing to the right, or with less than 0 to the left.",
    "down": "Move the drawing down, or with less than 0 up.",
    "noise": "Add noise of this standard deviation; full ink is 1.",
}


def show() -> None:
    """Draw the page."""
    for style in STYLES:
        st.html(style)
    st.header("Change the drawing", anchor=False)
    subject = find_subject()
    if subject is None:
        st.info(INVITATION, icon=":material/draw:")
        return
    engine = find_engine()
    if engine is not None:
        _show_changes(engine, subject)


@st.fragment
def _show_changes(engine: Engine, subject: Subject) -> None:
    """Everything that a slider changes."""
    with st.container(key="changing"):  # change.css puts them side by side where there is room
        pictures, sliders = st.container(key="changing-pictures"), st.container()
        with sliders:
            amounts = _choose_amounts()
        changed = change_all(subject.image, amounts)
        reading = engine.reader.read(changed)
        pictures.html(_show_pictures(engine, subject.image, changed, reading))
        st.container().html(describe_answer(reading, engine.class_names))
    st.subheader("Along one of them", anchor=False)
    name = st.segmented_control(
        "Curve along",
        list(KINDS),
        format_func=lambda name: KINDS[name].title,
        default="turn",
        required=True,
        key="change-along",
        persist_state="session",
        help="The other sliders stay where they are, while this one goes from end to end.",
    )
    kind = among_others(name, amounts)
    curve = trace_curve(engine.reader.classify, subject.image, kind)
    show_curve(engine, subject.image, kind, curve, amounts[name])
    show_smallest_flip(engine, changed)


def _choose_amounts() -> dict[str, float]:
    """A slider for each kind of change, and a button that takes all back."""
    amounts = {}
    for name, kind in KINDS.items():
        st.session_state.setdefault(_key(name), float(kind.neutral))
        amounts[name] = st.slider(
            kind.title,
            float(kind.low),
            float(kind.high),
            step=float(kind.step),
            format=f"%.{kind.decimals}f {kind.unit}",
            key=_key(name),
            persist_state="session",
            help=HELP[name],
        )
    st.button(
        "Take all changes back",
        icon=":material/undo:",
        on_click=_take_back,
        disabled=all(amounts[name] == kind.neutral for name, kind in KINDS.items()),
        help="Put all sliders where they change nothing.",
    )
    return amounts


def _take_back() -> None:
    for name, kind in KINDS.items():
        st.session_state[_key(name)] = float(kind.neutral)


def _key(name: str) -> str:
    return f"change-{name}"


def _show_pictures(
    engine: Engine, before: NDArray[np.float32], after: NDArray[np.float32], changed: "Reading"
) -> str:
    """The drawing as it is and as it has become, with the answers."""
    given = engine.reader.read(before)
    figures = [
        f"<figure>{gray_picture(image, f'{title}: 28 × 28 pixels')}"
        f"<figcaption>{title}: <b>{_name(engine, reading)}</b></figcaption></figure>"
        for title, image, reading in (("As drawn", before, given), ("Changed", after, changed))
    ]
    return f"<div class='before-after'>{''.join(figures)}</div>"


def _name(engine: Engine, reading: "Reading") -> str:
    return "refused" if reading.is_refused else engine.class_names[reading.digit]
