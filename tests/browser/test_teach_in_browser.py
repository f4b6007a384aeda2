"""Teach it: three drawings, a lesson, what it has changed, and a version for one visitor alone."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Server, Visitor
from tests.signatures import Examples, WriteMnist

LONG_MS = 400_000
DIGITS = (2, 3, 6)  # of one stroke each


def correct(visitor: Visitor, digit: int) -> None:
    """Say that the drawing on the stage was meant to be this."""
    expect(visitor.answer).to_be_visible()
    visitor.expect_rest()
    visitor.page.get_by_role("combobox", name="I meant …").click()
    visitor.page.get_by_role("option", name=str(digit), exact=True).click()
    visitor.button("Add it to my lesson").click()
    expect(visitor.page.locator(".correction b").last).to_have_text(str(digit))


def test_a_visitor_teaches_and_keeps_what_nobody_else_gets(
    come: Callable[..., Visitor], own_server: Server, write_mnist: WriteMnist, examples: Examples
) -> None:
    write_mnist(own_server.data_folder)
    visitor = come(own_server.address)
    visitor.open_sidebar()
    visitor.keyed("network").get_by_role("combobox").click()
    visitor.page.get_by_role("option", name="Dense network", exact=True).click()
    shipped = visitor.version.input_value()
    visitor.go("Train and test", "Teach it")
    for count, digit in enumerate(DIGITS, start=1):
        visitor.draw(examples[digit])
        correct(visitor, digit)
        expect(visitor.page.locator(".correction")).to_have_count(count)
        visitor.clear()
    visitor.button("Teach it").click()
    expect(visitor.button("Stop teaching")).to_be_visible()
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.expect_no_sideways_scrolling()
    taught = visitor.page.get_by_test_id("taught")
    expect(taught).to_contain_text("Rendered handwriting: accuracy", timeout=LONG_MS)
    expect(taught.get_by_text("✓ read as")).not_to_have_count(0)
    visitor.expect_no_sideways_scrolling()
    visitor.page.set_viewport_size({"width": 1400, "height": 1000})
    visitor.button("Keep for me").click()
    expect(taught).to_have_count(0)
    expect(visitor.version).not_to_have_value(shipped)
    visitor.draw(examples[DIGITS[0]])
    expect(visitor.answer).to_have_text(str(DIGITS[0]))
    rows = {}
    for one in (visitor, come(own_server.address)):
        one.go("Train and test", "Versions and their training")
        rows[one] = one.page.locator(".versions tbody tr")
        expect(rows[one].filter(has_text="keras-cnn")).not_to_have_count(0)
        expect(rows[one].filter(has_text="yours alone")).to_have_count(int(one is visitor))
    with visitor.page.expect_download() as download:
        rows[visitor].filter(has_text="yours alone").get_by_role("link").click()
    assert download.value.suggested_filename.startswith("three-layer-")
