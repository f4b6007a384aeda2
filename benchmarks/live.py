"""How soon everything moves with the pen, measured in Chromium, and what a stroke costs."""

import asyncio
import math
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from playwright.async_api import async_playwright
from playwright.sync_api import Page

from benchmarks.browser import APPS, PAUSE_S, find_port, open_page, serve
from benchmarks.chromium import launch_chromium
from mnist_demo.handwriting.curves import Stroke
from mnist_demo.handwriting.examples import read_examples
from mnist_demo.networks import get_network

NETWORKS = {"keras-cnn": "", "convnet": "_convnet"}  # and how their figures are called
MOVES = 300
STROKES, WARM_UP = 40, 4
IDLE_S = 5.0
FRAME_S = 1 / 60

# Each painting of all layers is a measure from when the page hears of the pen's movement, which is
# when the browser begins a frame, to its end; `detail` is when the pen has moved.
LISTEN = """() => {
    window.paintings = []
    new PerformanceObserver(list => {
        for (const { startTime, duration, detail } of list.getEntriesByName("live"))
            window.paintings.push([startTime, duration, startTime + duration - detail])
    }).observe({ entryTypes: ["measure"] })
}"""


@dataclass(frozen=True)
class Painting:
    """One frame in which everything was painted.

    When the page heard of the pen, how long it took from then on, and from the pen's movement on.
    """

    heard_ms: float
    duration_ms: float
    latency_ms: float


def measure_live() -> dict[str, float]:
    """Milliseconds from a movement of the pen to everything painted, and paintings in a second.

    ``live_latency_ms`` has the wait for the screen's next frame in it, 8 ms in the mean, which no
    page can shorten; the others begin where that ends.
    """
    figures = {}
    port = find_port()
    with serve(APPS["ours"]) as server, launch_chromium(port) as browser:
        for network, suffix in NETWORKS.items():
            page = open_page(browser, server)
            choose_network(page, network)
            paintings = draw_for_long(page, port)
            durations = [painting.duration_ms for painting in paintings]
            figures[f"live_ms{suffix}"] = statistics.median(durations)
            figures[f"live_p95_ms{suffix}"] = statistics.quantiles(durations, n=20)[-1]
            if not suffix:
                duration_s = (paintings[-1].heard_ms - paintings[0].heard_ms) / 1000
                figures["live_updates_per_s"] = (len(paintings) - 1) / duration_s
                latencies = [painting.latency_ms for painting in paintings]
                figures["live_latency_ms"] = statistics.median(latencies)
            page.context.close()
    return figures


def choose_network(page: Page, network: str) -> None:
    """Let ``network`` read, and wait until the browser has it."""
    if NETWORKS[network]:
        page.get_by_test_id("stExpandSidebarButton").click()
        page.locator(".st-key-network").get_by_role("combobox").click()
        page.get_by_role("option", name=get_network(network).title, exact=True).click()
        page.get_by_test_id("stSidebarCollapseButton").locator("button").click()
        page.get_by_test_id("stExpandSidebarButton").wait_for()
    page.locator(f".network-picture[data-network*='networks/{network}-']").wait_for()


def draw_for_long(page: Page, debugging_port: int) -> list[Painting]:
    """Move the pen at 60 Hz without lifting it; all paintings but the first and the last."""
    box = page.locator("canvas.upper-canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 160, box["y"] + 60)
    page.mouse.down()  # which ends what an example paints
    page.evaluate(LISTEN)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, move_pen(debugging_port, box["x"], box["y"])).result()
    page.mouse.up()
    return [Painting(*times) for times in page.evaluate("window.paintings")[1:-1]]


async def move_pen(debugging_port: int, left: float, top: float) -> None:
    """Move the pen in a spiral, as a hand does: without waiting for the page to have painted."""
    async with async_playwright() as playwright:
        address = f"http://localhost:{debugging_port}"
        browser = await playwright.chromium.connect_over_cdp(address)
        pages = [page for context in browser.contexts for page in context.pages]
        (page,) = (page for page in pages if page.url.startswith("http"))
        moves, start_s = [], time.monotonic()
        for move in range(MOVES):
            angle = move / 15
            reach = 40 + 60 * move / MOVES
            x, y = 160 + reach * math.sin(angle), 160 - reach * math.cos(angle)
            moves.append(asyncio.ensure_future(page.mouse.move(left + x, top + y)))
            await asyncio.sleep(start_s + (move + 1) * FRAME_S - time.monotonic())
        await asyncio.gather(*moves)


def measure_stroke_cost() -> float:
    """Median milliseconds of the server's CPU for a digit in one stroke and all that follows it.

    What an idle server computes in the same time is not counted.
    """
    (stroke,) = read_examples()["2"].strokes
    costs_s = []
    with serve(APPS["ours"]) as server, launch_chromium() as browser:
        page = open_page(browser, server)
        choose_network(page, "keras-cnn")
        idle = 0.0
        for number in range(WARM_UP + STROKES):
            if number == WARM_UP:  # when a server that has just started is at rest
                idle = cpu_time_s(server.pid)
                time.sleep(IDLE_S)
                idle = (cpu_time_s(server.pid) - idle) / IDLE_S
            start_s, start_cpu_s = time.monotonic(), cpu_time_s(server.pid)
            draw_digit(page, stroke)
            cost_s = cpu_time_s(server.pid) - start_cpu_s
            costs_s.append(cost_s - idle * (time.monotonic() - start_s))
            page.locator(".st-key-answer").get_by_role("button", name="Clear").click()
            page.locator(".invitation").wait_for()
            time.sleep(PAUSE_S)
    return 1000 * statistics.median(costs_s[WARM_UP:])


def draw_digit(page: Page, stroke: Stroke) -> None:
    """Draw one stroke, (n, 2) in pixels of the canvas, and wait for all that comes of it."""
    box = page.locator("canvas.upper-canvas").bounding_box()
    assert box is not None
    for i, (x, y) in enumerate(stroke.tolist()):
        page.mouse.move(box["x"] + x, box["y"] + y)
        if i == 0:
            page.mouse.down()
    page.mouse.up()
    page.locator(".stage-answer[data-reading*=readings]").wait_for()
    time.sleep(PAUSE_S)


def cpu_time_s(pid: int) -> float:
    """Seconds that a process of this Linux machine has computed so far, all threads together."""
    return time.clock_gettime(~pid << 3 | 2)  # clock_getcpuclockid(3), which Python has not
