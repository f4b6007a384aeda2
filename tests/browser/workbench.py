"""A page without Streamlit that imports the app's ES modules, and trades bytes with a test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser, Page

from mnist_demo.app.components.modules import MODULES


class Workbench:
    """``given`` is what the page can fetch from /bytes/…, ``made`` what it has posted there."""

    def __init__(self, page: Page, given: Any, made: Any) -> None:
        self.page = page
        self.given = given
        self.made = made

    def run(self, script: Any, *arguments: Any) -> Any:
        """What an async JavaScript function gives for ``arguments``.

        In it ``load(module)`` imports a module, ``fetchBytes(name)`` and ``post(name, bytes)``
        fetch and post.
        """
        tools = """
            const load = name => import(`/modules/${name}`)
            const fetchBytes = async name => (await fetch(`/bytes/${name}`)).arrayBuffer()
            const post = (name, body) => fetch(`/bytes/${name}`, { method: "POST", body })
        """
        return self.page.evaluate(
            f"(all) => {{ {tools} return ({script})(...all) }}", list(arguments)
        )


@contextmanager
def open_workbench(browser: Browser) -> Iterator[Any]:
    """A workbench with a server and a page of its own."""
    given: dict[str, bytes] = {}
    made: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, _, name = self.path[1:].partition("/")
            match kind:
                case "":
                    self.answer(b"<!doctype html><link rel=icon href=data:,>", "text/html")
                case "modules":
                    self.answer(MODULES[name], "text/javascript")
                case "bytes":
                    self.answer(given[name], "application/octet-stream")

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            made[self.path.removeprefix("/bytes/")] = self.rfile.read(length)
            self.answer(b"", "text/plain")

        def answer(self, body: Any, media_type: Any) -> None:
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    page = browser.new_page()
    try:
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        yield Workbench(page, given, made)
    finally:
        page.close()
        server.shutdown()
        thread.join()
        server.server_close()
