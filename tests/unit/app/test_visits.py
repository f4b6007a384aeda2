"""Visits: numbered, at most so many at once, and ended when they are idle."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_server import _get_uvicorn_config_kwargs

from mnist_demo.app.runtime import events
from mnist_demo.app.runtime.visits import Visits
from tests.asynchronous import run

MESSAGE = {"type": "websocket.receive", "bytes": b"a stroke"}
LEFT = {"type": "websocket.disconnect", "code": 1000}


@pytest.fixture(autouse=True)
def nobody_is_here() -> Iterator[None]:
    events.arrivals.clear()
    yield
    assert events.arrivals == {}


class Streamlit:
    """An app that listens until a visitor leaves, and whom it has heard."""

    def __init__(self) -> None:
        self.numbers: list[str] = []
        self.heard: list[Any] = []
        self.moments: list[float] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            self.numbers += [
                value.decode() for name, value in scope["headers"] if name == b"x-visitor"
            ]
            while not self.heard or self.heard[-1]["type"] != "websocket.disconnect":
                self.heard.append(await receive())
                self.moments += events.arrivals.values()
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})


class Browser:
    """A visitor's connection; what comes is in ``got``."""

    def __init__(self, *messages: Any, language: str = "en") -> None:
        self.sent = asyncio.Queue[Any]()
        for message in ({"type": "websocket.connect"}, *messages):
            self.sent.put_nowait(message)
        self.got: list[Any] = []
        self.scope: dict[str, Any] = {
            "type": "websocket",
            "path": "/some/where/_stcore/stream",
            "subprotocols": ["streamlit", "token"],
            "headers": [(b"accept-language", language.encode()), (b"x-visitor", b"forged")],
        }

    async def visit(self, app: Visits) -> None:
        async def send(message: Any) -> None:
            self.got.append(message)

        await app(self.scope, self.sent.get, send)

    @property
    def address(self) -> str:
        """Where the page is sent to."""
        (message,) = (one["bytes"] for one in self.got if one["type"] == "websocket.send")
        return str(ForwardMsg.FromString(message).auth_redirect.url)


def test_a_visitor_has_a_number_of_his_own_and_is_heard() -> None:
    app = Streamlit()
    for _ in range(2):
        app.heard.clear()
        run(Browser(MESSAGE, LEFT).visit(Visits(app)))
        assert app.heard[1:] == [MESSAGE, LEFT]
    assert app.moments == sorted(set(app.moments)), "each message has its own"
    assert len(set(app.numbers)) == 2
    assert all(len(number) == 6 for number in app.numbers)


def test_who_comes_to_a_full_server_is_told_so_until_somebody_leaves() -> None:
    app = Streamlit()
    visits = Visits(app, most=1)

    async def come_and_go() -> list[Browser]:
        first, second, third = Browser(), Browser(language="zh-CN,zh;q=0.9"), Browser(LEFT)
        visit = asyncio.create_task(first.visit(visits))
        while not app.heard:
            await asyncio.sleep(0)
        await second.visit(visits)
        first.sent.put_nowait(LEFT)
        await visit
        app.heard.clear()
        await third.visit(visits)
        return [first, second, third]

    _, second, third = run(come_and_go())
    assert second.address == "zh/away/full"
    assert [one["type"] for one in second.got] == [
        "websocket.accept",
        "websocket.send",
        "websocket.close",
    ]
    assert second.got[0]["subprotocol"] == "streamlit"
    assert third.got == []
    assert len(app.numbers) == 2


def test_an_idle_visit_ends_with_the_way_back() -> None:
    app, browser = Streamlit(), Browser(MESSAGE)
    run(browser.visit(Visits(app, idle_s=0.05)))
    assert browser.address == "en/away/idle"
    assert [one["type"] for one in app.heard] == [
        "websocket.connect",
        "websocket.receive",
        "websocket.disconnect",
    ]


def test_a_visit_with_strokes_is_not_idle() -> None:
    async def visit() -> float:
        app, browser = Streamlit(), Browser(MESSAGE)
        visiting = asyncio.create_task(browser.visit(Visits(app, idle_s=0.2)))
        while len(app.heard) < 2:
            await asyncio.sleep(0)
        drawn_s = events.arrivals[app.numbers[0]] = time.perf_counter() + 0.3
        await visiting
        assert browser.address == "en/away/idle"
        return time.perf_counter() - drawn_s

    assert run(visit()) >= 0.2


@pytest.mark.parametrize(
    ("path", "status"),
    [("/_stcore/metrics", 404), ("/some/where/_stcore/metrics", 404), ("/_stcore/health", 200)],
)
def test_streamlits_own_metrics_are_nowhere(path: str, status: int) -> None:
    got: list[Any] = []

    async def send(message: Any) -> None:
        got.append(message)

    run(Visits(Streamlit())({"type": "http", "path": path}, None, send))  # type: ignore[arg-type]
    assert got[0]["status"] == status


def test_the_server_logs_no_addresses_which_hold_drawings() -> None:
    assert _get_uvicorn_config_kwargs()["access_log"] is False
