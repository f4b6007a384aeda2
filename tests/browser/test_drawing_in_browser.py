"""Drawn with a mouse or a finger, a digit is read, on wide and narrow screens, light and dark."""

import os
import re

import pytest
from playwright.sync_api import expect

from mnist_demo.store import PROJECT


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_ten_examples_drawn_by_hand_are_read(come, examples, screens, screen):
    visitor = come(**screens[screen])
    for digit, strokes in examples.items():
        if screen == "phone":
            visitor.draw_with_finger(strokes)
        else:
            visitor.draw(strokes)
        expect(visitor.answer).to_have_text(str(digit))
        visitor.clear()


def test_examples_are_put_on_the_canvas_by_buttons(come, examples, wait_until):
    visitor = come()
    for digit in examples:
        visitor.renew_canvas(visitor.example(digit))
        expect(visitor.answer).to_have_text(str(digit))
        wait_until(lambda: count_ink(visitor) > 1000)


def count_ink(visitor):
    """Light pixels on the canvas."""
    return visitor.page.locator("canvas.dc-canvas.lower-canvas").evaluate(
        """canvas => {
            const { width, height } = canvas
            const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data
            return pixels.filter((value, index) => index % 4 === 0 && value > 128).length
        }"""
    )


def test_undo_and_redo_of_strokes(come, examples):
    visitor = come()
    expect(visitor.button("Undo")).to_be_disabled()
    seen = visitor.page.get_by_test_id("network-image")
    visitor.draw(examples[7][:1])
    expect(visitor.answer).to_be_visible()
    for stroke in examples[7][1:]:
        before = seen.get_attribute("src")
        visitor.draw([stroke])
        expect(seen).not_to_have_attribute("src", before)
    expect(visitor.answer).to_have_text("7")
    expect(visitor.button("Undo")).to_be_enabled()
    for _ in examples[7]:
        visitor.renew_canvas(visitor.button("Undo"))
    expect(visitor.invitation).to_be_visible()
    assert count_ink(visitor) == 0
    for _ in examples[7]:
        visitor.renew_canvas(visitor.button("Redo"))
    expect(visitor.answer).to_have_text("7")
    assert count_ink(visitor) > 1000


def test_drawing_goes_on_after_an_undo(come, examples):
    visitor = come()
    visitor.draw(examples[1])
    expect(visitor.answer).to_be_visible()
    visitor.renew_canvas(visitor.button("Undo"))
    expect(visitor.invitation).to_be_visible()
    visitor.draw(examples[3])
    expect(visitor.answer).to_have_text("3")


def test_dot_and_scribble_to_the_edge_are_answered(come):
    visitor = come()
    visitor.draw([[[160, 160], [161, 160]]])
    expect(visitor.answer).to_have_text(re.compile(r"^[\d?]$"))
    visitor.clear()
    rows = range(10, 320, 12)
    visitor.draw([[[x, y] for y in rows for x in (1, 340)]])
    expect(visitor.answer).to_have_text(re.compile(r"^[\d?]$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_page_is_legible_and_fits(come, luminance, screens, screen, scheme):
    visitor = come(**screens[screen], color_scheme=scheme)
    visitor.expect_no_sideways_scrolling()
    visitor.example(2).click()
    expect(visitor.answer).to_have_text("2")
    visitor.expect_no_sideways_scrolling()
    ground, ink = visitor.page.evaluate(
        """() => [
            getComputedStyle(document.querySelector('.stApp')).backgroundColor,
            getComputedStyle(document.querySelector('[data-testid=answer]')).color,
        ]"""
    )
    lighter, darker = sorted([luminance(ground), luminance(ink)], reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) > 7
    assert (luminance(ground) > luminance(ink)) == (scheme == "light")


def test_canvas_and_answer_stand_side_by_side_where_there_is_room(come, screens):
    for screen, is_beside in (("desktop", True), ("phone", False)):
        visitor = come(**screens[screen])
        visitor.renew_canvas(visitor.example(2))
        expect(visitor.answer).to_be_visible()
        canvas, answer = visitor.canvas.bounding_box(), visitor.answer.bounding_box()
        right_of_canvas = canvas["x"] + canvas["width"]
        assert (answer["x"] >= right_of_canvas) == is_beside


def test_phone_finds_the_network_and_the_retraining_in_the_sidebar(come, screens):
    visitor = come(**screens["phone"])
    retrain = visitor.keyed("retrain").get_by_role("button")
    expect(retrain).not_to_be_in_viewport()
    visitor.page.get_by_test_id("stExpandSidebarButton").click()
    retrain.scroll_into_view_if_needed()
    expect(retrain).to_be_in_viewport()
    expect(visitor.keyed("version")).to_be_visible()


def test_screenshot_for_the_readme(come, examples, names_of_layers):
    path = os.environ.get("MNIST_DEMO_SCREENSHOT")
    if not path:
        pytest.skip("makes the README's picture: run `make screenshot`")
    visitor = come(viewport={"width": 1400, "height": 1240}, color_scheme="light")
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")
    visitor.expect_layers(names_of_layers)
    visitor.page.mouse.move(1390, 1230)
    visitor.page.screenshot(path=PROJECT / path, animations="disabled")
