"""Servers, a browser, and visitors who draw with mouse or finger."""

import json
import os
import re
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from benchmarks.chromium import find_chromium, launch_chromium
from mnist_demo.store import PROJECT

DESKTOP = {"viewport": {"width": 1400, "height": 1000}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2, "has_touch": True, "is_mobile": True,
}  # fmt: skip
TIMEOUT_MS = 120_000  # for what takes a fraction of a second on a machine with nothing else to do
expect.set_options(timeout=TIMEOUT_MS)


@dataclass(frozen=True)
class Server:
    """A running server and its own folders."""

    address: str
    data_folder: Path
    log: Path


@contextmanager
def serve(folder, wait_until):
    """A server whose models and data lie in ``folder``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(f"http://127.0.0.1:{port}", folder / "data", folder / "log")
    folders = {"MNIST_DEMO_MODELS": folder / "models", "MNIST_DEMO_DATA": server.data_folder}
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    environment = os.environ | {name: str(path) for name, path in folders.items()}
    with server.log.open("w") as log:
        process = subprocess.Popen(
            [*command, *options], cwd=PROJECT, env=environment, stdout=log, stderr=log
        )
    try:
        wait_until(lambda: is_healthy(server.address) or process.poll() is not None)
        assert process.poll() is None, server.log.read_text()
        yield server
    finally:
        process.terminate()
        process.wait(30)


def is_healthy(address):
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


@pytest.fixture(scope="session")
def server(tmp_path_factory, wait_until):
    """The server that tests share which change nothing on it."""
    with serve(tmp_path_factory.mktemp("server"), wait_until) as server:
        yield server


@pytest.fixture(scope="module")
def own_server(tmp_path_factory, wait_until):
    """A server for the tests of one module."""
    with serve(tmp_path_factory.mktemp("own-server"), wait_until) as server:
        yield server


@pytest.fixture(scope="session")
def address(server):
    return server.address


@pytest.fixture(scope="session")
def browser():
    if find_chromium() is None:
        pytest.skip("needs Chromium: run `make browser`, or name one in CHROMIUM")
    with launch_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def screens():
    """Options of a visitor, from the name of his screen."""
    return {"desktop": DESKTOP, "phone": PHONE}


@pytest.fixture(scope="session")
def examples():
    """From a digit to the strokes of its example, lists of [x, y] on a canvas of 320 pixels."""
    drawings = json.loads((PROJECT / "assets" / "examples.json").read_text(encoding="utf-8"))
    return {int(label): drawing["strokes"] for label, drawing in drawings.items()}


class Visitor:
    """Somebody with a browser of his own at the page."""

    def __init__(self, browser, address, **options):
        self.context = browser.new_context(**(options or DESKTOP))
        self.context.set_default_timeout(TIMEOUT_MS)
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)
        expect(self.canvas).to_be_visible()

    def _listen(self, message):
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def leave(self):
        """Close the browser; nothing has gone wrong in it."""
        self.context.close()
        assert self.complaints == []

    @property
    def canvas(self):
        return self.page.locator("canvas.upper-canvas:not([data-old])")

    @property
    def answer(self):
        return self.page.get_by_test_id("answer")

    @property
    def invitation(self):
        return self.page.locator(".invitation")

    def button(self, name):
        """Button of the page; the canvas has some of the same names."""
        buttons = self.page.get_by_test_id("stButton")
        return buttons.get_by_role("button", name=name, exact=True)

    def keyed(self, key):
        """Widget with this key."""
        return self.page.locator(f".st-key-{key}")

    def example(self, digit):
        """Button that puts this example on the canvas."""
        return self.page.locator(f".examples .example-{digit}")

    @property
    def version(self):
        """What is chosen in the select box of versions."""
        return self.keyed("version").get_by_role("combobox")

    def layer(self, name):
        return self.page.locator(f"section.layer[data-layer={name}]")

    def draw(self, strokes):
        """Draw strokes, lists of [x, y] on a canvas of 320 pixels, with the mouse."""
        mouse, place = self.page.mouse, self._placing()
        for first, *others in strokes:
            mouse.move(*place(first))
            mouse.down()
            for point in others:
                mouse.move(*place(point))
            mouse.up()

    def draw_with_finger(self, strokes):
        """The same with a finger on a touch screen."""
        session, place = self.context.new_cdp_session(self.page), self._placing()

        def touch(kind, *points):
            places = [dict(zip("xy", place(point), strict=True)) for point in points]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

        for first, *others in strokes:
            touch("touchStart", first)
            for point in others:
                touch("touchMove", point)
            touch("touchEnd")

    def _placing(self):
        """Function from a point of the canvas to one of the window."""
        self.canvas.scroll_into_view_if_needed()
        box = self.canvas.bounding_box()
        scale = box["width"] / 320
        return lambda point: (box["x"] + point[0] * scale, box["y"] + point[1] * scale)

    def renew_canvas(self, button):
        """Press a button that puts another drawing on the canvas, and wait for its canvas alone."""
        self.canvas.evaluate("canvas => canvas.dataset.old = ''")
        button.click()
        expect(self.page.locator("canvas.upper-canvas[data-old]")).to_have_count(0)
        expect(self.canvas).to_have_count(1)

    def clear(self):
        self.renew_canvas(self.button("Clear"))
        expect(self.invitation).to_be_visible()
        expect(self.button("Clear")).to_be_disabled()

    def expect_layers(self, names):
        """Exactly these layers are shown, in this order, with every picture painted."""
        sections = self.page.locator("section.layer")
        expect(sections).to_have_count(len(names))
        shown = sections.evaluate_all("all => all.map(section => section.dataset.layer)")
        assert shown == list(names)
        self.page.wait_for_function(
            "sections => sections.every(section => [...section.querySelectorAll('img')]"
            ".every(image => image.complete && image.naturalWidth > 0))",
            arg=sections.element_handles(),
        )

    def expect_no_sideways_scrolling(self):
        self.page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")
        wide = self.page.evaluate(
            """() => [...document.querySelectorAll('[data-testid=stMain] *')]
            .filter(one => one.scrollWidth > one.clientWidth + 1
                && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX))
            .map(one => one.dataset.testid ?? one.className)"""
        )
        assert wide == []


@pytest.fixture
def come(browser, server):
    """Function to a new visitor, by default of the shared server and at a desktop."""
    visitors = []

    def come_to(address=None, **options):
        visitors.append(Visitor(browser, address or server.address, **options))
        return visitors[-1]

    yield come_to
    for visitor in visitors:
        visitor.leave()


@pytest.fixture
def names_of_layers(reader):
    return [layer.name for layer in reader.layers]


@pytest.fixture
def luminance():
    """Function from a CSS colour, rgb(…), to its luminance in [0, 1] (WCAG 2)."""

    def measure(colour):
        shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    return measure
