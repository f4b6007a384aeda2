"""Readers for all visitors: loaded once for each version, in a thread, while people draw."""

import gc
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeAlias

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mnist_demo.app.runtime.routing import ROOT
from mnist_demo.app.runtime.streamlit_internals import keep_first_run_fast, keep_reruns_fast
from mnist_demo.app.stage.sources.examples import make_thumbnails
from mnist_demo.errors import ModelVersionError
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store, open_store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.reading.reader import Reader

Loading: TypeAlias = "Future[Reader]"
DEFAULT_NETWORK = "keras-cnn"
_is_ready = threading.Event()  # the default version has been loaded, and TensorFlow with it
_loader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="load-reader")


@st.cache_resource(max_entries=8, show_spinner=False)
def load_in_background(key: str, changed_ns: int, _version: Version, _store: Store) -> Loading:
    """Reader of a version, by `Version.key` and the time of its file, as soon as it is loaded."""
    return _loader.submit(_load, _version, _store)


def start_loading(version: Version, store: Store) -> Loading:
    """Reader of ``version``; one that could not be loaded is tried again when its file changes."""
    return load_in_background(version.key, version.changed_ns, version, store)


def preload() -> None:
    """Start loading the default version; a page tells what is wrong where that fails."""
    keep_first_run_fast()
    _loader.submit(make_thumbnails)
    store = open_store()
    try:
        loading = start_loading(store.default(DEFAULT_NETWORK), store)
    except ModelVersionError:
        return
    loading.add_done_callback(_note_readiness)


def _load(version: Version, store: Store) -> "Reader":
    gc.disable()  # a quarter of TensorFlow's import would be collections that find nothing
    try:
        from mnist_demo.reading.reader import load_version

        reader = load_version(version, store)
    finally:
        gc.enable()
    keep_reruns_fast()
    return reader


def _note_readiness(loading: Loading) -> None:
    if loading.exception() is None:
        _is_ready.set()


def _serve_readiness(_: Request) -> Response:
    if _is_ready.is_set():
        return PlainTextResponse("ready")
    return PlainTextResponse("The network is not loaded yet.", 503)


# Whether visitors should be sent here already; Streamlit's own _stcore/health says that it runs.
READINESS = Route(ROOT + "health/ready", _serve_readiness)
