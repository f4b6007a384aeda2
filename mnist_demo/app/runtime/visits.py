"""Visits, a connection each: numbered for the log, at most so many, and ended when they are idle.

Who is not let in, or has been idle, is sent to a page that needs no connection (`away.py`).
"""

import asyncio
import secrets
import time
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from mnist_demo.app.runtime import events
from mnist_demo.app.runtime.away import Reason, address_away

CONNECTION, METRICS = "/_stcore/stream", "/_stcore/metrics"  # of Streamlit's
LEAVING: Message = {"type": "websocket.disconnect", "code": 1001}


class Visits:
    """The app behind it, for ``most`` visitors at once, each until ``idle_s`` without a message.

    None is no limit. Streamlit's own metrics, which would be public, are nowhere.
    """

    def __init__(self, app: ASGIApp, most: int | None = None, idle_s: float | None = None) -> None:
        self.app, self.most, self.idle_s = app, most, idle_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does."""
        path = scope.get("path", "")
        if scope["type"] == "websocket" and path.endswith(CONNECTION):
            await self._connect(scope, receive, send)
        elif path.endswith(METRICS):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor = secrets.token_hex(3)
        if self.most is not None and len(events.arrivals) >= self.most:
            events.refuse("visitor", visitor)
            await receive()  # that somebody wants to connect
            await send({"type": "websocket.accept", "subprotocol": _find_protocol(scope)})
            await _send_away(scope, send, "full")
            await send({"type": "websocket.close", "code": LEAVING["code"]})
            return
        headers = MutableHeaders(scope=scope)
        headers[events.VISITOR_HEADER] = visitor
        events.come(visitor)
        try:
            await self.app(scope, self._receive_from(visitor, scope, receive, send), send)
        finally:
            events.leave(visitor)

    def _receive_from(self, visitor: str, scope: Scope, receive: Receive, send: Send) -> Receive:
        """``receive`` that notes when a message comes, and ends the visit when none does."""

        async def receive_in_time() -> Message:
            rest_s = self.idle_s
            while rest_s is None or rest_s > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(rest_s):
                        message = await receive()
                        events.arrivals[visitor] = time.perf_counter()
                        return message
                if self.idle_s is not None:  # strokes may have come, which are no messages
                    rest_s = events.arrivals[visitor] + self.idle_s - time.perf_counter()
            events.log("visitor_idle", visitor)
            await _send_away(scope, send, "idle")
            return LEAVING

        return receive_in_time


async def _send_away(scope: Scope, send: Send, reason: Reason) -> None:
    """Let Streamlit's page go to the page that says why."""
    accepted = Headers(scope=scope).get("Accept-Language", "")
    message = ForwardMsg(hash=reason)
    message.auth_redirect.url = address_away(reason, accepted)
    await send({"type": "websocket.send", "bytes": message.SerializeToString()})


def _find_protocol(scope: Scope) -> str | None:
    """The first that a browser offers, which Streamlit would take."""
    return next(iter(scope["subprotocols"]), None)
