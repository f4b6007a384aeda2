"""The network moves with the pen, in the browser; then TensorFlow confirms it, or corrects it."""

import json
import re
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from mnist_demo.reading.reader import Reader
from tests.browser.conftest import Visitor
from tests.browser.workbench import Workbench
from tests.signatures import Examples

STAGE = ".stage-answer"


@pytest.fixture
def visitor(come: Callable[..., Visitor]) -> Visitor:
    """Somebody whose browser has the network."""
    visitor = come()
    visitor.page.locator(".network-picture[data-network]").wait_for()
    return visitor


def test_every_layer_moves_before_the_pen_is_up(
    visitor: Visitor, examples: Examples, names_of_layers: list[str]
) -> None:
    shown = [name for name in names_of_layers if name not in ("logits", "probabilities")]
    place = visitor._placing()
    first, *others = examples[7][0]
    visitor.page.mouse.move(*place(first))
    visitor.page.mouse.down()
    seen: list[dict[str, str]] = []
    for points in (others[: len(others) // 2], others):
        before = dict(seen[-1]) if seen else {}
        for point in points:
            visitor.page.mouse.move(*place(point))
        expect(visitor.preview).to_have_text(re.compile(r"^[\d?]$"))
        visitor.page.wait_for_function(
            "([canvas, before]) => canvas.toDataURL() !== before",
            arg=[
                visitor.layer("image").locator("canvas").element_handle(),
                before.get("image", ""),
            ],
        )
        seen.append({name: visitor.pixels(name) for name in ["image", *shown]})
    assert [name for name in seen[0] if seen[0][name] == seen[1][name]] == []
    expect(visitor.page.locator(STAGE)).to_have_attribute("data-reading", "")
    visitor.page.mouse.up()
    expect(visitor.answer).to_be_visible()


def test_ten_digits_are_read_before_the_pen_is_up_and_confirmed_after(
    visitor: Visitor, examples: Examples
) -> None:
    for digit, strokes in examples.items():
        visitor.draw_without_lifting(strokes)
        expect(visitor.preview).to_have_text(str(digit))
        visitor.page.mouse.up()
        expect(visitor.answer).to_have_text(str(digit))
        expect(visitor.page.locator(STAGE)).to_have_attribute("data-state", "confirmed")
        expect(visitor.page.locator(".check")).to_contain_text("confirmed by TensorFlow")
        visitor.clear()


def test_bars_and_picture_show_what_tensorflow_gave(
    visitor: Visitor, reader: Reader, examples: Examples, address: str
) -> None:
    visitor.draw(examples[9])
    packed = visitor.page.request.get(f"{address}/{visitor.reading}").body()
    (length,) = struct.unpack("<I", packed[:4])
    numbers = np.frombuffer(packed, "<f4", offset=4 + length)
    reading = reader.read(numbers[:784].reshape(28, 28, 1))
    stage = visitor.page.locator(STAGE)
    expected = [f"{100 * float(share):.1f}%" for share in reading.probabilities]
    assert stage.locator(".bars .percent").all_text_contents() == expected
    assert visitor.layer("probabilities").locator(".number").all_text_contents() == expected
    points = visitor.layer("logits").locator(".number").all_text_contents()
    shown = np.array([float(text.replace("−", "-")) for text in points])
    np.testing.assert_allclose(shown, reading.logits, atol=0.051)


def test_blank_canvas_shows_no_numbers_again(visitor: Visitor, examples: Examples) -> None:
    visitor.draw(examples[3])
    expect(visitor.answer).to_have_text("3")
    visitor.clear()
    assert set(visitor.layer("logits").locator(".number").all_text_contents()) == {""}
    expect(visitor.page.locator(".board.blank")).to_have_count(1)


def test_a_run_of_a_component_that_another_has_followed_ends_nothing(workbench: Workbench) -> None:
    counts = workbench.run(
        """async () => {
            const { Live } = await load("components/live/live.js")
            const live = new Live()
            let count = 0
            const paint = () => count++
            const leaveFirst = live.show(paint)
            const leaveSecond = live.show(paint)
            const counts = []
            for (const leave of [() => {}, leaveFirst, leaveSecond]) {
                leave()
                live.paint(live.view)
                counts.push(count)
            }
            return counts
        }"""
    )
    assert counts == [2, 3, 3]  # painted at once, and then until the second leaves


def test_an_answer_before_the_last_frame_of_a_stroke_stays(workbench: Workbench) -> None:
    states = workbench.run(
        """async () => {
            const { Live } = await load("components/live/live.js")
            const live = new Live()
            const told = { network: null, classes: [], side: 320, isBlank: true, reading: null }
            live.follow(told)
            const [logits, probabilities] = [new Float32Array(10), new Float32Array(10)]
            const readings = new Map(Object.entries({ logits, probabilities }))
            live.network = { problem: "", run: () => readings }
            const host = document.body.appendChild(document.createElement("div"))
            const canvas = document.createElement("canvas")
            host.attachShadow({ mode: "open" }).append(canvas)
            Object.assign(canvas, { className: "upper-canvas", width: 320, height: 320 })
            const context = canvas.getContext("2d")
            context.fillStyle = "#fff"
            context.fillRect(100, 100, 50, 90)
            const pen = { bubbles: true, composed: true, isPrimary: true }
            const press = kind => canvas.dispatchEvent(new PointerEvent(kind, pen))
            const passFrames = async () => {
                for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame)
                return live.view.state
            }
            press("pointerdown")
            const states = [await passFrames()]
            press("pointerup")
            const reading = { address: "en/readings/none", logits, probabilities }
            live.follow({ ...told, isBlank: false, reading })
            return [...states, await passFrames()]
        }"""
    )
    assert states == ["preview", "answered"]


def come_with_other_weights(
    come: Callable[..., Visitor], change: Any, address: str | None = None
) -> Any:
    """A visitor whose browser gets the network as ``change`` makes it of header and arrays."""
    visitor = come(address)

    def answer(route: Any) -> None:
        packed = route.fetch().body()
        (length,) = struct.unpack("<I", packed[:4])
        header, arrays = json.loads(packed[4 : 4 + length]), bytearray(packed[4 + length :])
        change(header, arrays)
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 4)
        route.fulfill(body=struct.pack("<I", len(text)) + text + bytes(arrays))

    visitor.page.route("**/networks/**", answer)
    visitor.page.reload()
    visitor.canvas.wait_for()
    return visitor


def test_a_preview_that_is_wrong_is_corrected_and_said_to_be(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    def change(header: Any, arrays: Any) -> None:
        assert header["arrays"][-1][0] == "logits/bias"
        arrays[-20:] = np.full(10, -50, "<f2").tobytes()
        arrays[-20:-18] = np.float16(50).tobytes()  # whatever is drawn is a 0

    visitor = come_with_other_weights(come, change)
    visitor.page.locator(".network-picture[data-network]").wait_for()
    visitor.draw_without_lifting(examples[2])
    expect(visitor.preview).to_have_text("0")
    visitor.page.mouse.up()
    expect(visitor.answer).to_have_text("2")
    expect(visitor.page.locator(STAGE)).to_have_attribute("data-state", "corrected")
    expect(visitor.page.locator(".check")).to_contain_text("your browser’s own differs by")


def test_a_network_that_the_browser_does_not_know_answers_after_the_stroke(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    def change(header: Any, arrays: Any) -> None:
        header["layers"][1]["kind"] = "Conv9D"

    visitor = come_with_other_weights(come, change)
    sentence = "Your browser cannot compute the layer conv_1, a Conv9D."
    expect(visitor.page.locator(".network-picture .note").first).to_have_text(sentence)
    visitor.draw_without_lifting(examples[5])
    expect(visitor.preview).to_have_count(0)
    visitor.page.mouse.up()
    expect(visitor.answer).to_have_text("5")
    expect(visitor.page.locator(".check")).to_contain_text(sentence)
    assert visitor.pixels("conv_1") != visitor.pixels("conv_2")


def test_without_weights_the_answer_comes_all_the_same(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come()
    visitor.page.route("**/networks/**", lambda route: route.fulfill(status=404))
    visitor.page.reload()
    note = visitor.page.locator(".network-picture .note").first
    expect(note).to_have_text(re.compile("could not be fetched: the server answers 404"))
    visitor.draw(examples[5])
    expect(visitor.page.locator(STAGE).get_by_test_id("answer")).to_have_text("5")
    visitor.complaints = [text for text in visitor.complaints if "404" not in text]
