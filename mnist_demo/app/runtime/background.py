"""Long work: a button or a new question, then progress and a way to stop it, then the result."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import streamlit as st

from mnist_demo.app.components.poll import poll
from mnist_demo.app.runtime.streamlit_internals import get_visitor, is_here
from mnist_demo.app.runtime.task import Task
from mnist_demo.app.session import WORK, work_of
from mnist_demo.app.trouble import show_error
from mnist_demo.errors import DemoError
from mnist_demo.language import _
from mnist_demo.progress import OnCount

POLL_INTERVAL_S = 0.5
LEAST_LEFT_S = 0.5  # less is not told
AT_ONCE_S = 0.2  # what takes no longer shows no progress

Result = TypeVar("Result")


@dataclass
class Place(Generic[Result]):
    """Where some work of a visitor's is, once it has been started."""

    task: Task[Result] | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is something to wait for."""
        return self.task is not None and self.task.is_running

    def start(self, name: str, run: Callable[[OnCount], Result]) -> Task[Result]:
        """Begin the work, which ends when its visitor leaves, and stop what he began before.

        ``name`` is for the log.
        """
        before = WORK.get()
        if before is not None:
            before.stop()
        self.task = Task(name, run, partial(is_here, get_visitor()))
        WORK.set(self.task)
        return self.task


@dataclass(frozen=True)
class Wording:
    """What is said of the work: its name, the units that it is counted in, and its button.

    All are marked, and translated here. What has other buttons (`show_state`) needs none.
    """

    name: str
    button: str = ""
    help: str = ""
    units: str = ""
    icon: str = ""


def show_work(
    place: Place[Result], wording: Wording, key: str, run: Callable[[OnCount], Result]
) -> Result | None:
    """Button, progress or trouble; the result of ``run``, once it is there."""
    if place.task is not None and place.task.result is not None:
        return place.task.result
    if show_state(place, wording, key):
        return None
    # Asked here and not in a callback: a click may come before the last choice has arrived.
    label, explanation = _(wording.button), _(wording.help)
    if st.button(label, key=key, icon=wording.icon, type="primary", help=explanation):
        if not place.is_running:
            place.start(key, run)
        st.rerun()
    return None


def show_state(place: Place[Any], wording: Wording, key: str) -> bool:
    """Progress, renewed by itself, or trouble; whether somebody still waits for the work."""
    task = place.task
    if task is not None and task.is_running:
        _show_progress(task, wording)
        poll(POLL_INTERVAL_S, f"poll-{key}")
        return True
    _show_trouble(task, wording)
    return False


def find_place(key: str, question: Hashable) -> Place[Any]:
    """Where this visitor's work on a question is; that on the question before it is stopped."""
    before = work_of(key).get()
    if before is not None and before[0] == question:
        return before[1]
    if before is not None and before[1].task is not None:
        before[1].task.stop()
    place: Place[Any] = Place()
    work_of(key).set((question, place))
    return place


def work_at_once(
    key: str, question: Hashable, wording: Wording, run: Callable[[OnCount], Result]
) -> Result | None:
    """Result of ``run`` for a question, begun when it is new; progress or trouble until then."""
    place: Place[Result] = find_place(key, question)
    if place.task is None:
        place.start(key, run).wait(AT_ONCE_S)
    return show_work(place, wording, key, run)


def _show_trouble(task: Task[Result] | None, wording: Wording) -> None:
    if task is not None and task.error is not None:
        if not isinstance(task.error, DemoError):
            raise task.error
        show_error(task.error)
    if task is not None and task.is_stopped:
        text = _("{work} was stopped.").format(work=_(wording.name))
        st.info(text, icon=":material/stop_circle:")


def _show_progress(task: Task[Result], wording: Wording) -> None:
    st.progress(task.fraction, text=_describe_progress(task, wording))
    explanation = _("End it. {work} can be started again.")
    st.button(
        _("Stop"),
        icon=":material/stop:",
        on_click=task.stop,
        help=explanation.format(work=_(wording.name)),
    )


def _describe_progress(task: Task[Result], wording: Wording) -> str:
    if not task.total:
        return _("{work}: loading what it needs …").format(work=_(wording.name))
    text = _("{done} of {total} {units}")
    if task.left_s is not None and task.left_s >= LEAST_LEFT_S:
        text = _("{done} of {total} {units}, {seconds} s left")
    return text.format(
        done=f"{task.done:,}",
        total=f"{task.total:,}",
        units=_(wording.units),
        seconds=f"{task.left_s or 0:.0f}",
    )
