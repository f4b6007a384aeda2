"""Strokes on their way to the server: by themselves where that will do, and none is lost."""

import re
from collections.abc import Callable

from playwright.sync_api import Route, WebSocket, expect

from tests.browser.conftest import Visitor
from tests.signatures import Examples

STROKES = "**/strokes/*"
TWO_FRAMES = """() => new Promise(done =>
    setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done))))"""


def test_strokes_of_the_first_place_run_no_script(
    come: Callable[..., Visitor], address: str, examples: Examples
) -> None:
    visitor = come()
    visitor.draw(examples[4])
    expect(visitor.answer).to_have_text("4")  # TensorFlow is there
    messages: list[object] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda message: messages.append(len(message)))

    visitor.page.on("websocket", listen)
    visitor.page.goto(address)
    expect(visitor.page.locator(".st-key-example")).to_be_visible()
    visitor.expect_rest()
    for digit in (4, 7):  # the first in the place of an example
        before = len(messages)
        assert before > 0
        with visitor.page.expect_response(STROKES) as answered:
            visitor.draw(examples[digit])
        assert answered.value.status == 200
        expect(visitor.answer).to_have_text(str(digit))
        assert len(messages) == before
        for _ in examples[digit]:
            visitor.renew_canvas(visitor.button("Undo"))
        expect(visitor.invitation).to_be_visible()
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")
    expect(visitor.page).to_have_url(re.compile("drawing=eN"))
    visitor.page.reload()
    expect(visitor.answer).to_have_text("7")


def test_a_stroke_that_the_server_does_not_take_is_reported_as_ever(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come()
    visitor.page.route(STROKES, lambda route: route.fulfill(status=204))
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")
    visitor.page.unroute(STROKES)
    visitor.draw(examples[4])  # on it, and what the script has taken counts
    for _ in examples[4]:
        visitor.renew_canvas(visitor.button("Undo"))
    expect(visitor.answer).to_have_text("7")


def test_what_is_drawn_before_an_answer_is_sent_together_and_undone_alone(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come()
    visitor.draw(examples[4])
    expect(visitor.answer).to_have_text("4")
    visitor.clear()
    held: list[Route] = []

    def note(route: Route) -> None:
        held.append(route)

    visitor.page.route(STROKES, note, times=1)
    with visitor.page.expect_request(STROKES):
        visitor.draw(examples[1][:1])
    sent: list[str] = []
    visitor.page.on("request", lambda request: sent.append(request.url))
    visitor.draw(examples[7][:1])
    visitor.draw(examples[2][:1])
    visitor.page.evaluate(TWO_FRAMES)
    with visitor.page.expect_response(STROKES), visitor.page.expect_request(STROKES):
        held[0].continue_()
    visitor.expect_rest()
    expect(visitor.answer).to_be_visible()
    assert ["/strokes/" in url for url in sent].count(True) == 1
    visitor.renew_canvas(visitor.button("Undo"))
    visitor.renew_canvas(visitor.button("Undo"))
    expect(visitor.answer).to_have_text("1")


PRESS_ELSEWHERE = """() => document.addEventListener('pointerup', () => document.body.dispatchEvent(
    new PointerEvent('pointerdown', { bubbles: true, isPrimary: true })))"""


def test_a_press_elsewhere_right_after_a_stroke_does_not_lose_it(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come()
    visitor.page.evaluate(PRESS_ELSEWHERE)
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")
    expect(visitor.page).to_have_url(re.compile("drawing=eN"))


def test_a_place_that_is_chosen_right_after_a_stroke_is_shown(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come()
    for place in ("Learn", "Share", "Look inside"):
        visitor.draw(examples[7])
        visitor.go(place)
