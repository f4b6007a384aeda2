"""Drawn with a mouse or a finger, a digit is read, on wide and narrow screens, light and dark."""

import io
import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from mnist_demo.app.stage.advice import READ
from mnist_demo.paths import PROJECT
from tests.browser.conftest import Visitor
from tests.signatures import Examples, Screens, WaitUntil


def test_ten_examples_drawn_with_a_finger_are_read(
    come: Callable[..., Visitor], examples: Examples, screens: Screens
) -> None:
    visitor = come(**screens["phone"])
    for digit, strokes in examples.items():
        visitor.draw_with_finger(strokes)
        expect(visitor.answer).to_have_text(str(digit))
        visitor.clear()


def test_examples_are_put_on_the_canvas_by_buttons(
    come: Callable[..., Visitor], examples: Examples, wait_until: WaitUntil
) -> None:
    visitor = come()
    for digit in examples:
        visitor.put_example(digit)
        expect(visitor.answer).to_have_text(str(digit))
        wait_until(lambda: count_ink(visitor) > 1000)


def test_examples_are_called_by_their_articles(come: Callable[..., Visitor]) -> None:
    visitor = come()
    visitor.open_source("Example")
    for digit, name in {3: "a 3", 8: "an 8"}.items():
        example = visitor.page.locator(f".examples .example-{digit}")
        expect(example).to_have_attribute("title", f"Put {name} on the canvas.")


def count_ink(visitor: Visitor) -> Any:
    """Light pixels on the canvas."""
    return visitor.page.locator("canvas.dc-canvas.lower-canvas").evaluate(
        """canvas => {
            const { width, height } = canvas
            const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data
            return pixels.filter((value, index) => index % 4 === 0 && value > 128).length
        }"""
    )


def test_undo_and_redo_of_strokes(come: Callable[..., Visitor], examples: Examples) -> None:
    visitor = come()
    expect(visitor.button("Undo")).to_be_disabled()
    stage = visitor.page.locator(".stage-answer")
    visitor.draw(examples[7][:1])
    for stroke in examples[7][1:]:
        before = visitor.reading
        visitor.draw([stroke])
        expect(stage).to_have_attribute("data-reading", re.compile("."))
        expect(stage).not_to_have_attribute("data-reading", before)
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


def test_undo_right_after_a_stroke_takes_back_that_stroke_alone(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come()
    visitor.draw(examples[7][:1])
    first = visitor.reading
    visitor.draw(examples[1])
    visitor.renew_canvas(visitor.button("Undo"))
    expect(visitor.button("Redo")).to_be_enabled()
    expect(visitor.page.locator(".stage-answer")).to_have_attribute("data-reading", first)
    assert count_ink(visitor) > 0


def test_drawing_goes_on_after_an_undo(come: Callable[..., Visitor], examples: Examples) -> None:
    visitor = come()
    visitor.draw(examples[1])
    expect(visitor.answer).to_be_visible()
    visitor.renew_canvas(visitor.button("Undo"))
    expect(visitor.invitation).to_be_visible()
    visitor.draw(examples[3])
    expect(visitor.answer).to_have_text("3")


def test_dot_and_scribble_to_the_edge_are_answered(come: Callable[..., Visitor]) -> None:
    visitor = come()
    visitor.draw([[[160, 160], [161, 160]]])
    expect(visitor.answer).to_have_text(re.compile(r"^[\d?]$"))
    visitor.clear()
    rows = range(10, 320, 12)
    visitor.draw([[[x, y] for y in rows for x in (1, 340)]])
    expect(visitor.answer).to_have_text(re.compile(r"^[\d?]$"))


def test_a_number_is_read_digit_by_digit_and_one_goes_on_the_stage(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come()
    for digit, left in ((4, 0), (2, 150)):
        visitor.draw([[[x * 0.5 + left, y * 0.5 + 80] for x, y in s] for s in examples[digit]])
    expect(visitor.answer).to_have_text("42")
    expect(visitor.page.locator(".stage-answer .text")).to_contain_text(READ)
    digits = visitor.page.get_by_role("group", name="Digits of the number").get_by_role("button")
    expect(digits).to_have_text([re.compile(r"^4\d+\.\d%$"), re.compile(r"^2\d+\.\d%$")])
    two = visitor.page.get_by_role("button", name=re.compile("^2, .*: put it on the stage"))
    two.focus()
    visitor.renew_canvas(two, "Enter")
    expect(visitor.answer).to_have_text("2")
    expect(digits).to_have_count(0)
    visitor.renew_canvas(visitor.button("Undo"))
    expect(visitor.answer).to_have_text("42")
    expect(digits).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_page_is_legible_and_fits(
    come: Callable[..., Visitor],
    luminance: Callable[[str], float],
    screens: Screens,
    screen: str,
    scheme: str,
) -> None:
    visitor = come(**screens[screen], color_scheme=scheme)
    visitor.expect_no_sideways_scrolling()
    visitor.put_example(2)
    expect(visitor.answer).to_have_text("2")
    visitor.expect_no_sideways_scrolling()
    background, ink = visitor.answer.evaluate(
        """answer => [
            getComputedStyle(document.querySelector('.stApp')).backgroundColor,
            getComputedStyle(answer).color,
        ]"""
    )
    lighter, darker = sorted([luminance(background), luminance(ink)], reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) > 7
    assert (luminance(background) > luminance(ink)) == (scheme == "light")


def test_the_stage_stands_beside_the_place_where_there_is_room(
    come: Callable[..., Visitor], screens: Screens
) -> None:
    for screen, is_beside in (("desktop", True), ("phone", False)):
        visitor = come(**screens[screen])
        visitor.put_example(2)
        expect(visitor.answer).to_be_visible()
        canvas, place = visitor.canvas.bounding_box(), visitor.keyed("place").bounding_box()
        assert (place["x"] >= canvas["x"] + canvas["width"]) == is_beside


def test_a_drawing_survives_every_change_of_place(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    visitor = come()
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")
    for place in ("Question it", "Train and test", "Share", "Look inside"):
        visitor.go(place)
        expect(visitor.answer).to_have_text("7")
    visitor.page.go_back()
    expect(visitor.page.get_by_role("heading", name="Share", level=1)).to_be_visible()
    expect(visitor.answer).to_have_text("7")
    visitor.clear()
    visitor.draw(examples[1])
    expect(visitor.answer).to_have_text("1")


@pytest.mark.parametrize(
    ("old", "place"),
    [("draw", "Look inside"), ("why", "Question it"), ("training", "Train and test")],
)
def test_old_addresses_lead_to_the_new_places(
    come: Callable[..., Visitor], address: str, old: str, place: str
) -> None:
    visitor = come(f"{address}/{old}")
    expect(visitor.page.get_by_role("heading", name=place, level=1)).to_be_visible()


def test_phone_finds_the_network_and_the_retraining_in_the_sidebar(
    come: Callable[..., Visitor], screens: Screens
) -> None:
    visitor = come(**screens["phone"])
    retrain = visitor.keyed("retrain").get_by_role("button")
    expect(retrain).not_to_be_in_viewport()
    visitor.page.get_by_test_id("stExpandSidebarButton").click()
    retrain.scroll_into_view_if_needed()
    expect(retrain).to_be_in_viewport()
    expect(visitor.keyed("version")).to_be_visible()
    for place in ("Look inside", "Question it"):  # the one that is shown, and another
        visitor.page.get_by_role("link", name=place, exact=True).click()
        expect(visitor.keyed("version")).not_to_be_in_viewport()
        expect(visitor.page.get_by_role("heading", name=place, level=1)).to_be_visible()
        visitor.open_sidebar()


def test_a_place_that_is_chosen_is_shown_where_the_stage_stands_above_it(
    come: Callable[..., Visitor], screens: Screens
) -> None:
    """On a tablet, the answer stands beside the canvas, and all that is chosen comes into view."""
    for screen in (screens["phone"], {"viewport": {"width": 768, "height": 900}}):
        visitor = come(**screen)
        visitor.put_example(2)
        expect(visitor.answer).to_have_text("2")
        is_tablet = screen["viewport"]["width"] == 768
        canvas, answer = visitor.canvas.bounding_box(), visitor.answer.bounding_box()
        assert (answer["x"] > canvas["x"] + canvas["width"]) == is_tablet
        assert (answer["y"] > canvas["y"] + canvas["height"]) != is_tablet
        heading = visitor.page.get_by_role("heading", name="Question it", level=1)
        visitor.go("Question it")
        expect(heading).to_be_in_viewport()
        visitor.expect_no_sideways_scrolling()


def test_screenshot_for_the_readme(
    come: Callable[..., Visitor], examples: Examples, names_of_layers: list[str]
) -> None:
    """A moving picture: the layers while a 3 is drawn, then what a map is made of."""
    path = os.environ.get("MNIST_DEMO_SCREENSHOT")
    if not path:
        pytest.skip("makes the README's picture: run `make screenshot`")
    visitor = come(viewport={"width": 1440, "height": 900}, color_scheme="light")
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")  # TensorFlow is there
    visitor.clear()
    frames: list[Image.Image] = []
    durations_ms: list[int] = []

    def shoot(duration_ms: int) -> None:
        image = Image.open(io.BytesIO(visitor.page.screenshot())).convert("RGB")
        frames.append(image.resize((1080, 675), Image.Resampling.LANCZOS))
        durations_ms.append(duration_ms)

    place = visitor._placing()
    for stroke in examples[3]:
        visitor.page.mouse.move(*place(stroke[0]))
        visitor.page.mouse.down()
        for count, point in enumerate(stroke):
            visitor.page.mouse.move(*place(point))
            if count % 2:
                visitor.page.evaluate("() => new Promise(requestAnimationFrame)")
                shoot(120)
        visitor.page.mouse.up()
    expect(visitor.answer).to_have_text("3")
    visitor.expect_layers(names_of_layers)
    visitor.expect_rest()
    shoot(2000)
    visitor.layer("conv_2").locator("canvas").hover()
    shoot(3000)
    options: dict[str, Any] = {"duration": durations_ms, "loop": 0, "quality": 75}
    frames[0].save(PROJECT / path, save_all=True, append_images=frames[1:], **options)
    assert (PROJECT / path).stat().st_size < 2_000_000
