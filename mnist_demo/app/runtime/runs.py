"""A visitor's runs of the page and of its fragments: one after the other, each of them whole.

Streamlit lets them overlap, and then loses values, answers or places. `test_runs` shows each case,
and fails where Streamlit has mended it. All of this touches Streamlit's insides.
"""

import threading
from dataclasses import replace

import streamlit as st
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

WAITING, LAST_THREAD = "_waiting_runs", "_last_thread"  # kept with a session
ENDING_S = 0.001  # that a run's thread may take for its end
_create_scriptrunner = AppSession._create_scriptrunner
_request = ScriptRequests._request_rerun_locked
_clear = ForwardMsgQueue.clear


def separate_runs() -> None:
    """Before the server listens: no run of a visitor's disturbs another.

    Streamlit begins a run of the page while the one before is still ending, which may put older
    values in the place of what has been typed since. Where a run's thread has just ended, it drops
    what that has sent. A stroke's message, still from the place before, undoes the choice of
    another. And a fragment's complete run is reported as interrupted where another fragment's
    follows; a browser removes nothing after such a run.
    """
    AppSession._create_scriptrunner = _create_in_turn  # type: ignore[method-assign, assignment]
    ScriptRequests._request_rerun_locked = _request_in_place  # type: ignore[method-assign, assignment]
    ForwardMsgQueue.clear = _clear_queue  # type: ignore[method-assign, assignment]


def _create_in_turn(session: AppSession, rerun_data: RerunData) -> None:
    """Stand-in for `AppSession._create_scriptrunner`; what is asked for meanwhile is one run."""
    is_first = WAITING not in vars(session)
    vars(session).setdefault(WAITING, ScriptRequests()).request_rerun(rerun_data)
    if is_first:
        _begin_run(session)


def _begin_run(session: AppSession) -> None:
    """Begin what is waiting, or look again in a millisecond."""
    thread: threading.Thread | None = vars(session).get(LAST_THREAD)
    if session._scriptrunner is not None or (thread is not None and thread.is_alive()):
        session._event_loop.call_later(ENDING_S, _begin_run, session)
        return
    waiting = vars(session).pop(WAITING)
    if session._state is not AppSessionState.SHUTDOWN_REQUESTED:
        rerun_data = waiting.on_scriptrunner_ready().rerun_data
        _create_scriptrunner(session, _stay(rerun_data, session._client_state))
        vars(session)[LAST_THREAD] = getattr(session._scriptrunner, "_script_thread", None)


def _request_in_place(requests: ScriptRequests, rerun_data: RerunData) -> bool:
    """Stand-in for `ScriptRequests._request_rerun_locked`, which knows what runs or waits."""
    return _request(requests, _stay(rerun_data, requests._rerun_data))


def _stay(asked: RerunData, last: RerunData | ClientState) -> RerunData:
    """The same, but where a visitor was last: no fragment's run changes the place."""
    place = last.page_script_hash
    if not (asked.fragment_id or asked.fragment_id_queue) or place in ("", asked.page_script_hash):
        return asked
    query, name = last.query_string, last.page_name
    return replace(asked, page_script_hash=place, query_string=query, page_name=name)


def _clear_queue(
    queue: ForwardMsgQueue,
    retain_lifecycle_msgs: bool = False,
    fragment_ids_this_run: list[str] | None = None,
) -> None:
    """Stand-in for `ForwardMsgQueue.clear`: a fragment that does not run again has finished."""
    if not fragment_ids_this_run:  # as whenever messages are sent
        _clear(queue, retain_lifecycle_msgs, fragment_ids_this_run)
        return
    reports = [message for message in queue._queue if message.HasField("script_finished")]
    results = [message.script_finished for message in reports]
    _clear(queue, retain_lifecycle_msgs, fragment_ids_this_run)
    for message, result in zip(reports, results, strict=True):
        fragments = message.metadata.run.fragment_ids
        others = [fragment for fragment in fragments if fragment not in fragment_ids_this_run]
        if others:
            fragments[:] = others
            message.script_finished = result


def renew(*fragments: str) -> None:
    """In a callback: run these fragments, by their keys, and nothing else of the page.

    Streamlit may have folded the widget's message into a run of the whole page, which has begun
    then: a browser has stopped all timers of fragments, to be told of them anew. To ask for
    fragments would end that run, and a poll would never come again; it is left to go on.
    """
    context = get_script_run_ctx()
    if getattr(context, "fragment_ids_this_run", fragments):
        st.rerun(fragments)
