"""Training curves in a browser: charts that are painted, and a version to compare with."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.test_every_place import find_problems
from tests.signatures import Examples


def test_curves_of_two_networks(come: Callable[..., Visitor]) -> None:
    visitor = come()
    visitor.go("Train and test")
    charts = visitor.page.get_by_test_id("stVegaLiteChart")
    expect(charts).to_have_count(2)
    visitor.page.get_by_role("checkbox", name="Curve of Dense network, as in the tutorial").check()
    named = visitor.page.get_by_role("button", name="Accuracy of 3 training runs")
    expect(named.first).to_be_attached()
    expect(charts.first.locator("canvas, svg").first).to_be_visible()
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")


def test_two_versions_side_by_side_and_the_dials_on_a_phone_in_the_dark(
    come: Callable[..., Visitor], address: str, examples: Examples
) -> None:
    visitor = come(address, viewport={"width": 390, "height": 844}, color_scheme="dark")
    visitor.draw(examples[7])
    visitor.go("Train and test")
    visitor.keyed("compare-versions").get_by_text("Compare the two versions").click()
    answers = visitor.page.get_by_text("reads it as")
    expect(answers).to_have_count(2)
    expect(answers.first).to_contain_text("7")
    expect(visitor.page.locator(".kernels img")).to_have_count(2)
    visitor.expect_rest()
    visitor.expect_no_sideways_scrolling(but_for=["versions"])
    assert find_problems(visitor.page, "two versions") == []
    visitor.clear()
    expect(answers).to_have_count(0)
    visitor.open_sidebar()
    visitor.page.get_by_test_id("stPopover").get_by_role("button", name="Recipe:").click()
    visitor.page.get_by_text("Data and augmentation", exact=True).click()
    for change in ("rotation", "shift", "thickness"):
        expect(visitor.keyed(f"keras-cnn-plain-{change}").get_by_role("slider")).to_be_visible()
    visitor.expect_no_sideways_scrolling(but_for=["versions"])
    assert find_problems(visitor.page, "dials") == []
