"""What a visitor waits for, measured in Chromium against an app that has only the canvas."""

import contextlib
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from playwright.sync_api import Browser, Page

from benchmarks.chromium import launch_chromium

PROJECT = Path(__file__).resolve().parent.parent
APPS = {"ours": PROJECT / "streamlit_app.py", "bare": PROJECT / "benchmarks" / "bare_app.py"}
SERVER_AGE_S = 6.0
STROKES_PER_PAGE = 8
PAUSE_S = 0.4  # between strokes, as a person makes it; what comes after an answer is done by then

# What an answer consists of: all of it must have changed, and be on the screen. In ours TensorFlow
# has confirmed what the browser has painted, all layers of it.
PARTS = {
    "ours": """() => {
        window.answer ??= [...document.querySelectorAll('*')]
            .map(element => element.shadowRoot?.querySelector('.stage-answer')).find(Boolean)
        const reading = window.answer?.dataset.reading
        return reading ? [reading] : []
    }""",
    "bare": """() => {
        const text = document.querySelector('[data-testid=stText]')
        return text ? [text.textContent] : []
    }""",
}

WATCH = """parts => {
    const before = parts()
    window.answered = new Promise(resolve => {
        addEventListener('pointerup', () => {
            const start = performance.now()
            const look = () => {
                const now = parts()
                const isNew = now.length && now.every((part, index) => part !== before[index])
                if (!isNew) requestAnimationFrame(look)
                else requestAnimationFrame(() => resolve(performance.now() - start))
            }
            look()
        }, { once: true, capture: true })
    })
}"""

FIND_CANVAS = """
    const look = () => {
        const found = [...document.querySelectorAll('*')]
            .some(element => element.shadowRoot?.querySelector('canvas.upper-canvas'))
        if (found) window.canvasFound = performance.now()
        else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
"""


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    pid: int


def compare_answers(repeats: int = 3) -> dict[str, float]:
    """Median milliseconds from mouse-up to the answer, with all layers on in ours.

    ``opened`` is ours with a map open, and the arithmetic of one of its pixels.
    """
    times: dict[str, list[float]] = {name: [] for name in (*APPS, "opened")}
    with contextlib.ExitStack() as stack:
        servers = {name: stack.enter_context(serve(app)) for name, app in APPS.items()}
        browser = stack.enter_context(launch_chromium())
        for _ in range(repeats):
            pages = {name: open_page(browser, server) for name, server in servers.items()}
            pages["opened"] = open_page(browser, servers["ours"])
            open_map(pages["opened"])
            for stroke in range(STROKES_PER_PAGE):
                for name, page in pages.items():
                    duration_ms = draw_stroke(page, name, seed=stroke)
                    if stroke >= 2:
                        times[name].append(duration_ms)
            for page in pages.values():
                page.context.close()
    return {name: statistics.median(durations) for name, durations in times.items()}


def open_map(page: Page) -> None:
    """Open a map of 64 inputs."""
    page.locator("section.column[data-layer=conv_3] .sheet").click(position={"x": 6, "y": 6})
    page.locator("canvas.upper-canvas").scroll_into_view_if_needed()


def compare_starts(repeats: int = 5) -> dict[str, float]:
    """Median milliseconds from opening the page of a server six seconds old to its canvas."""
    times: dict[str, list[float]] = {name: [] for name in APPS}
    with launch_chromium() as browser:
        for _ in range(repeats):
            for name, app in APPS.items():
                with serve(app, SERVER_AGE_S) as server:
                    page = open_page(browser, server)
                    times[name].append(page.evaluate("window.canvasFound"))
                    page.context.close()
    return {name: statistics.median(durations) for name, durations in times.items()}


def draw_stroke(page: Page, name: str, seed: int) -> float:
    """Draw one short line; milliseconds from mouse-up to the answer."""
    rng = random.Random(seed)
    box = page.locator("canvas.upper-canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + rng.uniform(60, 200), box["y"] + rng.uniform(60, 200)
    page.evaluate(f"({WATCH})({PARTS.get(name, PARTS['ours'])})")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y + rng.uniform(-40, 40), steps=6)
    page.mouse.up()
    duration_ms: float = page.evaluate("window.answered")
    time.sleep(PAUSE_S)
    return duration_ms


def open_page(browser: Browser, server: Server) -> Page:
    """A page of a visitor who has been shown round, its canvas there."""
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.add_init_script(FIND_CANVAS)
    page.add_init_script("localStorage.setItem('mnist-demo-shown-round', 'true')")
    page.goto(f"http://localhost:{server.port}")
    page.wait_for_function("() => window.canvasFound")
    return page


def find_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def serve(
    app: Path, age_s: float = 0.0, log: int | IO[bytes] = subprocess.DEVNULL
) -> Iterator[Server]:
    """A server of ``app`` that is ``age_s`` seconds old; the bare one is not configured."""
    port = find_port()
    options = [
        "--server.headless=true",
        f"--server.port={port}",
        "--browser.gatherUsageStats=false",
    ]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(app), *options],
            cwd=PROJECT if app.parent == PROJECT else folder,
            env=os.environ | {"MNIST_DEMO_MODELS": folder},
            stdout=log,
            stderr=log,
        )
        try:
            start_s = time.monotonic()
            wait_until_healthy(port)
            time.sleep(max(0.0, start_s + age_s - time.monotonic()))
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait()


def wait_until_healthy(port: int, timeout_s: float = 60.0) -> None:
    """Return as soon as the server answers."""
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://localhost:{port}/_stcore/health") as response,
        ):
            if response.status == 200:
                return
        time.sleep(0.05)
    raise TimeoutError(f"no server on port {port} within {timeout_s:.0f} s")
