"""What touches Streamlit's insides, with the reason; nothing is done where they are gone.

`test_streamlit_internals` fails where one of them is not needed any more, or does not work.
"""

import gc
import sys
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit import delta_generator
from streamlit.runtime import app_session
from streamlit.runtime.scriptrunner import get_script_run_ctx

REPL_WARNING_FLAG = "_use_warning_has_been_displayed"
THEME_READER = "_populate_theme_msg"
SWITCH_INTERVAL_S = 0.0005


def keep_first_run_fast() -> None:
    """Spare the first visitor a third of a second.

    With its first element Streamlit looks once whether it runs in a console, to warn then; that
    walks the sources of all modules, thousands with TensorFlow loaded. This app is being served.
    """
    if hasattr(delta_generator, REPL_WARNING_FLAG):
        setattr(delta_generator, REPL_WARNING_FLAG, True)


def keep_reruns_fast() -> None:
    """Spare every rerun a third of a second, once TensorFlow is loaded."""
    _keep_keras_session()
    _keep_themes()
    _freeze_objects()
    sys.setswitchinterval(SWITCH_INTERVAL_S)  # what is ready is sent while an answer is computed:
    # the thread that sends waits half a millisecond for its turn instead of five


def renew(*fragments: str) -> None:
    """In a callback: run these fragments, by their keys, and nothing else of the page.

    Streamlit may have folded the widget's message into a run of the whole page, which has begun
    then: a browser has stopped all timers of fragments, to be told of them anew. To ask for
    fragments would end that run, and a poll would never come again; it is left to go on.
    """
    context = get_script_run_ctx()
    if getattr(context, "fragment_ids_this_run", fragments):
        st.rerun(fragments)


def _keep_keras_session() -> None:
    """After each run Streamlit clears Keras's session, which throws away compiled kernels.

    No session needs clearing, as this process only reads with finished models.
    """
    import keras

    if hasattr(keras.backend, "clear_session"):
        keras.backend.clear_session = _keep_session


def _keep_session(**_: Any) -> None:
    """Stand-in for ``keras.backend.clear_session``."""


def _keep_themes() -> None:
    """With each run Streamlit puts six themes together from its configuration, for a millisecond.

    The configuration of a server does not change.
    """
    read = getattr(app_session, THEME_READER, None)
    if read is not None and not isinstance(read, _KeptThemes):
        setattr(app_session, THEME_READER, _KeptThemes(read))


class _KeptThemes:
    """Stand-in for what writes a theme, a section of the configuration, into a message."""

    def __init__(self, read: Callable[[Any, str], None]) -> None:
        self.read = read
        self.themes: dict[str, Any] = {}

    def __call__(self, message: Any, section: str = "theme") -> None:
        if section not in self.themes:
            self.themes[section] = type(message)()
            self.read(self.themes[section], section)
        if self.themes[section].ByteSize():  # a copy of nothing would be something
            message.CopyFrom(self.themes[section])


def _freeze_objects() -> None:
    """A full collection walks 370,000 objects that TensorFlow never gives back, but no frozen ones.

    (That Streamlit collects after every run is an option, which `config.toml` switches off.)
    """
    if hasattr(gc, "freeze"):  # CPython has it
        gc.collect()
        gc.freeze()
