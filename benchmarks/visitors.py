"""Visitors without a browser, who draw a stroke a second and time the answers."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import aiohttp
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.page import Page, Report, read_header

TAKEN = 200  # status of strokes that are answered
STROKE_INTERVAL_S = 1.0
UNTIL_PRESSED_S = 0.5  # from a stroke to the button that follows it
PATIENCE_S = 60.0  # then a visitor gives up
RETRY_S = 0.5  # until a browser tries again to connect
UNDONE = 2  # which stroke of a drawing is taken back, and drawn again
XSRF_COOKIE, NO_TOKEN = "_streamlit_xsrf", "PLACEHOLDER_AUTH_TOKEN"


class DroppedError(Exception):
    """The server has closed the connection, or has not answered for `PATIENCE_S`."""


class CutOffError(DroppedError):
    """It has closed the connection."""


@dataclass
class Tally:
    """What visitors have counted together; ``latencies_s`` are from a stroke to its answer."""

    sent: int = 0
    latencies_s: list[float] = field(default_factory=list)
    dropped: int = 0
    lost_readings: int = 0  # answered, but what all layers gave could not be fetched
    reconnections: int = 0
    lost_drawings: int = 0  # not there as they were answered last, after a reconnection

    @property
    def answered(self) -> int:
        """How many strokes have been answered."""
        return len(self.latencies_s)


class Visitor:
    """Somebody at the page, whose strokes are counted in ``tally``."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        address: str,
        tally: Tally,
    ) -> None:
        self.page, self.tally = Page(address), tally
        self._session = session
        self._socket: aiohttp.ClientWebSocketResponse
        self._listening: asyncio.Task[None]
        self._moment = (0, 0)  # of the drawing, as our stage counts it
        self._unanswered: list[tuple[float, set[Hashable]]] = []  # when it was sent, its answers
        self._shown = ("", "")
        self._waiting: list[Report] = []
        self._drawing: list[Report] = []  # after each stroke that is on the canvas
        self._sending: asyncio.Task[None] | None = None
        self._fetching: set[asyncio.Task[None]] = set()
        self._is_cut_off = False
        self._news = asyncio.Event()

    async def listen(self) -> None:
        """Take what the server sends, until the connection is closed."""
        async for message in self._socket:
            self.page.take(ForwardMsg.FromString(message.data))
            self._settle()
            self._fetch_shown()
            self._news.set()
        self._is_cut_off = True
        self._news.set()
        await asyncio.gather(*self._fetching)

    async def open_page(self) -> None:
        """Connect, and wait until all of the page is there; raise DroppedError where it is not."""
        address, jar = self.page.address, self._session.cookie_jar
        await (await self._session.get(f"{address}/_stcore/host-config")).read()
        tokens = (cookie.value for cookie in jar if cookie.key == XSRF_COOKIE)
        self._socket = await self._session.ws_connect(
            f"{address}/_stcore/stream",
            protocols=("streamlit", next(tokens, NO_TOKEN)),
            origin=address,
        )
        self._is_cut_off = False
        self._listening = asyncio.create_task(self.listen())
        await self._send(self.page.ask())
        await self._wait(lambda: self.page.is_complete)

    async def come_back(self) -> None:
        """Connect anew, as a browser does, to whatever server is there, with the drawing's address.

        What was on its way is drawn again.
        """
        await self.leave()
        _, drawn = self.page.moment
        self._unanswered.clear()
        self._waiting.clear()
        try:
            async with asyncio.timeout(PATIENCE_S):
                while self._is_cut_off:
                    self.page = Page(self.page.address, self.page.query)
                    with suppress(aiohttp.ClientError, CutOffError):
                        await self.open_page()
                    await asyncio.sleep(RETRY_S)
        except TimeoutError as error:
            raise DroppedError from error
        self.tally.reconnections += 1
        self._moment = self.page.moment
        self.tally.lost_drawings += self._moment[1] != drawn
        again = self._drawing[self._moment[1] :]
        del self._drawing[self._moment[1] :]
        for report in again:
            await self.draw_stroke(report)

    async def leave(self) -> None:
        """Close the page."""
        await self._socket.close()
        await self._listening

    async def draw(self, drawings: Sequence[Sequence[Report]], duration_s: float) -> None:
        """Draw one after another for so long, and wait for the last answer."""
        has_buttons = bool(self.page.network)  # the bare app has neither
        steps = [step for drawing in drawings for step in plan(drawing, has_buttons)]
        next_s = time.monotonic()
        end_s = next_s + duration_s
        try:
            for report, button in itertools.cycle(steps):
                await asyncio.sleep(next_s - time.monotonic())
                if next_s >= end_s:
                    break
                try:
                    await self.draw_stroke(report)
                    if button:
                        await asyncio.sleep(next_s + UNTIL_PRESSED_S - time.monotonic())
                        await self.press(button, report)
                except CutOffError:
                    await self.come_back()
                    if button:
                        await self.press(button, report)
                next_s = max(next_s + STROKE_INTERVAL_S, time.monotonic())
            await self.wait_for_answer()
        except DroppedError:
            self.tally.dropped += 1

    async def draw_stroke(self, report: Report) -> None:
        """Send the drawing as it is after one more stroke."""
        self._drawing.append(report)
        if self._is_cut_off:
            raise CutOffError
        generation, drawn = self._moment
        self._moment = generation, drawn + 1
        self.tally.sent += 1
        self._unanswered.append((time.monotonic(), {self._moment, report.ink}))
        self._waiting.append(report)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_strokes())

    async def _send_strokes(self) -> None:
        """Send what has been drawn, and what is drawn meanwhile, as strokes.js does."""
        try:
            while self._waiting:
                reports, self._waiting = self._waiting, []
                if not (self.page.strokes and await self._post(reports)):
                    await self._send(self.page.ask(reports[-1]))
        except DroppedError:
            self._is_cut_off = True
            self._news.set()

    async def _post(self, reports: list[Report]) -> bool:
        """Send strokes by themselves; whether they were taken."""
        body = self.page.post(reports)
        try:
            async with self._session.post(self.page.strokes, data=body) as answer:
                if answer.status != TAKEN:
                    return False
                self.page.take_answer(read_header(await answer.read())["told"])
        except (aiohttp.ClientError, TimeoutError):
            return False
        self._shown = self.page.network, self.page.reading  # which has come with it
        generation, drawn = self.page.moment
        self._moment = generation, drawn + len(self._waiting)  # a stroke below others adds nothing
        self._count_answers(len(self._unanswered) - len(self._waiting))
        self._news.set()
        return True

    async def wait_for_answer(self) -> None:
        """Wait until every stroke has been answered; raise DroppedError where one is not."""
        await self._wait(lambda: not self._unanswered)

    async def press(self, button: str, report: Report) -> None:
        """``undo`` or ``clear``, seen to be done: the canvas is a new one then."""
        await self.wait_for_answer()
        generation, drawn = self._moment
        self._moment = generation + 1, 0 if button == "clear" else drawn - 1
        await self._send(self.page.ask(report, button))
        await self._wait(lambda: self.page.answer == self._moment)
        del self._drawing[0 if button == "clear" else -1 :]

    async def _send(self, message: bytes) -> None:
        try:
            await self._socket.send_bytes(message)
        except (aiohttp.ClientError, ConnectionError) as error:
            raise CutOffError from error

    async def _wait(self, condition: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not condition():
                    if self._is_cut_off:
                        raise CutOffError
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError as error:
            raise DroppedError from error

    def _settle(self) -> None:
        """Count the strokes that what is shown answers: the one it is of, and those before."""
        for count, (_, answers) in enumerate(self._unanswered, 1):
            if self.page.answer in answers:
                self._count_answers(count)
                return

    def _count_answers(self, count: int) -> None:
        """So many strokes, the first that were not answered, are answered now."""
        now_s = time.monotonic()
        self.tally.latencies_s += [now_s - sent_s for sent_s, _ in self._unanswered[:count]]
        del self._unanswered[:count]

    def _fetch_shown(self) -> None:
        """Fetch the network and the reading that the page shows, as soon as it is another."""
        before, self._shown = self._shown, (self.page.network, self.page.reading)
        for old, new in zip(before, self._shown, strict=True):
            if new and new != old:
                task = asyncio.create_task(self._fetch(new))
                self._fetching.add(task)
                task.add_done_callback(self._fetching.discard)

    async def _fetch(self, path: str) -> None:
        try:
            async with self._session.get(f"{self.page.address}/{path}") as response:
                response.raise_for_status()
                await response.read()
        except (aiohttp.ClientError, TimeoutError):
            self.tally.lost_readings += 1


def plan(drawing: Sequence[Report], has_buttons: bool) -> list[tuple[Report, str]]:
    """Reports in the order in which they are sent, each with the button that is pressed after it.

    Without buttons the next drawing takes the place of this one.
    """
    steps = [(report, "") for report in drawing]
    if has_buttons:
        steps.insert(UNDONE, (drawing[UNDONE], "undo"))
        steps[-1] = drawing[-1], "clear"
    return steps


@asynccontextmanager
async def come(address: str, tally: Tally) -> AsyncIterator[Visitor]:
    """A visitor who has the page before him, and leaves at the end."""
    jar = aiohttp.CookieJar(unsafe=True)  # a host that is a number has cookies, too
    timeout = aiohttp.ClientTimeout(PATIENCE_S)
    async with aiohttp.ClientSession(cookie_jar=jar, timeout=timeout) as session:
        visitor = Visitor(session, address, tally)
        await visitor.open_page()
        try:
            yield visitor
        finally:
            await visitor.leave()
