"""The browser's language, the header's choice of another, and what stays the same in both."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, Visitor
from tests.english import find_english
from tests.signatures import Examples, Screens

FOREIGN = "code, pre, svg, .vega-embed, [data-testid=stElementToolbar]"  # names, others' words
PLACES = ("看内部", "提问", "训练与测试", "学习", "分享")


def test_the_header_has_the_other_language_and_all_else_stays(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come(**DESKTOP, locale="zh-CN")
    page = visitor.page
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")
    visitor.go("提问", "它像什么？")
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    page.wait_for_url("**question=like**")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("radio", name="What is it like?")).to_be_checked()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(visitor.answer).to_have_text("7")
    page.wait_for_url("**language=en**")
    page.reload()
    expect(page.get_by_role("heading", name="Question it", level=1)).to_be_visible()
    expect(visitor.answer).to_have_text("7")
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("radio", name="它像什么？")).to_be_checked()
    expect(visitor.answer).to_have_text("7")
    expect(page).to_have_title("提问")


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_every_place_fits_in_chinese(
    come: Callable[..., Visitor], screens: Screens, screen: str
) -> None:
    visitor = come(**screens[screen], locale="zh-CN")
    expect(visitor.page.get_by_role("heading", name=PLACES[0], level=1)).to_be_visible()
    for place in PLACES:
        visitor.go(place)
        expect(visitor.page).to_have_title(place)
        visitor.expect_rest()
        visitor.expect_no_sideways_scrolling(but_for=["versions"])
        assert find_english_shown(visitor.page) == []


def test_what_is_opened_is_in_chinese(come: Callable[..., Visitor], examples: Examples) -> None:
    visitor = come(**DESKTOP, locale="zh-CN")
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")
    page = visitor.page
    for opener in (
        "section.column.image button.name",
        "section.column[data-layer=conv_2] button.name",
        ".panel .tile:nth-child(4)",
        "section.column[data-layer=pool_1] .sheet",
        "section.column[data-layer=dense_1] .sheet",
        "section.column[data-layer=probabilities] .row >> nth=3",
    ):
        page.locator(opener).click()
        expect(page.locator(".panel")).to_be_visible()
        visitor.expect_rest()
        assert find_english_shown(page) == []


def find_english_shown(page: Page) -> Any:
    """English words that the stage and the place show, or say to a screen reader."""
    texts = page.evaluate(
        """foreign => [...document.querySelectorAll("[data-testid=stMain] *")]
            .filter(one => one.checkVisibility() && !one.closest(foreign))
            .flatMap(one => [
                ...[...one.childNodes].filter(part => part.nodeType === 3).map(part => part.data),
                ...["aria-label", "title", "alt"].map(name => one.getAttribute(name) ?? ""),
            ])""",
        FOREIGN,
    )
    others = r"http|^[a-z_]+( icon)?$|^Help for |^Open$"  # links, icons, words of Streamlit's
    shown = [text for text in texts if not re.search(others, text)]
    return [(text, words) for text in shown if (words := find_english(text))]
