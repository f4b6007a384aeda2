"""The page without a server, opened as a file by a browser that is cut off from every network."""

import base64
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from mnist_demo.app.places.take_away.page.page_file import make_page
from mnist_demo.errors import BlankDrawingError
from mnist_demo.image.normalization import from_canvas
from mnist_demo.reading.reader import Reader
from mnist_demo.versions.store import open_store
from tests.browser.conftest import DESKTOP, PHONE, TIMEOUT_MS, hurry
from tests.browser.test_engine import make_drawings
from tests.browser.test_every_place import find_problems
from tests.signatures import Examples, Strokes

READ = """async ([packed, shapes]) => {
    const { normalize } = await import("components/engine/normalize.js")
    const { readNetwork } = await import("components/engine/network.js")
    const { scoreOf } = await import("components/live/answer.js")
    const decode = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
    const { network, told } = JSON.parse(document.getElementById("data").textContent)
    const { run } = readNetwork(decode(network).buffer)
    const inflate = new DecompressionStream("deflate")
    const inflated = new Response(new Blob([decode(packed)]).stream().pipeThrough(inflate))
    const bytes = new Uint8Array(await inflated.arrayBuffer())
    let end = 0
    return shapes.map(([height, width]) => {
        const start = end
        end += 4 * width * height
        const steps = normalize(bytes.subarray(start, end), width, height)
        if (!steps) return null
        const [logits, probabilities] = [...run(steps.image).values()].slice(-2)
        return [Array.from(probabilities), scoreOf(logits) < told.rejectionThreshold]
    })
}"""


@pytest.fixture
def open_page(browser: Browser, reader: Reader, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Function that opens the file with a screen; nothing may go wrong, or be asked for."""
    store = open_store()
    file = tmp_path / "page.html"
    file.write_bytes(make_page(reader, store.default("keras-cnn"), store, "en"))
    complaints: list[str] = []
    asked: list[str] = []
    with ExitStack() as stack:

        def open_with(**screen: Any) -> Page:
            context = stack.enter_context(browser.new_context(**screen))
            context.set_default_timeout(TIMEOUT_MS)
            context.set_offline(True)
            page = context.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", lambda request: asked.append(request.url))
            page.goto(file.as_uri())
            expect(page.locator("section.column").first).to_be_visible()
            return page

        yield open_with
    assert complaints == []
    assert {url for url in asked if not url.startswith("data:")} == {file.as_uri()}


def draw_without_lifting(page: Page, strokes: Strokes) -> None:
    box = page.locator("canvas.upper-canvas").bounding_box()
    assert box
    scale = box["width"] / 320
    for first, *others in strokes:
        page.mouse.up()
        page.mouse.move(box["x"] + first[0] * scale, box["y"] + first[1] * scale)
        page.mouse.down()
        for x, y in hurry(others):
            page.mouse.move(box["x"] + x * scale, box["y"] + y * scale)


def test_cut_off_from_every_network_all_moves_with_the_pen(
    open_page: Callable[..., Page], examples: Examples
) -> None:
    still = {"reduced_motion": "reduce"}  # what plays is faint at first
    page = open_page(**DESKTOP, **still)
    answer, stage = page.get_by_test_id("answer"), page.locator(".stage-answer")
    layer = page.locator("section.column[data-layer=conv_2] canvas")
    before = layer.evaluate("canvas => canvas.toDataURL()")
    draw_without_lifting(page, examples[7])
    expect(stage).to_have_attribute("data-state", "preview")
    expect(answer).to_have_text("7")
    expect(stage.locator(".row.first .name")).to_have_text("7")
    assert layer.evaluate("canvas => canvas.toDataURL()") != before
    page.mouse.up()
    expect(stage).to_have_attribute("data-state", "own")
    page.locator("section.column[data-layer=conv_2] .sheet").click()
    expect(page.locator(".arithmetic:not(.held) .terms")).to_be_visible()
    page.get_by_role("button", name="Clear").press("Enter")  # and on without a mouse
    expect(page.locator(".invitation")).to_be_visible()
    page.get_by_label("Example").select_option("4")
    expect(answer).to_have_text("4")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".invitation")).to_be_visible()
    phone = open_page(**PHONE, color_scheme="dark", **still)
    phone.get_by_label("Example").select_option("2")
    expect(phone.get_by_test_id("answer")).to_have_text("2")
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["viewport"]["width"]
    assert find_problems(page, "desktop") + find_problems(phone, "phone") == []


def test_it_gives_the_app_s_answers(open_page: Callable[..., Page], reader: Reader) -> None:
    drawings = make_drawings()
    packed = zlib.compress(b"".join(drawing.tobytes() for drawing in drawings), 1)
    shapes = [drawing.shape[:2] for drawing in drawings]
    page = open_page(**DESKTOP)
    found = page.evaluate(READ, [base64.b64encode(packed).decode(), shapes])
    assert len(found) == 300
    are_rejected = set()
    for drawing, answer in zip(drawings, found, strict=True):
        try:
            reading = reader.read(from_canvas(drawing))
        except BlankDrawingError:
            assert answer is None
            continue
        probabilities, is_rejected = answer
        np.testing.assert_allclose(probabilities, reading.probabilities, rtol=0, atol=1e-4)
        assert (np.argmax(probabilities), is_rejected) == (reading.digit, reading.is_rejected)
        are_rejected.add(is_rejected)
    assert are_rejected == {True, False}
