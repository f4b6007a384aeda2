"""What touches Streamlit's insides works, and is needed."""

import asyncio
import base64
import gc
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import pytest
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from streamlit import config, delta_generator, env_util
from streamlit.runtime.caching.ttl_cache import TTLCache
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette import starlette_server

from mnist_demo.app.places.evaluate import evaluate_data
from mnist_demo.app.runtime import streamlit_internals
from mnist_demo.app.runtime.settings import UPLOADS
from mnist_demo.image import upload
from tests.app.conftest import Visitor
from tests.asynchronous import run
from tests.signatures import SetVariable


def test_streamlit_clears_keras_session_after_every_run(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If it no longer does, nothing need replace it."""
    calls = []
    monkeypatch.setattr(keras.backend, "clear_session", lambda **_: calls.append(1))
    visitor.look()
    assert calls


def test_streamlit_collects_no_garbage_after_a_run(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert config.get_option("runner.postScriptGC") is False
    monkeypatch.setattr(gc, "collect", lambda *_: pytest.fail("garbage was collected"))
    visitor.look()


def test_reruns_neither_clear_keras_session_nor_collect_what_is_loaded(visitor: Visitor) -> None:
    """If TensorFlow makes no more objects than that, they need not be frozen."""
    keras.layers.Dense(1)
    before = keras.layers.Dense(1).name
    visitor.look()
    assert keras.layers.Dense(1).name not in (before, "dense"), "names are counted anew"
    assert gc.get_freeze_count() > 100_000
    assert gc.get_threshold() == streamlit_internals.COLLECTIONS


def test_threads_take_turns_more_often_than_python_lets_them(visitor: Visitor) -> None:
    """If Python does so itself, the interval need not be set."""
    program = "import sys; print(sys.getswitchinterval())"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert float(run.stdout) > 2 * sys.getswitchinterval()


@pytest.mark.parametrize(("is_kept_fast", "searches"), [(False, 1), (True, 0)])
def test_streamlit_searches_all_modules_once_unless_it_is_kept_from_it(
    monkeypatch: pytest.MonkeyPatch, is_kept_fast: bool, searches: int
) -> None:
    """If it no longer does, nothing need prevent it."""
    calls = []
    monkeypatch.setattr(env_util, "is_repl", lambda: bool(calls.append(1)))
    monkeypatch.setattr(delta_generator, "_use_warning_has_been_displayed", False)
    if is_kept_fast:
        streamlit_internals.keep_first_run_fast()
    page = AppTest.from_string("import streamlit as st; st.text('one')").run()
    assert page.text[0].value == "one"
    assert len(calls) == searches


def test_a_visitor_holds_his_last_files_and_streamlit_alone_would_hold_all() -> None:
    add, manager = streamlit_internals._add_file, MemoryUploadedFileManager("/")
    for held, add_file in ((10, add), (4, streamlit_internals._add_bounded)):
        for number in range(10):
            name = str(number)
            add_file(manager, "somebody", UploadedFileRec(name, name, "image/png", b"picture"))
        assert len(manager.file_storage["somebody"]) == held
    assert [*manager.file_storage["somebody"]] == ["6", "7", "8", "9"]


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [([1, 1, 1], 3), ([1, 2, 2], 1), ([2, 1, 1], 2), ([1, 1, 3], 1), ([1] * 9, 2)],
)
def test_the_files_of_a_visitor_are_bounded_together(
    set_variable: SetVariable, sizes: list[int], kept: int
) -> None:
    set_variable(UPLOADS, "3" if len(sizes) == 3 else "2")
    manager = MemoryUploadedFileManager("/")
    for number, size in enumerate(sizes):
        file = UploadedFileRec(str(number), "name", "image/png", bytes(size * 1_000_000))
        streamlit_internals._add_bounded(manager, "somebody", file)
    assert [*manager.file_storage["somebody"]] == [*map(str, range(len(sizes)))][-kept:]


def test_who_cannot_reconnect_is_forgotten_and_streamlit_alone_would_wait_for_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    collections: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda: collections.append(1))

    class Session:
        id = "somebody"
        ended = 0

        def shutdown(self) -> None:
            self.ended += 1

    session, clock = Session(), [0.0]
    storage = MemorySessionStorage()
    storage._cache = TTLCache(maxsize=9, ttl=120, timer=lambda: clock[0])
    runtime: Any = SimpleNamespace(_session_mgr=SimpleNamespace(_session_storage=storage))
    storage.save(SimpleNamespace(session=session))  # type: ignore[arg-type]
    for clock[0], kept, ended in ((119, 1, 0), (121, 0, 1), (200, 0, 1)):
        assert len(storage._cache._data) == max(kept, 1 - session.ended), "nobody has looked yet"
        streamlit_internals.release_expired_sessions(runtime)
        assert (len(storage._cache._data), session.ended) == (kept, ended)
        assert len(collections) == ended


def test_the_server_takes_what_the_page_says_and_no_more() -> None:
    """A pasted picture comes as base64 in a message."""
    assert config.get_option("server.maxUploadSize") * 1_000_000 == upload.MOST_BYTES
    assert config.get_option("server.maxUploadSize") == evaluate_data.MOST_MEGABYTES
    pasted = len(base64.b64encode(bytes(upload.MOST_BYTES)))
    for option in ("server.maxMessageSize", "server.maxWidgetStateSize"):
        assert pasted < config.get_option(option) * 1_000_000 < 1.2 * pasted


def test_an_upload_needs_no_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "full"))
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    body += bytes(upload.MOST_BYTES) + b"\r\n--x--\r\n"
    headers = [(b"content-type", b"multipart/form-data; boundary=x")]

    async def receive() -> Any:
        return {"type": "http.request", "body": body}

    async def parse() -> int:
        request = Request({"type": "http", "headers": headers}, receive)
        async with request.form() as form:
            return len(await form["f"].read())

    with pytest.raises(OSError, match="No such file"):
        run(parse())
    monkeypatch.setattr(MultiPartParser, "spool_max_size", streamlit_internals.LARGEST_UPLOAD_BYTES)
    assert run(parse()) == upload.MOST_BYTES


@pytest.mark.parametrize("is_sent_at_once", [False, True])
def test_asyncio_lets_answers_wait_unless_it_is_kept_from_it(is_sent_at_once: bool) -> None:
    """If it no longer does for a socket like Streamlit's, nothing need be set."""

    async def serve() -> object:
        if is_sent_at_once:
            streamlit_internals.send_at_once()
        options: list[int] = []

        def note(_: object, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            options.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listening = starlette_server._bind_socket("127.0.0.1", 0, 1)
        async with await asyncio.start_server(note, sock=listening):
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            await reader.read()
            writer.close()
        return options

    assert run(serve()) == [int(is_sent_at_once)]


def test_a_function_is_called_as_in_a_visitor_s_run_and_the_thread_is_free_again(
    visitor: Visitor,
) -> None:
    page = AppTest.from_string(
        "from tests.app.test_streamlit_internals import keep\nkeep()", default_timeout=60
    )
    page.run()
    assert not page.exception
    with ThreadPoolExecutor(1) as thread:
        found = [thread.submit(one).result() for one in (kept[0], streamlit_internals.get_visitor)]
    assert found == ["test session id", ""]


kept: list[Callable[[], str]] = []


def keep() -> None:
    kept[:] = [streamlit_internals.as_visitor(streamlit_internals.get_visitor)]
