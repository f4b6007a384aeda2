"""A browser keeps to the content policy: no other site frames the app, or has a script in it."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, Visitor

FOREIGN_SCRIPT = "http://somewhere.example/a.js"


class SilentHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def framing_site(server: Server, tmp_path: Path) -> Iterator[str]:
    """Address of another server, whose page frames the app."""
    (tmp_path / "index.html").write_text(f"<iframe src='{server.address}'></iframe>")
    handler = partial(SilentHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()


def test_no_other_site_frames_the_app(framing_site: str, visitor: Visitor) -> None:
    page = visitor.page.context.new_page()
    page.goto(framing_site)
    assert page.frames[1].url.startswith("chrome-error://")
    page.close()


def test_charts_are_drawn_though_no_text_is_compiled(come: Callable[..., Visitor]) -> None:
    visitor = come()
    visitor.go("Train and test")
    charts = visitor.page.get_by_test_id("stVegaLiteChart")
    expect(charts).to_have_count(2)
    for chart in charts.all():
        expect(chart.locator("canvas, svg").first).to_be_visible()


def test_a_script_of_another_site_is_not_loaded(come: Callable[..., Visitor]) -> None:
    visitor = come()
    blocked = visitor.page.evaluate(
        """address => new Promise(resolve => {
            document.addEventListener('securitypolicyviolation', event => resolve(event.blockedURI))
            const script = document.createElement('script')
            script.src = address
            document.head.append(script)
        })""",
        FOREIGN_SCRIPT,
    )
    assert blocked == FOREIGN_SCRIPT
    visitor.complaints.clear()  # the browser's, of this very script
