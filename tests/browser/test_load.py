"""Visitors without a browser, at a server."""

import asyncio
import urllib.error
import urllib.request
from contextlib import suppress

from benchmarks.page import make_drawings
from benchmarks.visitors import Tally, Visitor, come, plan
from tests.asynchronous import run
from tests.signatures import WaitUntil


async def draw(address: str, seed: int, tally: Tally) -> object:
    """What the page of a visitor shows who has drawn one drawing and cleared it."""
    (drawing,) = make_drawings(1, seed)
    async with come(address, tally) as visitor:
        for report, button in plan(drawing, has_buttons=True):
            await visitor.draw_stroke(report)
            if button:
                await visitor.press(button, report)
        return visitor.page.answer


def test_two_visitors_get_their_answers_and_readings(address: str) -> None:
    tally, seeds = Tally(), (1, 2)

    async def draw_together() -> list[object]:
        return await asyncio.gather(*(draw(address, seed, tally) for seed in seeds))

    strokes = sum(len(plan(drawing, True)) for seed in seeds for drawing in make_drawings(1, seed))
    assert run(draw_together()) == [(2, 0)] * 2  # undone and cleared: another canvas each time
    assert tally.sent == tally.answered == strokes
    assert (tally.dropped, tally.lost_readings) == (0, 0)


def is_there(address: str) -> bool:
    with suppress(urllib.error.HTTPError), urllib.request.urlopen(address):
        return True
    return False


def test_a_reading_is_gone_when_the_last_who_has_drawn_it_has_left(
    address: str, wait_until: WaitUntil
) -> None:
    (drawing,) = make_drawings(1, seed=3)

    async def draw_one(visitor: Visitor) -> str:
        await visitor.draw_stroke(drawing[0])
        await visitor.wait_for_answer()
        return f"{address}/{visitor.page.reading}"

    async def draw_the_same() -> str:
        async with come(address, Tally()) as first:
            async with come(address, Tally()) as second:
                reading = await draw_one(first)
                assert await draw_one(second) == reading
            assert is_there(reading)
            return reading

    reading = run(draw_the_same())
    wait_until(lambda: not is_there(reading))
