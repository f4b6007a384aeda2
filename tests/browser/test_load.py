"""Visitors without a browser, at a server."""

import asyncio

from benchmarks.page import make_drawings
from benchmarks.visitors import Tally, come, plan
from tests.asynchronous import run


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
    # Undo leads one back, one stroke is drawn again, and Clear leads on: another canvas each time.
    expected = [(2, len(make_drawings(1, seed)[0]) + 1) for seed in seeds]
    assert run(draw_together()) == expected
    assert tally.sent == tally.answered == strokes
    assert (tally.dropped, tally.lost_readings) == (0, 0)
