"""Work in the background: a fair share for each visitor, and none for who has left."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st

from mnist_demo.app.runtime import background
from mnist_demo.app.runtime.background import Place
from mnist_demo.progress import OnCount


class Crowd:
    """Visitors of a server, one of whom acts at a time."""

    def __init__(self) -> None:
        self.here = {"one", "other"}
        self.acting = "one"
        self.states: dict[str, dict[str, Any]] = {"one": {}, "other": {}}


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Crowd:
    crowd = Crowd()
    monkeypatch.setattr(background, "get_visitor", lambda: crowd.acting)
    monkeypatch.setattr(background, "is_here", lambda visitor: visitor in crowd.here)
    return crowd


@pytest.fixture
def act(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Function that lets a visitor act from now on."""

    def act_as(visitor: str) -> None:
        crowd.acting = visitor
        monkeypatch.setattr(st, "session_state", crowd.states[visitor])

    return act_as


def count_on(on_count: OnCount) -> None:
    """Work without end."""
    pause = threading.Event()
    for done in range(10**6):
        on_count(done, 10**6)
        pause.wait(0.005)


def test_who_begins_something_else_no_longer_waits_for_the_first(
    crowd: Crowd, act: Callable[[str], None]
) -> None:
    first, second, others = Place[None](), Place[None](), Place[None]()
    act("one")
    task = first.start("count", count_on)
    act("other")
    other_task = others.start("count", count_on)
    act("one")
    second.start("count", count_on)
    task.wait(20)
    assert task.is_stopped
    assert other_task.is_running
    crowd.here.discard("other")
    other_task.wait(20)
    assert other_task.is_stopped
    assert second.is_running
    crowd.here.clear()
    assert second.task is not None
    second.task.wait(20)
    assert second.task.is_stopped
