"""What a question is about: the drawing on the stage, what reads it, and its answer."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.app.numbers import percent
from mnist_demo.app.runtime.engine import Engine, find_engine
from mnist_demo.app.runtime.own import open_store
from mnist_demo.app.stage.canvas import CanvasContent
from mnist_demo.app.stage.scene import find_source, see
from mnist_demo.language import N_, _
from mnist_demo.reading.reading import Reading
from mnist_demo.stress.answers import Answer

INVITATION = N_(
    "Nothing has been drawn yet. Draw something, or choose a picture, and ask about it here."
)


@dataclass(frozen=True, eq=False)
class Case:
    """A drawing, the network's ``image`` (28, 28, 1) of it, and the reading of that image."""

    drawing: CanvasContent
    image: NDArray[np.float32]
    reading: Reading
    engine: Engine

    @property
    def key(self) -> tuple[str, str]:
        """Names drawing and version: a key for what is computed from them."""
        return self.engine.version.key, self.drawing.key

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the ten answers are called, in the visitor's language."""
        return tuple(map(_, self.engine.class_names))


def find_case() -> Case | None:
    """What is on the stage; None after a sentence on what is missing."""
    source = find_source(open_store())
    if see(source).image is None:
        st.info(_(INVITATION), icon=":material/draw:")
        return None
    engine = find_engine()
    scene = see(source)  # now it has been read
    if engine is None or scene.image is None or scene.reading is None:
        return None
    return Case(scene.drawing, scene.image, scene.reading, engine)


def describe_answer(answer: Answer | Reading, names: tuple[str, ...]) -> str:
    """How an image is answered and how confidently, after "it is", in Markdown."""
    sure = f"**{names[answer.digit]}**, {percent(float(answer.probabilities[answer.digit]), 0)}"
    if answer.is_rejected:
        return _("rejected (most probable: {answer})").format(answer=sure)
    return _("read as {answer}").format(answer=sure)
