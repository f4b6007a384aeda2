"""Questions that need a browser: handles on the drawing, and the map that follows the pen."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Server, Visitor
from tests.signatures import Examples, Screens, WriteMnist


def test_handles_move_turn_and_scale_the_drawing(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come()
    page = visitor.page
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")
    visitor.go("Question it", "What if I change it?")
    visitor.expect_rest()  # what stands above the handles is there
    expect(page.locator(".handles .corner")).to_be_visible()  # they can be dragged
    frame = page.locator(".handles").bounding_box()
    side, x, y = frame["width"], frame["x"] + frame["width"] / 2, frame["y"] + frame["width"] / 2

    def drag(start: Any, end: Any) -> None:
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(*end, steps=4)
        page.mouse.up()

    def amount(title: str) -> Any:
        return page.get_by_role("slider", name=title)

    drag((x, y), (x + side * 3 / 28, y))
    expect(amount("Moved to the right")).to_have_value("3")
    expect(page.get_by_text(re.compile("^Moved to the right: "))).to_be_visible()
    corner = page.locator(".handles .corner").bounding_box()
    x += side * 3 / 28
    right, down = corner["x"] + corner["width"] / 2 - x, corner["y"] + corner["width"] / 2 - y
    drag((x + right, y + down), (x - down * 0.8, y + right * 0.8))  # a quarter of a turn
    expect(amount("Turned")).to_have_value("90")
    expect(amount("Scaled")).to_have_value("0.8")
    visitor.draw(examples[1])
    expect(amount("Turned")).to_have_value("0")  # at rest again


def test_handles_stay_in_their_frame(
    come: Callable[..., Visitor], screens: Screens, examples: Examples
) -> None:
    visitor = come(**screens["phone"])
    visitor.draw_with_finger(examples[7])
    expect(visitor.answer).to_have_text("7")
    visitor.go("Question it", "What if I change it?")
    right = visitor.page.get_by_role("slider", name="Moved to the right")
    right.press("End")
    expect(visitor.page.get_by_text(re.compile("^Moved to the right: "))).to_be_visible()
    frame, corner = (
        visitor.page.locator(f".handles{part}").bounding_box() for part in ("", " .corner")
    )
    assert frame["x"] <= corner["x"] < corner["x"] + corner["width"] <= frame["x"] + frame["width"]


def test_the_map_shows_the_picture_that_is_pointed_at(
    come: Callable[..., Visitor], own_server: Server, write_mnist: WriteMnist, examples: Examples
) -> None:
    write_mnist(own_server.data_folder)
    visitor = come(own_server.address)
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")
    visitor.go("Question it", "What is it like?")
    chart = visitor.page.locator(".where canvas")
    expect(chart).to_have_attribute("aria-label", re.compile("more unusual than"))
    expect(visitor.page.locator(".where .legend button")).to_have_count(10)
    chart.focus()
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.keyboard.press("ArrowLeft")
    expect(visitor.page.locator(".where .status")).to_have_text(re.compile(r"^Labelled \d$"))
    whole = chart.screenshot()
    visitor.page.get_by_role("button", name="Zoom in on your drawing").click(click_count=4)
    assert chart.screenshot() != whole
