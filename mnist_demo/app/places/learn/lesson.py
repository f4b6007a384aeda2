"""A chapter on the page: its text, what it runs, its questions, and the notebook of it."""

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.app.places.learn.cards import show_cards
from mnist_demo.app.places.learn.plot import show_plot
from mnist_demo.app.places.learn.tutorial import show_loops, show_tutorial
from mnist_demo.app.places.learn.values import show_values
from mnist_demo.app.places.sections import link_to
from mnist_demo.app.runtime.samples import load_bytes
from mnist_demo.app.trouble import show_error
from mnist_demo.errors import DatasetError
from mnist_demo.language import _
from mnist_demo.learn.chapter import Block, Chapter, Link, Loops, Prose, Question, Run, Training
from mnist_demo.learn.notebook import write_notebook
from mnist_demo.learn.step import (
    DATASETS,
    Choice,
    Data,
    Range,
    Result,
    Setting,
    Step,
    load_steps,
)
from mnist_demo.learn.words import say

STYLE = Path(__file__).parent / "lesson.css"
RESULTS_KEPT = 500  # for all visitors


def show_chapter(chapter: Chapter, drawing: NDArray[np.float32]) -> None:
    """All sections, computed for a drawing (28, 28, 1)."""
    st.html(STYLE)
    steps = load_steps(chapter.name)
    with st.container(key="lesson"):
        for section in chapter.sections:
            st.subheader(section.title, anchor=False)
            for block in section.blocks:
                _show_block(block, chapter.name, steps, drawing)
        _show_notebook(chapter, drawing)


def _show_block(
    block: Block, chapter: str, steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    match block:
        case Prose(text):
            st.markdown(text)
        case Run(step):
            _show_run(block, f"lesson-{chapter}-{step}", steps[step], drawing)
        case Training(network):
            show_tutorial(network)
        case Loops(networks):
            show_loops(networks)
        case Question(text, answer):
            with st.expander(text, icon=":material/help:"):
                st.markdown(answer)
        case Link(text, place, parameters):
            link_to(place, text, parameters)


def _show_run(run: Run, key: str, step: Step, drawing: NDArray[np.float32]) -> None:
    """Controls of a step, its values, and the code that they come from."""
    try:
        data = {name: load_bytes(name) for name in DATASETS} if step.needs_data else None
    except DatasetError as error:
        show_error(error)
        return
    with st.container(border=True):
        numbers = {
            name: _choose(run.labels[name], control, step.defaults[name], f"{key}-{name}")
            for name, control in step.numbers.items()
        }
        result = compute(key, numbers, drawing, step, data)
        if step.are_cards:
            show_cards(result, int(numbers.get("buffer", 0)), f"{key}-cards")
        show = show_plot if step.is_plot else show_values
        show({say(name): value for name, value in result.items()})
        with st.expander(_("The code that was run"), icon=":material/code:"):
            code = "\n\n\n".join([*step.sources, step.write_call(numbers)])
            st.code(code, language="python", wrap_lines=True)


@st.cache_data(max_entries=RESULTS_KEPT, show_spinner=False)
def compute(
    key: str,
    numbers: dict[str, Setting],
    drawing: NDArray[np.float32],
    _step: Step,
    _data: Data | None,
) -> Result:
    """Values of the step that ``key`` names, once for the same drawing and the same numbers.

    So a moved number computes its own step anew and no other. A fragment for each step would do
    that, too, but no fragment may stand in another (`poll` says why).
    """
    return _step.run(drawing, numbers, _data)


def _choose(label: str, control: Range | Choice, default: Any, key: str) -> Setting:
    """What the reader sets: a number, or a word."""
    setting: Setting
    if isinstance(control, Choice):
        setting = st.select_slider(
            label, control.values, default, format_func=lambda value: _(str(value)), key=key
        )
    else:
        setting = st.slider(label, control.low, control.high, default, control.step, key=key)
    return setting


def _show_notebook(chapter: Chapter, drawing: NDArray[np.float32]) -> None:
    st.download_button(
        _("Take this lesson home (.ipynb)"),
        data=lambda: write_notebook(chapter, load_steps(chapter.name), drawing),
        file_name=f"{chapter.name}.ipynb",
        mime="application/x-ipynb+json",
        key=f"notebook-{chapter.name}",
        on_click="ignore",
        icon=":material/download:",
        help=_(
            "A Jupyter notebook with this text, this code and your drawing. It needs TensorFlow "
            "and Matplotlib, and nothing else."
        ),
    )
