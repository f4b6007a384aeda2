"""Training curves in a browser: charts that are painted, and a version to compare with."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visitor


def test_curves_of_two_networks(come: Callable[..., Visitor]) -> None:
    visitor = come()
    visitor.go("Train and test")
    charts = visitor.page.get_by_test_id("stVegaLiteChart")
    expect(charts).to_have_count(2)
    visitor.page.get_by_role("checkbox", name="Curve of Dense network, as in the tutorial").check()
    named = visitor.page.get_by_role("button", name="Accuracy of 3 trainings")
    expect(named.first).to_be_attached()
    expect(charts.first.locator("canvas, svg").first).to_be_visible()
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")
