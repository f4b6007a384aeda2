"""What the benchmark of many visitors sends and counts."""

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import numpy as np
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.load import (
    Servers,
    check_address,
    find_growth,
    find_percentiles_ms,
    print_trouble,
)
from benchmarks.page import Page, cut, make_drawings
from benchmarks.visitors import Tally, Visitor, plan
from mnist_demo.app.stage.canvas import Canvas, _take
from mnist_demo.app.stage.strokes import read_strokes
from mnist_demo.handwriting import make_digits, render_strokes
from tests.asynchronous import run


def tell(moment: Sequence[int], is_blank: bool = False, is_read: bool = True) -> ForwardMsg:
    """The answer's element, as the app sends it."""
    reading = {"address": f"en/readings/{moment[1]}"} if is_read else None
    told = {"network": "", "moment": moment, "isBlank": is_blank, "reading": reading}
    told |= {"session": "somebody", "parameters": {"drawing": "a b", "hide": ""}}
    return show(told, "answer", "fragment")


def show(data: object, key: str, fragment: str = "") -> ForwardMsg:
    """The element of a component."""
    message = ForwardMsg()
    message.delta.fragment_id = fragment
    component = message.delta.new_element.bidi_component
    component.id, component.json = f"$$ID-hash-{key}", json.dumps(["en", data])
    return message


def test_percentiles_are_those_of_all_answers_in_milliseconds() -> None:
    assert find_percentiles_ms([seconds / 1000 for seconds in range(101)]) == pytest.approx(
        (50, 95)
    )
    assert np.isnan(find_percentiles_ms([])).all()


def test_memory_grows_after_the_first_quarter_only() -> None:
    assert find_growth([100, 180, 200, 200, 200, 200, 200, 200]) == 0
    assert find_growth([100, 100, 200, 200, 210, 210, 220, 220]) == pytest.approx(0.1)


def test_errors_in_the_log_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    log.write_text(
        "You can now view your app.\nE0000 failed call to cuInit: UNKNOWN ERROR (303)\n"
        "Uncaught app execution\nTraceback (most recent call last):\nERROR:    Exception in ASGI\n"
    )
    print_trouble(Servers([], [], log), Tally(sent=2, latencies_s=[0.1], dropped=1))
    assert capsys.readouterr().out.splitlines() == [
        "1 of 2 strokes answered, 1 visitors dropped, 0 connections made anew.",
        "2 errors in the server's log.",
    ]


@pytest.mark.parametrize(
    "address", ["http://localhost:8501", "http://127.0.0.2", "http://[::1]:1/"]
)
def test_addresses_of_this_machine_are_taken(address: str) -> None:
    assert check_address(address) == address.rstrip("/")


@pytest.mark.parametrize(
    "address",
    ["http://example.org:8501", "https://localhost", "localhost:8501", "http://192.0.2.1", "",
     "http://localhost.example.org", "http://localhost@192.0.2.1"],
)  # fmt: skip
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not on this machine"):
        check_address(address)


def test_pieces_look_as_the_strokes_do() -> None:
    digit = next(one for one in make_digits(20, seed=1) if len(one.strokes) > 1)
    pieces = cut(digit.strokes, digit.brush)
    assert len(pieces) > len(digit.strokes) > 1
    picture = render_strokes([piece.points for piece in pieces], digit.brush, digit.size)
    differing = picture != render_strokes(digit.strokes, digit.brush, digit.size)
    assert differing.mean() < 0.01


def test_the_app_takes_what_is_reported() -> None:
    (drawing,) = make_drawings(1, seed=2)
    canvas = Canvas()
    for count, report in enumerate(drawing, 1):
        _take(canvas, json.loads(report.text)["drawing"])
        assert canvas.problem == ""
        assert canvas.moment == (0, count)
        assert (canvas.drawing.rgba[..., 0] > 0).sum() == report.ink


def test_a_drawing_has_one_stroke_drawn_twice_and_is_cleared() -> None:
    (drawing,) = make_drawings(1, seed=2)
    reports, buttons = zip(*plan(drawing, has_buttons=True), strict=True)
    assert reports == (*drawing[:3], *drawing[2:])
    assert [button for button in buttons if button] == ["undo", "clear"]
    assert plan(drawing, has_buttons=False) == [(report, "") for report in drawing]


def test_what_is_sent_is_what_the_page_has() -> None:
    (drawing,) = make_drawings(1, seed=2)
    page, slider, box, begun = Page("http://localhost"), ForwardMsg(), ForwardMsg(), ForwardMsg()
    begun.new_session.page_script_hash = "script"
    slider.delta.new_element.slider.id = "$$ID-slider"
    slider.delta.new_element.slider.default[:] = [20]
    box.delta.new_element.selectbox.id = "$$ID-box"
    box.delta.new_element.selectbox.options[:] = ["one", "two"]
    box.delta.new_element.selectbox.default = 1
    canvas, adapter = show(None, "canvas-3", "fragment"), show(None, "canvas-adapter")
    for message in (begun, slider, box, canvas, adapter, tell((0, 1))):
        page.take(message)
    rerun = BackMsg.FromString(page.ask(drawing[0], "undo")).rerun_script
    assert (rerun.page_script_hash, rerun.fragment_id) == ("script", "fragment")
    assert rerun.query_string == "drawing=a+b"
    states = {state.id: state for state in rerun.widget_states.widgets}
    assert list(states["$$ID-slider"].double_array_value.data) == [20]
    assert states["$$ID-box"].string_value == "two"
    assert states["$$ID-hash-canvas-3"].json_value == drawing[0].text
    (pressed,) = (
        json.loads(state.json_trigger_value)
        for state in states.values()
        if state.json_trigger_value
    )
    assert pressed == [{"event": "pressed", "value": "undo"}]
    assert len(states) == 4


def test_an_answer_is_one_when_the_drawing_is_read_or_blank() -> None:
    page = Page("http://localhost")
    page.take(tell((0, 1), is_read=False))
    assert page.answer is None
    page.take(tell((0, 2)))
    assert (page.answer, page.reading) == ((0, 2), "en/readings/2")
    page.take(tell((1, 3), is_blank=True, is_read=False))
    assert (page.answer, page.reading) == ((1, 3), "")


class Connection:
    """One on which these messages come once two have been sent, and nothing can be fetched."""

    cookie_jar = ()

    def __init__(self, messages: list[ForwardMsg]) -> None:
        self.messages, self.sent = messages, 0
        self.is_due = asyncio.Event()

    async def send_bytes(self, message: bytes) -> None:
        self.sent += 1
        if self.sent == 2:
            self.is_due.set()

    async def close(self) -> None:
        self.is_due.set()

    async def __aiter__(self) -> Any:
        await self.is_due.wait()
        for message in self.messages:
            yield SimpleNamespace(data=message.SerializeToString())

    def get(self, address: str, **_: object) -> Any:
        raise aiohttp.ClientConnectionError(address)

    post = get


async def draw_two(answers: list[ForwardMsg]) -> Tally:
    """What a visitor counts who draws two strokes, and then gets these answers."""
    (drawing,) = make_drawings(1, seed=2)
    visitor = connect(Connection(answers))
    for report in drawing[:2]:
        await visitor.draw_stroke(report)
        await asyncio.sleep(0)  # it is sent
    await visitor._listening
    return visitor.tally


def connect(connection: Any) -> Visitor:
    """A visitor who has the page before him, by this connection, which cannot be made anew."""
    visitor = Visitor(connection, "http://localhost", Tally())
    visitor._socket = connection
    visitor._listening = asyncio.create_task(visitor.listen())
    return visitor


@pytest.mark.parametrize(("position", "answered"), [(0, 0), (1, 1), (2, 2)])
def test_an_answer_is_one_to_the_strokes_before_it_too(position: int, answered: int) -> None:
    tally = run(draw_two([tell((0, position))]))
    assert (tally.sent, tally.answered) == (2, answered)


def test_an_old_answer_is_left() -> None:
    page = Page("http://localhost")
    page.take(tell((1, 2)))
    page.take(tell((1, 1)))
    assert page.answer == (1, 2)
    page.take(tell((2, 0), is_blank=True, is_read=False))
    assert page.answer == (2, 0)


def test_the_server_reads_what_is_sent_of_strokes() -> None:
    (drawing,) = make_drawings(1, seed=2)
    page, canvas = Page("http://localhost"), Canvas()
    for count, reports in enumerate((drawing[:1], drawing[1:3]), 1):
        page.take(tell(canvas.moment))
        sent = read_strokes(page.post(reports))
        assert canvas.draw(sent.moment, sent.strokes, sent.png)
        assert len(canvas.drawings) == canvas.moment[1] + 1 == 2 * count
        assert (canvas.drawing.rgba[..., 0] > 0).sum() == reports[-1].ink
    assert not canvas.draw(sent.moment, sent.strokes, sent.png)  # twice


def test_a_reading_that_cannot_be_fetched_is_lost() -> None:
    assert run(draw_two([tell((0, 1)), tell((0, 1)), tell((0, 2))])).lost_readings == 2


@pytest.mark.parametrize("is_cut_off", [True, False])
def test_a_visitor_whom_nobody_answers_is_dropped(
    is_cut_off: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.visitors.PATIENCE_S", 0.1)

    async def draw() -> Tally:
        (drawing,) = make_drawings(1, seed=2)
        connection = Connection([])
        visitor = connect(connection)
        visitor.page.take(tell((0, 0)))
        if is_cut_off:
            await connection.close()
        await visitor.draw([drawing], duration_s=0.1)
        await visitor.leave()
        return visitor.tally

    tally = run(draw())
    assert (tally.dropped, tally.reconnections) == (1, 0)
