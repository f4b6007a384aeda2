"""Readers for all visitors: loaded once for each version, in a thread, while people draw."""

import gc
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit import delta_generator

from mnist_demo.errors import ModelVersionError
from mnist_demo.pages.examples import make_thumbnails
from mnist_demo.store import Store, Version, open_store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reader

    Loading = Future[Reader]

DEFAULT_NETWORK = "keras-cnn"
SWITCH_INTERVAL_S = 0.0005
_loader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="load-reader")


@st.cache_resource(max_entries=8, show_spinner=False)
def load_in_background(key: str, changed_ns: int, _version: Version, _store: Store) -> "Loading":
    """Reader of a version, by `Version.key` and the time of its file, as soon as it is loaded."""
    return _loader.submit(_load, _version, _store)


def start_loading(version: Version, store: Store) -> "Loading":
    """Reader of ``version``; one that could not be loaded is tried again when its file changes."""
    return load_in_background(version.key, version.changed_ns, version, store)


def preload() -> None:
    """Start loading what newcomers get; a page tells what is wrong where that fails."""
    keep_first_run_fast()
    _loader.submit(make_thumbnails)
    store = open_store()
    try:
        start_loading(store.default(DEFAULT_NETWORK), store)
    except ModelVersionError:
        return


def _load(version: Version, store: Store) -> "Reader":
    gc.disable()  # a quarter of TensorFlow's import would be collections that find nothing
    try:
        from mnist_demo.inference import load_version

        reader = load_version(version, store)
    finally:
        gc.enable()
    keep_reruns_fast()
    return reader


def keep_first_run_fast() -> None:
    """Spare the first visitor a third of a second.

    With its first element Streamlit looks once whether it runs in a console, to warn then; that
    walks the sources of all modules, thousands with TensorFlow loaded. This app is being served.
    """
    delta_generator._use_warning_has_been_displayed = True


def keep_reruns_fast() -> None:
    """Spare every rerun a third of a second.

    After each script run Streamlit collects garbage and calls ``keras.backend.clear_session()``.
    With TensorFlow loaded the first walks 370,000 objects and the second throws away compiled
    kernels. Frozen objects are not walked; and no session needs clearing, as this process only
    reads with finished models. While an answer is computed, what is ready is sent: the thread that
    sends waits half a millisecond for its turn instead of five.
    """
    import keras

    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.collect()
    gc.freeze()
    keras.backend.clear_session = _keep_session


def _keep_session(**_: Any) -> None:
    """Stand-in for ``keras.backend.clear_session``."""
