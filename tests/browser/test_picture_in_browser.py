"""The network as one picture: hidden and shown, pointed at, opened, on every screen."""

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from mnist_demo.reading.reader import Reader
from tests.browser.conftest import Visitor
from tests.oracles.receptive_field import find_fields
from tests.signatures import Examples, Screens


def switch(visitor: Visitor, name: str) -> None:
    visitor.page.locator(f"section.column[data-layer={name}] .eye").click()


def test_every_layer_goes_off_and_on(visitor: Visitor, names_of_layers: list[str]) -> None:
    visitor.expect_layers(names_of_layers)
    for count, name in enumerate(names_of_layers, start=1):
        switch(visitor, name)
        visitor.expect_layers(names_of_layers[count:])
    expect(visitor.answer).to_have_text("2")
    for name in reversed(names_of_layers):
        switch(visitor, name)
        expect(visitor.layer(name)).to_be_visible()
    visitor.expect_layers(names_of_layers)


def test_what_is_off_is_not_painted(visitor: Visitor, examples: Examples) -> None:
    switch(visitor, "conv_1")
    hidden = visitor.page.locator("section.column.off canvas")
    before = hidden.evaluate("canvas => canvas.toDataURL()")
    visitor.draw(examples[1])
    expect(visitor.answer).to_be_visible()
    assert hidden.evaluate("canvas => canvas.toDataURL()") == before
    switch(visitor, "conv_1")
    assert visitor.pixels("conv_1") != before


def test_what_is_off_stays_off_on_the_way_back_and_for_this_visitor_alone(
    visitor: Visitor, come: Callable[..., Visitor], names_of_layers: list[str]
) -> None:
    switch(visitor, "conv_1")
    visitor.page.get_by_label("Own colour scale for each map").check()
    visitor.go("Share")
    visitor.go("Look inside")
    visitor.expect_layers(names_of_layers[1:])
    expect(visitor.page.get_by_label("Own colour scale for each map")).to_be_checked()
    other = come()
    other.put_example(2)
    other.expect_layers(names_of_layers)


def test_a_choice_made_just_before_leaving_is_kept(visitor: Visitor) -> None:
    box = visitor.page.get_by_label("Own colour scale for each map")
    for delay in (0, 3, 6, 9):
        visitor.page.evaluate(
            """async ([delay, eye, box, share]) => {
                eye.click()
                await new Promise(done => setTimeout(done, delay))
                box.click()
                await new Promise(done => setTimeout(done, 1))
                share.click()
            }""",
            [
                delay,
                visitor.page.locator("[data-layer=conv_1] button.eye").element_handle(),
                box.element_handle(),
                visitor.page.get_by_role("link", name="Share", exact=True).element_handle(),
            ],
        )
        expect(visitor.page.get_by_role("heading", name="Share", level=1)).to_be_visible()
        visitor.go("Look inside")
        expect(box).to_be_checked()
        box.uncheck()
        visitor.expect_rest()


def test_layers_say_what_they_are(visitor: Visitor, reader: Reader) -> None:
    for layer in reader.layers:
        column = visitor.layer(layer.name)
        column.locator("summary").click()
        card = column.locator(".card")
        for text in (layer.kind, " × ".join(map(str, layer.shape)), f"{layer.parameters:,}"):
            expect(card).to_contain_text(text)
        column.locator("summary").click()
        expect(card).to_be_hidden()


def test_sentences_count_what_this_drawing_moves(visitor: Visitor, reader: Reader) -> None:
    told = visitor.layer("dense_1").locator(".told")
    expect(told).to_have_text(re.compile(r"^\d+ of 64 units fire, unit \d+ the most$"))
    before = told.text_content()
    visitor.put_example(5)
    expect(visitor.answer).to_have_text("5")
    expect(told).not_to_have_text(before)


def test_colours_can_be_spread_over_each_map(visitor: Visitor) -> None:
    before = visitor.pixels("conv_2")
    visitor.page.get_by_label("Own colour scale for each map").check()
    assert visitor.pixels("conv_2") != before
    visitor.page.get_by_label("Own colour scale for each map").uncheck()
    assert visitor.pixels("conv_2") == before


def test_pointing_shows_the_output_near_and_what_it_is_made_of(visitor: Visitor) -> None:
    ribbons = visitor.page.locator("canvas.ribbons")
    before = ribbons.evaluate("canvas => canvas.toDataURL()")
    visitor.layer("conv_2").locator(".sheet").hover(position={"x": 6, "y": 6})
    lens = visitor.page.locator(".lens")
    expect(lens).to_contain_text(re.compile(r"Map 0, row \d+, column \d+"))
    assert ribbons.evaluate("canvas => canvas.toDataURL()") != before
    visitor.page.mouse.move(5, 5)
    expect(lens).to_be_hidden()
    assert ribbons.evaluate("canvas => canvas.toDataURL()") == before


def test_pointing_outlines_what_the_output_depends_on(visitor: Visitor, reader: Reader) -> None:
    visitor.layer("conv_2").locator(".sheet").hover(position={"x": 6, "y": 6})
    name = visitor.page.locator(".lens b").text_content() or ""
    row, column = (int(number) for number in re.findall(r"\d+", name)[1:])
    field = find_fields(reader.model, "conv_2", (row, column, 0))["image"]
    box = visitor.layer("image").locator("canvas").bounding_box()
    pixel = box["width"] / 28
    top, bottom = box["y"] + field.top * pixel - 1, box["y"] + field.bottom * pixel + 1
    left, right = box["x"] + field.left * pixel - 1, box["x"] + field.right * pixel + 1
    middle = ((left + right) / 2, (top + bottom) / 2)
    outline = [(left, middle[1]), (right, middle[1]), (middle[0], top), (middle[0], bottom)]
    outside = [(left - 4, middle[1]), (right + 4, middle[1]), middle]
    assert [is_painted(visitor, *point) for point in outline] == [True] * 4
    assert [is_painted(visitor, *point) for point in outside] == [False] * 3


def is_painted(visitor: Visitor, x: float, y: float) -> Any:
    """Whether something is drawn over the picture at a point of the window."""
    return visitor.page.locator("canvas.ribbons").evaluate(
        """(canvas, [x, y]) => {
            const box = canvas.getBoundingClientRect()
            const [column, row] = [x - box.left, y - box.top].map(Math.round)
            const { data } = canvas.getContext('2d').getImageData(column - 1, row - 1, 2, 2)
            return data.some(value => value > 0)
        }""",
        [x, y],
    )


def test_clicked_map_is_opened_beside_its_kernel(visitor: Visitor, reader: Reader) -> None:
    sheet = visitor.layer("conv_1").locator(".sheet")
    last = reader.layers[0].shape[-1] - 1
    for channel in (0, last):
        box = visitor.layer("conv_1").locator("canvas").bounding_box()
        columns = 32 // 16 if channel == 0 else None
        position = {"x": 4, "y": 4} if columns else find_cell(visitor, "conv_1", last, box)
        sheet.click(position=position)
        panel = visitor.page.locator(".panel")
        expect(panel.get_by_role("heading", level=3)).to_contain_text(f"map {channel} of conv_1")
        expect(panel).to_contain_text("Its kernel, 3 × 3 × 1")
    visitor.page.get_by_role("button", name="Close").click()
    expect(visitor.page.locator(".panel")).to_be_hidden()


def find_cell(visitor: Visitor, layer: str, channel: Any, box: Any) -> Any:
    """Middle of a map on the sheet, found by pointing."""
    lens = visitor.page.locator(".lens b")
    sheet = visitor.layer(layer).locator(".sheet")
    for x in (box["width"] - 6, box["width"] / 2 - 6, box["width"] / 3 - 6, 6):
        position = {"x": x, "y": box["height"] - 6}
        sheet.hover(position=position)
        if lens.is_visible() and lens.text_content().startswith(f"Map {channel},"):
            return position
    raise AssertionError(f"map {channel} is nowhere")


def test_a_map_without_a_kernel_says_what_its_layer_does(visitor: Visitor) -> None:
    visitor.layer("pool_1").locator(".sheet").click(position={"x": 4, "y": 4})
    panel = visitor.page.locator(".panel")
    expect(panel).to_contain_text("Each map is the largest of 2 × 2 numbers")
    expect(panel).not_to_contain_text("Its kernel")


def test_map_is_chosen_and_opened_with_the_keyboard(visitor: Visitor) -> None:
    visitor.layer("pool_2").locator(".sheet").focus()
    lens = visitor.page.locator(".lens")
    for key, channel in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
        visitor.page.keyboard.press(key)
        expect(lens).to_contain_text(f"Map {channel},")
    visitor.page.keyboard.press("Escape")
    expect(lens).to_be_hidden()
    visitor.page.keyboard.press("Enter")
    heading = visitor.page.locator(".panel").get_by_role("heading", level=3)
    expect(heading).to_contain_text("map 1 of pool_2")
    for _ in range(80):
        visitor.page.keyboard.press("ArrowRight")
    expect(lens).to_contain_text("Map 63,")


def test_the_steps_from_the_drawing_to_the_image_are_one_click_away(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="How it got here").click()
    panel = visitor.page.locator(".panel")
    expect(panel.locator("li")).to_have_count(4)
    for title in ("Ink found", "Cropped", "Fitted into 20 × 20", "Centre of mass to the middle"):
        expect(panel).to_contain_text(title)
    texts = panel.locator("small").all_text_contents()
    assert re.fullmatch(r"\d+ × \d+ of 320 × 320 pixels", texts[0])
    assert re.fullmatch(r"\d+ × 20 pixels, proportions kept", texts[2])


@pytest.mark.parametrize("width", [1440, 1920])
def test_the_whole_network_is_on_the_first_screen(
    come: Callable[..., Visitor], width: int, names_of_layers: list[str]
) -> None:
    height = {1440: 900, 1920: 1080}[width]
    visitor = come(viewport={"width": width, "height": height})
    visitor.put_example(8)
    expect(visitor.answer).to_have_text("8")
    visitor.expect_layers(names_of_layers)
    boxes = [
        visitor.layer(name).locator(".sheet, .numbers").bounding_box()
        for name in ["image", *names_of_layers]
    ]
    assert max(box["y"] + box["height"] for box in boxes) < height
    assert max(box["x"] + box["width"] for box in boxes) < width
    assert max(box["height"] for box in boxes) > height / 2  # and uses it
    lefts = [box["x"] for box in boxes]
    assert lefts == sorted(lefts)


@pytest.mark.parametrize("width", [768, 1100, 1150, 1200, 1280])
def test_on_screens_of_any_width_all_layers_can_be_seen(
    come: Callable[..., Visitor], width: int, names_of_layers: list[str]
) -> None:
    visitor = come(viewport={"width": width, "height": 900})
    visitor.put_example(8)
    expect(visitor.answer).to_have_text("8")
    visitor.expect_layers(names_of_layers)
    home = visitor.page.locator(".home").bounding_box()
    for name in ["image", *names_of_layers]:
        box = visitor.layer(name).locator(".sheet, .numbers").bounding_box()
        assert home["x"] - 1 <= box["x"]
        assert box["x"] + box["width"] <= home["x"] + home["width"] + 1


def test_on_a_phone_the_layers_stand_one_below_another(
    come: Callable[..., Visitor], screens: Screens, names_of_layers: list[str]
) -> None:
    visitor = come(**screens["phone"])
    visitor.put_example(8)
    expect(visitor.answer).to_have_text("8")
    visitor.expect_layers(names_of_layers)
    boxes = [visitor.layer(name).bounding_box() for name in ["image", *names_of_layers]]
    for one, other in itertools.pairwise(boxes):
        assert one["y"] + one["height"] <= other["y"]
    visitor.expect_no_sideways_scrolling()
    visitor.layer("conv_3").locator(".sheet").tap(position={"x": 8, "y": 8})
    panel = visitor.page.locator(".panel")
    expect(panel).to_contain_text("map 0 of conv_3")
    below = panel.bounding_box()
    sheet = visitor.layer("conv_3").bounding_box()
    assert 0 <= below["y"] - (sheet["y"] + sheet["height"]) < 40
    visitor.expect_no_sideways_scrolling()
