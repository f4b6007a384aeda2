"""How soon an opened map answers when another of its pixels is chosen, measured in Chromium."""

import statistics

from benchmarks.browser import APPS, draw_stroke, open_map, open_page, serve
from benchmarks.chromium import launch_chromium

STEPS = 40
KEYS = ("ArrowRight", "ArrowLeft")

# Chooses pixels with the arrow keys; a time ends when what has changed is laid out.
CHOOSE = """async ([keys, steps]) => {
    const root = [...document.querySelectorAll('*')]
        .map(element => element.shadowRoot?.querySelector('.network-picture')).find(Boolean)
    const panel = root.querySelector('.panel')
    const map = panel.querySelector('[role=application]')
    const times = []
    for (let i = 0; i < steps; i++) {
        await new Promise(requestAnimationFrame)
        const start = performance.now()
        map.dispatchEvent(new KeyboardEvent('keydown', { key: keys[i % keys.length] }))
        panel.offsetHeight
        times.push(performance.now() - start)
    }
    return times
}"""


def measure_pointing() -> float:
    """Median milliseconds from a key to the arithmetic of another pixel of a map, laid out."""
    with serve(APPS["ours"]) as server, launch_chromium() as browser:
        page = open_page(browser, server)
        draw_stroke(page, "ours", seed=1)
        open_map(page)
        page.locator(".panel [data-term=result]").wait_for()
        times: list[float] = page.evaluate(CHOOSE, [KEYS, STEPS])
    return statistics.median(times)
