"""A visitor's corrections: drawings on the stage with what they were meant to be.

They are in this visitor's session, and nowhere else while nobody teaches.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.app.session import CORRECTIONS
from mnist_demo.app.stage.canvas import CanvasContent
from mnist_demo.language import _
from mnist_demo.teaching.lesson import MOST, Lesson


@dataclass(frozen=True, eq=False)
class Correction:
    """The network's ``image`` (28, 28, 1) of a drawing, and what was meant, 0 to 9.

    ``strokes`` are (n, 2) each, in pixels of the canvas; there are none of a picture. ``key`` names
    the drawing.
    """

    key: str
    image: NDArray[np.float32]
    label: int
    strokes: tuple[NDArray[np.float32], ...] = ()


def make_lesson(corrections: Sequence[Correction]) -> Lesson:
    """What is to be learned from them."""
    images = np.stack([one.image for one in corrections])
    return Lesson(images, np.array([one.label for one in corrections], np.int64))


def choose_meant(drawing: CanvasContent, names: Sequence[str], label: int | None) -> int | None:
    """Choice of what the drawing was meant to be, ``label`` at first; None before there is one."""
    meant: int | None = st.selectbox(
        _("I meant …"),
        range(len(names)),
        index=label,
        format_func=names.__getitem__,
        key=f"meant-{drawing.key}",
        placeholder=_("Choose what it is"),
        width=240,
        help=_("What the drawing is. A test picture says so itself."),
    )
    return meant


def offer_adding(drawing: CanvasContent, image: NDArray[np.float32], meant: int | None) -> None:
    """Button that adds the drawing to what this visitor teaches, or says why it cannot."""
    known = {one.key: one.label for one in CORRECTIONS.get()}
    is_full = len(known) >= MOST and drawing.key not in known
    explanation = _("Keep this drawing, with what you meant, for “Teach it” in “Train and test”.")
    if is_full:
        explanation = _("A lesson has at most {count} drawings: remove one.").format(count=MOST)
    elif meant is not None and known.get(drawing.key) == meant:
        explanation = _("This drawing is already in your lesson.")
    st.button(
        _("Add it to my lesson"),
        key="add-correction",
        icon=":material/add:",
        disabled=meant is None or is_full or known.get(drawing.key) == meant,
        on_click=_add,
        args=(drawing, image, meant),
        help=explanation,
    )


def remove(key: str) -> None:
    """Take a drawing out of the lesson."""
    CORRECTIONS.set(tuple(one for one in CORRECTIONS.get() if one.key != key))


def _add(drawing: CanvasContent, image: NDArray[np.float32], label: int) -> None:
    """Put it at the end; a drawing has one meaning, the last one given."""
    remove(drawing.key)
    strokes = tuple(stroke.flatten() for stroke in drawing.strokes)
    correction = Correction(drawing.key, image, label, strokes)
    CORRECTIONS.set((*CORRECTIONS.get(), correction))
