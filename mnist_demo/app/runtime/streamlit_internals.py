"""What touches the insides of the one Streamlit that is pinned, with the reason.

`test_streamlit_internals` fails where one of them is not needed any more, or does not work. How a
visitor's runs follow each other is in `runs`.
"""

import asyncio
import gc
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial, wraps
from itertools import accumulate
from typing import Any, ParamSpec, TypeVar

import streamlit as st
from starlette.formparsers import MultiPartParser
from streamlit import delta_generator, runtime
from streamlit.elements.widgets.selectbox import SelectboxSerde
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context_attr import (
    SCRIPT_RUN_CONTEXT_ATTR_NAME,
)
from streamlit.runtime.state.session_state import Serialized, WStates
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from mnist_demo.app.runtime.settings import get_settings

SWITCH_INTERVAL_S = 0.0005
COLLECTIONS = 5_000, 20, 50  # new objects until one of them, those until an older, until a full one
LONGEST_TIMER = timedelta(days=20)  # a browser's timer takes no more than 2³¹ ms
_deserialize = SelectboxSerde.deserialize
_add_file = MemoryUploadedFileManager.add_file
_get = WStates.__getitem__
LARGEST_UPLOAD_BYTES = 22 * 2**20  # what Streamlit takes, with the frame around it
NUMBERS = {"int_value", "double_value"}  # a widget of numbers takes both
MOST_FILES = 4  # of a visitor: one for each widget that takes a file, and one that comes anew
RELEASE_INTERVAL_S = 30.0
Parameters = ParamSpec("Parameters")
Value = TypeVar("Value")


def keep_first_run_fast() -> None:
    """Spare the first visitor a third of a second.

    With its first element Streamlit looks once whether it runs in a console, to warn then; that
    walks the sources of all modules, thousands with TensorFlow loaded. This app is being served.
    """
    delta_generator._use_warning_has_been_displayed = True


def keep_reruns_fast() -> None:
    """Spare every rerun a third of a second, once TensorFlow is loaded."""
    _keep_keras_session()
    _freeze_objects()
    sys.setswitchinterval(SWITCH_INTERVAL_S)  # what is ready is sent while an answer is computed:
    # the thread that sends waits half a millisecond for its turn instead of five


def renew_after_reconnecting() -> None:
    """Let the browser ask for the whole page whenever it is connected again.

    Its server may have been replaced by one that knows nothing of it. Streamlit's browser asks only
    if a fragment has a timer, or a run was interrupted: any other page would be stuck.
    """
    st.fragment(_pass, run_every=LONGEST_TIMER)()


def _pass() -> None:
    """Fragment that shows nothing."""


def get_visitor() -> str:
    """Names this visitor's session; nothing outside of a run."""
    context = get_script_run_ctx(suppress_warning=True)
    return "" if context is None else context.session_id


def as_visitor(function: Callable[Parameters, Value]) -> Callable[Parameters, Value]:
    """The function, called in another thread later on as if in a run for this visitor."""
    context = get_script_run_ctx()

    @wraps(function)
    def call(*arguments: Parameters.args, **options: Parameters.kwargs) -> Value:
        thread = add_script_run_ctx(threading.current_thread(), context)
        try:
            return function(*arguments, **options)
        finally:
            delattr(thread, SCRIPT_RUN_CONTEXT_ATTR_NAME)

    return call


def is_here(visitor: str) -> bool:
    """Whether this visitor's page is open; always without a server, as in a test."""
    return not runtime.exists() or runtime.get_instance().is_active_session(visitor)


def check_choices() -> None:
    """Streamlit takes any text for the choice in a select box: one that is on offer, or the first.

    It may be a name that files are looked for by.
    """
    SelectboxSerde.deserialize = _deserialize_offered  # type: ignore[method-assign, assignment]


def _deserialize_offered(box: SelectboxSerde[Any], chosen: str | None) -> Any:
    """Stand-in for `SelectboxSerde.deserialize`."""
    return _deserialize(box, chosen if chosen in box.formatted_option_to_option_index else None)


def check_values() -> None:
    """Streamlit hands on whatever a message has for a widget, or fails: only what it can report.

    Any other value is as if it had not come.
    """
    WStates.__getitem__ = _get_sound  # type: ignore[method-assign]


def _get_sound(states: WStates, widget: str) -> Any:
    """Stand-in for `WStates.__getitem__`."""
    state, metadata = states.states.get(widget), states.widget_metadata.get(widget)
    if metadata is not None and isinstance(state, Serialized):
        kind, known = state.value.WhichOneof("value"), metadata.value_type
        if kind not in (None, known) and not {kind, known} <= NUMBERS:
            raise KeyError(widget)
    try:
        return _get(states, widget)
    except Exception as error:  # what deserializes a value raises nearly anything
        raise KeyError(widget) from error


def send_at_once() -> None:
    """Spare an answer 40 ms: before the server listens, in its loop.

    The socket that Streamlit hands over names no protocol, and for such a one asyncio leaves
    Nagle's algorithm on: what follows a first packet waits until the browser has confirmed that.
    """
    loop = asyncio.get_running_loop()
    loop.create_server = partial(_serve_at_once, loop.create_server)  # type: ignore[method-assign]


async def _serve_at_once(
    create: Callable[..., Awaitable[Any]], *arguments: Any, **options: Any
) -> Any:
    """Stand-in for the loop's `create_server`; connections inherit the option."""
    if isinstance(options.get("sock"), socket.socket):
        options["sock"].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return await create(*arguments, **options)


def bound_uploads() -> None:
    """Streamlit keeps every file of a visitor's until he leaves: keep the last `MOST_FILES`.

    They are fewer where all take more than the server's `Settings` allow a visitor. One that comes
    in waits in memory, as it would fail where the disk is full.
    """
    MultiPartParser.spool_max_size = LARGEST_UPLOAD_BYTES
    MemoryUploadedFileManager.add_file = _add_bounded  # type: ignore[method-assign, assignment]


def _add_bounded(
    manager: MemoryUploadedFileManager, session_id: str, file: UploadedFileRec
) -> None:
    """Stand-in for `MemoryUploadedFileManager.add_file`."""
    _add_file(manager, session_id, file)
    files = list(manager.file_storage[session_id].values())
    sizes = accumulate(len(one.data) for one in reversed(files))
    kept = sum(size <= get_settings().upload_megabytes * 1_000_000 for size in sizes)
    for one in files[: -max(1, min(kept, MOST_FILES))]:
        manager.remove_file(session_id, one.file_id)


async def release_sessions() -> None:
    """Forget who has left, every now and then, for ever.

    Streamlit keeps a session for a reconnection, by ``server.disconnectedSessionTTL``, and forgets
    it with the next visitor who leaves: the last of a day stay in memory all night.
    """
    while True:
        await asyncio.sleep(RELEASE_INTERVAL_S)
        release_expired_sessions(runtime.get_instance())


def release_expired_sessions(instance: Runtime) -> None:
    """Forget those who can no longer reconnect, and collect the garbage that they are."""
    sessions: Any = instance._session_mgr
    expired = sessions._session_storage._cache.expire()
    for _, info in expired:
        info.session.shutdown()
    if expired:
        gc.collect()


def _keep_keras_session() -> None:
    """After each run Streamlit clears Keras's session, which throws away compiled kernels.

    No session needs clearing, as this process only reads with finished models.
    """
    import keras

    keras.backend.clear_session = _keep_session


def _keep_session(**_: Any) -> None:
    """Stand-in for ``keras.backend.clear_session``."""


def _freeze_objects() -> None:
    """A full collection walks 370,000 objects that TensorFlow never gives back, but no frozen ones.

    It then takes a tenth of a second for fifty visitors, in which nobody is answered: it is left
    until somebody is forgotten, or there is much to collect. (That Streamlit collects after every
    run is an option, which `config.toml` switches off.)
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTIONS)
