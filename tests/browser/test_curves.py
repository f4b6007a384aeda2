"""Training curves in a browser: charts that are painted, and a version to compare with."""

from playwright.sync_api import expect


def test_curves_of_two_networks(come):
    visitor = come()
    visitor.page.get_by_role("link", name="Training").click()
    charts = visitor.page.get_by_test_id("stVegaLiteChart")
    expect(charts).to_have_count(2)
    choice = visitor.page.get_by_test_id("stMultiSelect").locator("input").first
    choice.fill("three-layer, plain")
    visitor.page.get_by_role("option", name="three-layer").first.click()
    expect(visitor.page.locator(".trainings tbody")).to_contain_text("three-layer")
    visitor.page.keyboard.press("Escape")
    expect(charts.first.locator("canvas, svg").first).to_be_visible()
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")
