"""An example draws itself on a stage where nothing has been drawn; the first stroke ends it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Server, Visitor
from tests.browser.test_address_in_browser import DRAWING
from tests.signatures import Examples

COUNT_PREVIEWS = """
window.previews = 0
new PerformanceObserver(list => { window.previews += list.getEntriesByName('live').length })
    .observe({ type: 'measure' })
"""


def mark_of(visitor: Visitor) -> Any:
    return visitor.page.get_by_text("An example: draw your own")


def test_a_newcomer_sees_the_network_at_work(
    come: Callable[..., Visitor], names_of_layers: list[str]
) -> None:
    visitor = come(is_newcomer=True)
    visitor.page.add_init_script(COUNT_PREVIEWS)
    visitor.page.reload()
    expect(mark_of(visitor)).to_be_visible()
    expect(visitor.answer).to_have_text("3")
    visitor.page.wait_for_function("() => window.previews > 3")
    expect(visitor.page.locator(".stage-answer")).to_have_attribute("data-state", "confirmed")
    visitor.expect_layers(names_of_layers)
    expect(visitor.page).not_to_have_url(DRAWING)
    visitor.go("Question it")  # which is about it, too
    expect(mark_of(visitor)).to_be_visible()
    expect(visitor.page.get_by_text("Nothing has been drawn yet")).to_have_count(0)


def test_the_first_stroke_of_ones_own_replaces_the_example(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come(is_newcomer=True)
    expect(visitor.answer).to_have_text("3")
    before = visitor.reading
    visitor.draw(examples[1])
    expect(mark_of(visitor)).to_have_count(0)
    expect(visitor.answer).to_have_text("1")
    assert visitor.reading != before
    expect(visitor.page).to_have_url(DRAWING)
    other = come(visitor.page.url)
    expect(other.answer).to_have_text("1")
    visitor.renew_canvas(visitor.button("Undo"))
    expect(visitor.invitation).to_be_visible()


def test_another_network_has_another_example(
    come: Callable[..., Visitor], own_server: Server, real_data: Path
) -> None:
    own_server.data_folder.mkdir(exist_ok=True)
    (own_server.data_folder / "fashion-mnist").symlink_to(real_data / "fashion-mnist")
    visitor = come(own_server.address, is_newcomer=True)
    expect(visitor.answer).to_have_text("3")
    visitor.page.keyboard.press("Escape")  # of the tour
    visitor.open_sidebar()
    visitor.keyed("network").get_by_role("combobox").click()
    visitor.page.get_by_role("option", name="Clothing network").click()
    expect(visitor.page.locator(".verdict")).to_have_text("Label Ankle boot: right ✓")
    picture = visitor.keyed("example").locator("canvas")
    assert "url" in picture.evaluate("canvas => canvas.style.background")
