"""Servers, a browser, and visitors who draw with mouse or finger."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from benchmarks.browser import find_port
from benchmarks.chromium import find_chromium, launch_chromium
from mnist_demo.paths import PROJECT
from mnist_demo.reading.reader import Reader
from tests.browser.workbench import Workbench, open_workbench
from tests.signatures import Examples, Screens, Strokes, WaitUntil

DESKTOP = {"viewport": {"width": 1400, "height": 1000}}
PHONE_WIDTH = 640  # below it Streamlit moves the places into the sidebar
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2, "has_touch": True, "is_mobile": True,
}  # fmt: skip
TIMEOUT_MS = 120_000  # for what takes a fraction of a second on a machine with nothing else to do
expect.set_options(timeout=TIMEOUT_MS)
FORGET = """
if (!sessionStorage.hasCome) localStorage.clear()
sessionStorage.hasCome = 'true'
localStorage.setItem('mnist-demo-shown-round', 'true')
"""  # a profile has only the cache of its visitor before
SECTION = re.compile("[?&](question|test|chapter)=[^&]+")
LIST_WIDE = """(butFor => [...document.querySelectorAll('[data-testid=stMain] *')]
    .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1
        && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX))
    .map(one => one.dataset.testid ?? one.className)
    .filter(name => !butFor.includes(name)))"""


@dataclass(frozen=True)
class Server:
    """A running server and its own folders."""

    address: str
    data_folder: Path
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])


@contextmanager
def serve(folder: Path, wait_until: WaitUntil, port: int | None = None) -> Iterator[Any]:
    """A server whose models and data lie in ``folder``."""
    port = port or find_port()
    data, log_file = folder / "data", folder / f"log-{port}"
    folders = {"MNIST_DEMO_MODELS": folder / "models", "MNIST_DEMO_DATA": data}
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    environment = os.environ | {name: str(path) for name, path in folders.items()}
    with log_file.open("w") as log:
        process = subprocess.Popen(
            [*command, *options], cwd=PROJECT, env=environment, stdout=log, stderr=log
        )
    server = Server(f"http://127.0.0.1:{port}", data, log_file, process)
    try:
        wait_until(lambda: is_healthy(server.address) or process.poll() is not None)
        assert process.poll() is None, server.log.read_text()
        yield server
    finally:
        process.terminate()
        process.wait(30)


def is_healthy(address: str) -> Any:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, wait_until: WaitUntil) -> Iterator[Server]:
    """The server that tests share which change nothing on it."""
    with serve(tmp_path_factory.mktemp("server"), wait_until) as server:
        yield server


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory, wait_until: WaitUntil) -> Iterator[Server]:
    """A server for the tests of one module."""
    with serve(tmp_path_factory.mktemp("own-server"), wait_until) as server:
        yield server


@pytest.fixture(scope="session")
def address(server: Server) -> str:
    return server.address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if find_chromium() is None:
        pytest.skip("needs Chromium: run `make browser`, or name one in CHROMIUM")
    with launch_chromium() as browser:
        yield browser


class Profiles:
    """Profiles of one browser: a newcomer's own, and one for all others with the same screen.

    A browser that comes again has the scripts at hand, in its cache.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.known: dict[str, BrowserContext] = {}

    def open_page(self, options: dict[str, Any], is_newcomer: bool) -> Page:
        """A page, blank so far, of a visitor with this screen."""
        name = json.dumps(options)
        if is_newcomer or name not in self.known:
            context = self.browser.new_context(**options)
            context.set_default_timeout(TIMEOUT_MS)
            if is_newcomer:
                return context.new_page()
            context.add_init_script(FORGET)
            self.known[name] = context
        return self.known[name].new_page()


@pytest.fixture(scope="session")
def profiles(browser: Browser) -> Profiles:
    return Profiles(browser)


@pytest.fixture(scope="module")
def workbench(browser: Browser) -> Iterator[Workbench]:
    """A page without Streamlit for the tests of one module's JavaScript."""
    with open_workbench(browser) as workbench:
        yield workbench


@pytest.fixture(scope="session")
def screens() -> Screens:
    """Options of a visitor, from the name of his screen."""
    return {"desktop": DESKTOP, "phone": PHONE}


@pytest.fixture(scope="session")
def examples() -> Examples:
    """From a digit to the strokes of its example, lists of [x, y] on a canvas of 320 pixels."""
    drawings = json.loads((PROJECT / "assets" / "examples.json").read_text(encoding="utf-8"))
    return {int(label): drawing["strokes"] for label, drawing in drawings.items()}


def hurry(points: list[Any]) -> list[Any]:
    """Every third point, the last among them: what a page hears of a swift hand."""
    return points[::-3][::-1]


class Visitor:
    """Somebody with a browser of his own at the page."""

    def __init__(
        self, profiles: Profiles, address: str, is_newcomer: Any = False, **options: Any
    ) -> None:
        self.page = profiles.open_page(options or DESKTOP, is_newcomer)
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if not is_newcomer and "drawing=" not in address:
            address += f"{'&' if '?' in address else '?'}drawing="  # an empty stage, no example
        self.page.goto(address)
        expect(self.canvas).to_be_visible()

    def _listen(self, message: ConsoleMessage) -> None:
        # At a place's own address Streamlit looks for its server there first; a server may be gone.
        told = message.location["url"] + message.text
        is_known = "/_stcore/" in told or "disconnected from server" in told
        if message.type == "error" and not is_known:
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def leave(self) -> None:
        """Close the page; nothing has gone wrong on it."""
        self.page.close()
        assert self.complaints == []

    @property
    def canvas(self) -> Any:
        return self.page.locator("canvas.upper-canvas:not([data-old])")

    @property
    def answer(self) -> Any:
        """TensorFlow's, with what all layers gave."""
        read = self.page.locator(".stage-answer[data-reading]:not([data-reading=''])")
        return read.get_by_test_id("answer")

    @property
    def preview(self) -> Any:
        """The browser's own answer, while the pen moves."""
        return self.page.locator(".stage-answer[data-state=preview]").get_by_test_id("answer")

    @property
    def reading(self) -> Any:
        """Name of TensorFlow's reading that is shown."""
        self.answer.wait_for()
        return self.page.locator(".stage-answer").get_attribute("data-reading")

    @property
    def invitation(self) -> Any:
        return self.page.locator(".invitation")

    def button(self, name: str) -> Any:
        """Button of the page; the canvas has some of the same names."""
        buttons = self.page.locator("[data-testid=stButton], .st-key-answer")
        return buttons.get_by_role("button", name=name, exact=True)

    def keyed(self, key: str) -> Any:
        """Widget with this key."""
        return self.page.locator(f".st-key-{key}")

    def go(self, place: Any, section: str | None = None) -> None:
        """Go to a place, and to one of its sections."""
        heading = self.page.get_by_role("heading", name=place, level=1)
        if not heading.is_visible():
            if self.page.viewport_size["width"] < PHONE_WIDTH:  # a phone has them in the sidebar
                self.open_sidebar()
            self.page.get_by_role("link", name=place, exact=True).click()
        expect(heading).to_be_visible()
        radio = section and self.page.get_by_role("radio", name=section, exact=True)
        if radio and not radio.is_checked():
            expect(self.page).to_have_url(SECTION)
            before = SECTION.search(self.page.url)
            radio.click()  # what is there until its run begins is another section's
            expect(self.page).not_to_have_url(re.compile(re.escape(before[0])))

    def expect_rest(self) -> None:
        """The page has run to its end."""
        running = "[data-testid=stStatusWidget], [data-testid=stSpinner], [data-stale=true]"
        expect(self.page.locator(running)).to_have_count(0)

    def open_source(self, name: str) -> None:
        """Open one of the sources of a drawing."""
        self.keyed("sources").get_by_role("button", name=name).click()

    def put_example(self, digit: int) -> None:
        """Put this example on the stage."""
        self.open_source("Example")
        self.renew_canvas(self.page.locator(f".examples .example-{digit}"))

    def open_sidebar(self) -> None:
        """Show network, version and retraining, which are hidden at first."""
        self.page.get_by_test_id("stExpandSidebarButton").click()
        expect(self.page.get_by_test_id("stSidebar")).to_be_visible()

    @property
    def version(self) -> Any:
        """What is chosen in the select box of versions."""
        return self.keyed("version").get_by_role("combobox")

    def layer(self, name: str) -> Any:
        return self.page.locator(f"section.column:not(.off)[data-layer={name}]")

    def pixels(self, name: str) -> Any:
        """What is painted of a layer."""
        canvas = self.layer(name).locator("canvas")
        return canvas.evaluate("canvas => canvas.toDataURL()")

    def draw(self, strokes: Strokes) -> None:
        """Draw strokes, lists of [x, y] on a canvas of 320 pixels, swiftly with the mouse."""
        self.draw_without_lifting(strokes)
        self.page.mouse.up()

    def draw_without_lifting(self, strokes: Strokes) -> None:
        """The same, and let the pen rest on the canvas at the end of the last."""
        mouse, place = self.page.mouse, self._placing()
        for number, (first, *others) in enumerate(strokes):
            if number:  # a pen that is not down cannot be lifted, but this would say so
                mouse.up()
            mouse.move(*place(first))
            mouse.down()
            for point in hurry(others):
                mouse.move(*place(point))

    def draw_with_finger(self, strokes: Strokes) -> None:
        """The same with a finger on a touch screen."""
        session, place = self.page.context.new_cdp_session(self.page), self._placing()

        def touch(kind: str, *points: Any) -> None:
            places = [dict(zip("xy", place(point), strict=True)) for point in points]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

        for first, *others in strokes:
            touch("touchStart", first)
            for point in hurry(others):
                touch("touchMove", point)
            touch("touchEnd")

    def _placing(self) -> Any:
        """Function from a point of the canvas to one of the window."""
        self.canvas.scroll_into_view_if_needed()
        box = self.canvas.bounding_box()
        scale = box["width"] / 320
        return lambda point: (box["x"] + point[0] * scale, box["y"] + point[1] * scale)

    def renew_canvas(self, button: Any, key: str | None = None) -> None:
        """Press what puts another drawing on the canvas, by mouse or key; wait for its canvas."""
        self.mark_canvas()
        button.press(key) if key else button.click()
        self.expect_new_canvas()

    def mark_canvas(self) -> None:
        """Mark the canvas, for `expect_new_canvas`."""
        self.canvas.evaluate("canvas => canvas.dataset.old = ''")

    def expect_new_canvas(self) -> None:
        expect(self.page.locator("canvas.upper-canvas[data-old]")).to_have_count(0)
        expect(self.canvas).to_have_count(1)

    def clear(self) -> None:
        self.renew_canvas(self.button("Clear"))
        expect(self.invitation).to_be_visible()
        expect(self.button("Clear")).to_be_disabled()

    def expect_layers(self, names: Any) -> None:
        """Exactly these layers are shown, in this order, with every picture painted."""
        sections = self.page.locator("section.column:not(.off):not(.image)")
        expect(sections).to_have_count(len(names))
        shown = sections.evaluate_all("all => all.map(section => section.dataset.layer)")
        assert shown == list(names)
        self.page.wait_for_function(
            """sections => sections.every(section => [...section.querySelectorAll('canvas')]
            .every(canvas => canvas.getContext('2d').getImageData(0, 0, 1, 1).data[3] === 255))""",
            arg=sections.element_handles(),
        )

    def expect_no_sideways_scrolling(self, but_for: Any = ()) -> None:
        """The page does not scroll sideways, and nothing on it but for these classes does."""
        self.page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
        with suppress(PlaywrightTimeoutError):
            self.page.wait_for_function(f"names => {LIST_WIDE}(names).length === 0", arg=but_for)
        assert self.page.evaluate(LIST_WIDE, but_for) == []


@pytest.fixture
def come(profiles: Profiles, server: Server) -> Iterator[Callable[..., Visitor]]:
    """Function to a new visitor, by default of the shared server and at a desktop."""
    visitors = []

    def come_to(address: str | None = None, **options: Any) -> Any:
        visitors.append(Visitor(profiles, address or server.address, **options))
        return visitors[-1]

    yield come_to
    for visitor in visitors:
        visitor.leave()


@pytest.fixture
def visitor(come: Callable[..., Visitor]) -> Visitor:
    """Somebody who has put a 2 on the stage."""
    visitor = come()
    visitor.put_example(2)
    expect(visitor.answer).to_have_text("2")
    return visitor


@pytest.fixture
def names_of_layers(reader: Reader) -> list[str]:
    return [layer.name for layer in reader.layers]


@pytest.fixture
def luminance() -> Callable[[str], float]:
    """Function from a CSS colour, rgb(…), to its luminance in [0, 1] (WCAG 2)."""

    def measure(colour: str) -> Any:
        shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    return measure
