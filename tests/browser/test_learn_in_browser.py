"""The place "Learn" in a browser: numbers, ways to other places, and languages."""

from collections.abc import Callable

from playwright.sync_api import expect

from mnist_demo.learn.chapter import load_chapter
from tests.browser.conftest import DESKTOP, Visitor
from tests.signatures import Examples


def test_a_number_is_moved_and_another_place_is_opened(visitor: Visitor) -> None:
    visitor.go("Learn", "Activations")
    page = visitor.page
    run = visitor.keyed("lesson-activations-relu-unit")
    run.get_by_role("slider").press("ArrowRight")
    expect(run).to_contain_text("1")
    page.get_by_role("link", name="See the activations of a trained network").click()
    expect(page.get_by_role("heading", name="Look inside", level=1)).to_be_visible()
    expect(visitor.answer).to_have_text("2")
    visitor.go("Learn", "Gradients")
    page.get_by_role("link", name="See which pixels count").click()
    expect(page.get_by_role("heading", name="Question it", level=1)).to_be_visible()
    expect(page.get_by_role("radio", name="Why?")).to_be_checked()
    expect(visitor.answer).to_have_text("2")


def test_lessons_are_in_the_browsers_language_or_the_one_that_is_chosen(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come(**DESKTOP, locale="zh-CN")
    visitor.draw(examples[7])
    visitor.go("Learn", load_chapter("losses", "zh").title)
    first, *_ = load_chapter("losses", "zh").sections
    heading = visitor.page.get_by_role("heading", name=first.title)
    expect(heading).to_be_visible()
    visitor.page.get_by_role("radio", name="English").click()
    first, *_ = load_chapter("losses").sections
    heading = visitor.page.get_by_role("heading", name=first.title)
    expect(heading).to_be_visible()
    visitor.page.wait_for_url("**language=en**")
    visitor.page.reload()
    expect(heading).to_be_visible()
    expect(visitor.answer).to_have_text("7")
