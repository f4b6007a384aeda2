"""What the canvas brings along and the stage does better is out of sight."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.signatures import Examples


def test_the_toolbar_of_the_canvas_is_hidden(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come()
    visitor.canvas.hover()
    own_undo = visitor.page.get_by_label("Reset canvas & history")
    expect(own_undo).to_be_hidden()
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")  # and strokes are reported all the same
    visitor.renew_canvas(visitor.button("Undo"))
    visitor.canvas.hover()
    expect(own_undo).to_be_hidden()
