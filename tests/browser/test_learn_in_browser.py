"""The place "Learn" in a browser: a number is moved, and the way to another place is taken."""

from playwright.sync_api import expect

from tests.browser.conftest import Visitor


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
