"""How soon the explorer answers to a pointer, measured in Chromium on every layer."""

import statistics

from benchmarks.browser import APPS, draw_stroke, open_explorer, open_page, serve
from benchmarks.chromium import launch_chromium

POINTS_PER_LAYER = 40

# Points at numbers all over each plate; a time ends when what has changed is laid out.
POINT = """async count => {
    const root = [...document.querySelectorAll('*')]
        .map(element => element.shadowRoot?.querySelector('.explorer')).find(Boolean)
    const panel = root.querySelector('.panel')
    const times = {}
    for (const section of root.querySelectorAll('section:not([data-layer=drawing])')) {
        const plate = section.querySelector('.picture')
        plate.scrollIntoView({ block: 'nearest' })
        await new Promise(requestAnimationFrame)
        const box = plate.getBoundingClientRect()
        times[section.dataset.layer] = []
        for (let i = 0; i < count; i++) {
            await new Promise(requestAnimationFrame)
            const clientX = box.left + box.width * ((i * 0.618034) % 1)
            const clientY = box.top + box.height * ((i * 0.754878) % 1)
            const start = performance.now()
            plate.dispatchEvent(new PointerEvent('pointermove', { clientX, clientY }))
            panel.offsetHeight
            times[section.dataset.layer].push(performance.now() - start)
        }
    }
    return times
}"""


def measure_pointing() -> float:
    """Median milliseconds from a pointer's move to the answer laid out, of the slowest layer."""
    with serve(APPS["ours"]) as port, launch_chromium() as browser:
        page = open_page(browser, port)
        open_explorer(page)
        draw_stroke(page, "ours", seed=1)
        page.locator(".explorer .panel").wait_for()
        times: dict[str, list[float]] = page.evaluate(POINT, POINTS_PER_LAYER)
    return max(statistics.median(durations) for durations in times.values())
