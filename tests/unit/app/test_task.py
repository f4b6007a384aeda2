"""Tasks are told of in the log, give a coroutine what they make, and never wait by the hundred."""

import asyncio
import threading
from typing import Any

import pytest

from mnist_demo.app.runtime import events, task
from mnist_demo.app.runtime.settings import JOBS
from mnist_demo.app.runtime.task import Task
from mnist_demo.errors import BusyError, DatasetError
from mnist_demo.progress import OnCount
from tests.asynchronous import run
from tests.signatures import SetVariable, WaitUntil


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Events of the log, without how long they took."""
    told: list[Any] = []
    monkeypatch.setattr(
        events,
        "log",
        lambda event, visitor, seconds="", **facts: told.append((event, *facts.values())),
    )
    return told


def refuse(_on_count: OnCount) -> None:
    raise DatasetError("There is no data.")


def test_a_coroutine_gets_what_a_task_makes_or_raises(told: list[Any]) -> None:
    async def finish() -> int:
        return await Task("count", lambda on_count: 3).finish()

    async def fail() -> None:
        await Task("fail", refuse).finish()

    assert run(finish()) == 3
    with pytest.raises(DatasetError):
        run(fail())
    assert told == [
        ("job_begun", "count"),
        ("job_ended", "count", "done"),
        ("job_begun", "fail"),
        ("job_ended", "fail", "failed"),
    ]


def test_a_coroutine_that_gives_up_cancels_no_task(told: list[Any]) -> None:
    may_end = threading.Event()
    task = Task("count", lambda on_count: may_end.wait(20))

    async def give_up() -> None:
        async with asyncio.timeout(0):
            await task.finish()

    with pytest.raises(TimeoutError):
        run(give_up())
    may_end.set()
    task.wait(20)
    assert task.result


def test_what_does_not_begin_is_declined_where_too_many_wait(
    monkeypatch: pytest.MonkeyPatch,
    set_variable: SetVariable,
    told: list[Any],
    wait_until: WaitUntil,
) -> None:
    set_variable(JOBS, "1")
    monkeypatch.setattr(task, "_waiting", threading.BoundedSemaphore(1))
    task._get_turns.cache_clear()
    may_end = threading.Event()
    running = Task("first", lambda on_count: may_end.wait(20))
    wait_until(lambda: told == [("job_begun", "first")])
    waiting = Task("second", lambda on_count: True)
    wait_until(lambda: events.JOBS_WAITING._value.get() == 1)
    declined = Task("third", lambda on_count: True)
    declined.wait(20)
    assert isinstance(declined.error, BusyError)
    assert told[1:] == [("refused", "job")]
    may_end.set()
    for one in (running, waiting):
        one.wait(20)
        assert one.result
    task._get_turns.cache_clear()
