"""A page whose server is killed goes on with the next one, which knows nothing of it."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visitor, serve
from tests.signatures import Examples, Strokes, WaitUntil

DOT: Strokes = [[[40, 40], [44, 44]]]


def test_a_drawing_outlives_its_server(
    come: Callable[..., Visitor], tmp_path: Path, wait_until: WaitUntil, examples: Examples
) -> None:
    with serve(tmp_path, wait_until) as server:
        visitor = come(server.address)
        visitor.draw(examples[3])
        expect(visitor.answer).to_have_text("3")
        expect(visitor.page).to_have_url(re.compile("drawing=."))
        visitor.mark_canvas()
        server.process.kill()
    with serve(tmp_path, wait_until, server.port):
        visitor.expect_new_canvas()
        expect(visitor.answer).to_have_text("3")
        expect(visitor.page).to_have_url(re.compile("drawing=."))
        visitor.draw(DOT)
        expect(visitor.page.locator(".stage-answer[data-state=confirmed]")).to_be_visible()
        visitor.renew_canvas(visitor.button("Undo"))
        expect(visitor.answer).to_have_text("3")
