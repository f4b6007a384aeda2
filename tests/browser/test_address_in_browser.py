"""The drawing is in the address: reload, the way back and another browser find it."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.signatures import Examples

DRAWING = re.compile(r"[?&]drawing=")


def test_a_reload_keeps_the_drawing_with_its_strokes(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come()
    visitor.draw(examples[3])
    expect(visitor.answer).to_have_text("3")
    expect(visitor.page).to_have_url(DRAWING)
    visitor.page.reload()
    expect(visitor.answer).to_have_text("3")
    visitor.renew_canvas(visitor.button("Undo"))
    expect(visitor.invitation).to_be_visible()


def test_a_reload_keeps_hidden_layers_hidden(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come()
    visitor.draw(examples[3])
    expect(visitor.page).to_have_url(DRAWING)
    before = visitor.page.url
    visitor.layer("pool_1").locator(".eye").click()
    expect(visitor.page).not_to_have_url(before)
    visitor.page.reload()
    expect(visitor.answer).to_have_text("3")
    expect(visitor.layer("pool_2")).to_be_visible()
    expect(visitor.layer("pool_1")).to_have_count(0)


def test_every_place_has_the_drawing_in_its_address(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come()
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")
    visitor.go("Question it", "Why was it misread?")
    expect(visitor.page).to_have_url(re.compile(r"(?=.*question=misread)(?=.*drawing=)"))
    other = come(visitor.page.url)
    expect(other.answer).to_have_text("7")
    expect(other.page.get_by_role("radio", name="Why was it misread?")).to_be_checked()
    visitor.page.go_back()
    expect(visitor.page.get_by_role("heading", name="Look inside", level=1)).to_be_visible()
    expect(visitor.answer).to_have_text("7")
    expect(visitor.page).to_have_url(DRAWING)


def test_an_empty_stage_is_not_in_the_address(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come()
    visitor.draw(examples[1])
    expect(visitor.page).to_have_url(DRAWING)
    visitor.clear()
    expect(visitor.page).not_to_have_url(DRAWING)
