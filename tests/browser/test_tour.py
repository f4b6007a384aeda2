"""Four steps show a newcomer round, once; a button does it again."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.signatures import Examples, Screens

TARGETS = [".st-key-board", ".st-key-answer", ".st-key-place", "header"]


def card_of(visitor: Visitor) -> Any:
    return visitor.page.get_by_role("dialog", name="Show me round")


def cover(one: Any, other: Any) -> Any:
    """Whether two boxes overlap."""
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_four_steps_cover_nothing_that_they_explain(
    come: Callable[..., Visitor], screens: Screens, screen: str
) -> None:
    visitor = come(is_newcomer=True, **screens[screen])
    expect(visitor.answer).to_have_text("3")
    card = card_of(visitor)
    for number, target in enumerate(TARGETS, start=1):
        expect(card).to_contain_text(f"{number} of 4")
        expect(card).to_be_in_viewport(ratio=1)
        explained = visitor.page.locator(target).first
        expect(explained).to_be_in_viewport()
        if explained.bounding_box()["height"] < 600:  # nothing lies beside what fills a phone
            assert not cover(card.bounding_box(), explained.bounding_box())
        visitor.page.keyboard.press("Enter")  # the button for the next step has the focus
    expect(card).to_have_count(0)
    visitor.expect_no_sideways_scrolling()


def test_the_first_stroke_takes_it_to_the_answer(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come(is_newcomer=True)
    expect(card_of(visitor)).to_contain_text("1 of 4")
    visitor.draw(examples[7])
    expect(card_of(visitor)).to_contain_text("2 of 4")
    expect(visitor.answer).to_have_text("7")
    assert not cover(
        card_of(visitor).bounding_box(), visitor.page.locator(".st-key-answer").bounding_box()
    )


def test_it_is_shown_once_and_again_when_asked_for(come: Callable[..., Visitor]) -> None:
    visitor = come(is_newcomer=True)
    card = card_of(visitor)
    expect(card).to_contain_text("1 of 4")
    card.press("Escape")
    expect(card).to_have_count(0)
    visitor.page.reload()
    show = visitor.page.get_by_role("button", name="Show me round")
    expect(show).to_be_visible()
    expect(card).to_have_count(0)
    show.click()
    card.get_by_role("button", name="Next").click()
    expect(card).to_contain_text("2 of 4")
    card.get_by_role("button", name="Close").click()
    expect(card).to_have_count(0)
    expect(show).to_be_focused()


def test_who_goes_to_another_place_has_found_his_way(come: Callable[..., Visitor]) -> None:
    visitor = come(is_newcomer=True)
    expect(card_of(visitor)).to_contain_text("1 of 4")
    visitor.go("Learn")
    expect(card_of(visitor)).to_have_count(0)
    visitor.go("Look inside")
    visitor.expect_rest()
    expect(card_of(visitor)).to_have_count(0)
