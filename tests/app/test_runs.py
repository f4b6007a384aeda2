"""A visitor's runs follow each other whole; in each case Streamlit alone would lose something."""

import asyncio
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.testing.v1 import AppTest

from mnist_demo.app.runtime import runs
from tests.asynchronous import run

PAGE_FINISHED = ForwardMsg.FINISHED_SUCCESSFULLY
FINISHED = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
INTERRUPTED = ForwardMsg.FINISHED_EARLY_FOR_RERUN


def begin_next_run(
    clear: Any, fragments: list[str], next_ones: list[str] | None, result: Any = FINISHED
) -> tuple[Any, list[str]]:
    """What a browser is told of the result of a run, and for which fragments."""
    queue = ForwardMsgQueue()
    report = ForwardMsg(script_finished=result)
    report.metadata.run.fragment_ids[:] = fragments
    queue.enqueue(report)
    clear(queue, retain_lifecycle_msgs=True, fragment_ids_this_run=next_ones)
    [told] = queue.flush()
    return told.script_finished, [*told.metadata.run.fragment_ids]


@pytest.mark.parametrize(
    ("fragments", "next_ones", "left"),
    [(["stage"], ["timer"], ["stage"]), (["stage", "place"], ["stage"], ["place"])],
)
def test_a_finished_fragment_is_reported_and_streamlit_alone_would_say_interrupted(
    fragments: list[str], next_ones: list[str], left: list[str]
) -> None:
    ours, streamlit = runs._clear_queue, runs._clear
    assert begin_next_run(streamlit, fragments, next_ones) == (INTERRUPTED, fragments)
    assert begin_next_run(ours, fragments, next_ones) == (FINISHED, left)


@pytest.mark.parametrize(
    ("fragments", "next_ones", "result", "told"),
    [
        (["stage"], ["stage", "timer"], FINISHED, INTERRUPTED),  # it runs again
        (["stage"], None, FINISHED, INTERRUPTED),  # so does the whole page
        (["stage"], ["timer"], INTERRUPTED, INTERRUPTED),
        ([], ["timer"], PAGE_FINISHED, PAGE_FINISHED),
    ],
)
def test_all_other_runs_are_reported_as_streamlit_does(
    fragments: list[str], next_ones: list[str] | None, result: Any, told: Any
) -> None:
    for clear in (runs._clear_queue, runs._clear):
        assert begin_next_run(clear, fragments, next_ones, result) == (told, fragments)


PAGE = """
import streamlit as st

st.fragment(lambda: st.text("part"), key="part")()
st.text("page")
"""
SLOW_PAGE = """
import streamlit as st

runs, go_on = st.session_state.runs, st.session_state.go_on
runs.append("begin")
go_on.wait()
runs.append("end")
"""


class Session:
    """A visitor's session of a page, without a server; its browser hears what is sent."""

    def __init__(self, folder: Path, page: str) -> None:
        script, self.is_sent = folder / "page.py", asyncio.Event()
        script.write_text(page)
        files, cache = MemoryUploadedFileManager("/"), ScriptCache()
        self.session: Any = AppSession(ScriptData(str(script)), files, cache, self.is_sent.set, {})
        self.ask = self.session.request_rerun

    async def hear(self, last: Any) -> list[Any]:
        """Texts and results of runs up to this result, after which the session ends."""
        sent: list[Any] = []
        while last not in sent:
            await self.is_sent.wait()
            self.is_sent.clear()
            sent += [
                message.script_finished
                if message.HasField("script_finished")
                else message.delta.new_element.text.body
                for message in self.session.flush_browser_queue()
            ]
        while self.session._scriptrunner is not None:
            await asyncio.sleep(0)
        self.session.shutdown()
        return [one for one in sent if one != ""]


@pytest.fixture(params=[True, False], ids=["ours", "streamlit alone"])
def is_kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Whether runs are kept apart."""
    monkeypatch.setattr("streamlit.runtime.get_instance", MagicMock())
    create = "_create_in_turn" if request.param else "_create_scriptrunner"
    monkeypatch.setattr(AppSession, "_create_scriptrunner", getattr(runs, create))
    return request.param


def test_what_a_run_has_sent_is_kept_where_another_follows(tmp_path: Path, is_kept: bool) -> None:
    async def ask_for_a_fragment_while_the_page_ends() -> list[Any]:
        session = Session(tmp_path, PAGE)
        session.ask(ClientState())
        session.session._scriptrunner._script_thread.join()  # nothing of it is heard so far
        [part] = session.session._fragment_storage._fragments
        session.ask(ClientState(fragment_id=part))
        return await session.hear(FINISHED)

    sent = run(ask_for_a_fragment_while_the_page_ends())
    assert sent == (["part", "page", PAGE_FINISHED] if is_kept else []) + ["part", FINISHED]


def test_a_run_begins_when_the_one_before_has_ended(tmp_path: Path, is_kept: bool) -> None:
    async def ask_while_the_page_runs() -> list[Any]:
        session, go_on = Session(tmp_path, SLOW_PAGE), threading.Event()
        said: list[Any] = []
        session.session.session_state["runs"] = said
        session.session.session_state["go_on"] = go_on
        session.ask(ClientState())
        while not said:
            await asyncio.sleep(0)
        for _ in range(2):  # two are one
            session.ask(ClientState())
        while not is_kept and len(said) < 2:
            await asyncio.sleep(0)
        go_on.set()
        await session.hear(PAGE_FINISHED)
        return said

    said = run(ask_while_the_page_runs())
    assert (said == ["begin", "end"] * 2) is is_kept


@pytest.mark.parametrize("is_running", [False, True])
@pytest.mark.parametrize(("name", "place"), [("_request_in_place", "new"), ("_request", "old")])
def test_a_stroke_does_not_undo_a_choice_of_place_and_in_streamlit_alone_it_would(
    name: str, place: str, is_running: bool
) -> None:
    request, requests = getattr(runs, name), ScriptRequests()
    request(requests, RerunData(page_script_hash="new"))
    if is_running:
        requests.on_scriptrunner_ready()
    request(requests, RerunData(page_script_hash="old", fragment_id="stage"))
    asked = requests.on_scriptrunner_ready().rerun_data
    assert asked.page_script_hash == place
    assert asked.fragment_id_queue == (["stage"] if is_running else [])


@pytest.mark.parametrize(("asked", "place"), [("old", "new"), ("new", "new"), ("", "new")])
def test_neither_does_it_after_the_run_of_the_place(asked: str, place: str) -> None:
    stroke = RerunData(page_script_hash=asked, fragment_id="stage", query_string="own")
    put = runs._stay(stroke, ClientState(page_script_hash=place))
    assert (put.page_script_hash, put.fragment_id) == (place, "stage")
    assert put.query_string == ("own" if asked == place else "")
    page = RerunData(page_script_hash=asked)
    assert runs._stay(page, ClientState(page_script_hash=place)) is page


def count_runs() -> None:
    """A page that counts its runs and those of its fragment, whose button asks for the latter."""
    import streamlit as st

    from mnist_demo.app.runtime.runs import renew

    def count(name: str) -> None:
        st.session_state[name] = st.session_state.get(name, 0) + 1

    def show_part() -> None:
        count("parts")
        st.button("plain", on_click=st.rerun, args=(["part"],))
        st.button("renew", on_click=renew, args=("part",))

    count("pages")
    st.fragment(show_part, key="part")()


@pytest.mark.parametrize(("button", "pages"), [(0, 1), (1, 2)])
def test_targeted_rerun_ends_the_run_of_the_page_that_it_comes_with_unless_it_is_renewed(
    button: int, pages: int
) -> None:
    """If it no longer does, `renew` need not look; AppTest runs the whole page with each click."""
    page = AppTest.from_function(count_runs).run()
    page.button[button].click().run()
    assert (page.session_state["pages"], page.session_state["parts"]) == (pages, 2)


def test_fragments_alone_are_renewed_where_nothing_else_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("streamlit.rerun", asked.append)
    context = SimpleNamespace(fragment_ids_this_run=["part"])
    for one in (context, SimpleNamespace()):  # or the inside is gone
        monkeypatch.setattr(runs, "get_script_run_ctx", lambda one=one: one)
        runs.renew("part", "other")
    assert asked == [("part", "other")] * 2
