"""The browser's language, the header's choice of another, and what stays the same in both."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, Visitor
from tests.signatures import Examples, Screens

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
