"""The comparison in a browser: a table, of cards where there is no room for it."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.signatures import Examples


def test_a_drawing_is_compared(come: Callable[..., Visitor], examples: Examples) -> None:
    visitor = come()
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")
    visitor.go("Question it", "What do others say?")
    row = visitor.page.locator("tr[data-network=three-layer]")
    answer = row.locator("td[data-label=Answer]")
    expect(answer).to_have_text("7")
    expect(visitor.page.locator("tr[data-network]")).to_have_count(5)
    assert answer.bounding_box()["x"] > row.locator("th").bounding_box()["x"]  # in one line
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.expect_no_sideways_scrolling()
    assert answer.bounding_box()["y"] > row.locator("th").bounding_box()["y"]  # below each other
    visitor.page.set_viewport_size({"width": 1400, "height": 1000})
    visitor.go("Look inside")
    expect(visitor.answer).to_have_text("7")  # the drawing is still there
