"""Every layer of a drawing: switched off and on, one map enlarged with mouse and keyboard."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def visitor(come):
    visitor = come()
    visitor.example(2).click()
    expect(visitor.answer).to_have_text("2")
    return visitor


def switch(visitor, name):
    visitor.keyed("shown_layers").get_by_text(name, exact=True).click()


def test_every_layer_goes_off_and_on(visitor, names_of_layers):
    visitor.expect_layers(names_of_layers)
    for count, name in enumerate(names_of_layers, start=1):
        switch(visitor, name)
        visitor.expect_layers(names_of_layers[count:])
    expect(visitor.answer).to_have_text("2")
    for name in reversed(names_of_layers):
        switch(visitor, name)
        expect(visitor.layer(name)).to_be_visible()
    visitor.expect_layers(names_of_layers)


def test_layers_say_what_they_are(visitor, reader):
    for layer in reader.layers:
        head = visitor.layer(layer.name).locator("header")
        for text in (layer.kind, " × ".join(map(str, layer.shape)), f"{layer.parameters:,}"):
            expect(head).to_contain_text(text)


def test_layers_follow_the_drawing(visitor, examples):
    image = visitor.layer("conv_1").locator("img").first
    before = image.get_attribute("src")
    visitor.example(5).click()
    expect(visitor.answer).to_have_text("5")
    expect(image).not_to_have_attribute("src", before)


def test_colours_can_be_spread_over_each_map(visitor):
    scale = visitor.layer("conv_1").locator(".scale")
    expect(scale).not_to_contain_text("each map")
    visitor.keyed("scaling").get_by_role("radio", name="Each map").click()
    expect(scale).to_contain_text("of each map")


def test_clicked_map_is_enlarged_beside_its_kernel(visitor, reader):
    picture = visitor.layer("conv_1").locator(".picture")
    figures = visitor.layer("conv_1").locator("figure")
    expect(figures).to_have_count(0)
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    last = reader.model.get_layer("conv_1").filters - 1
    corners = {0: {"x": 4, "y": 4}, last: {"x": box["width"] - 4, "y": box["height"] - 4}}
    for channel, position in corners.items():
        picture.click(position=position)
        expect(figures.first).to_contain_text(f"Map {channel} of conv_1")
        expect(figures.nth(1)).to_contain_text("kernel, 3 × 3 × 1")
        expect(figures.locator("img")).to_have_count(2)


def test_map_is_chosen_with_the_keyboard(visitor):
    layer = visitor.layer("pool_2")
    layer.locator(".picture").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "Enter"):
        visitor.page.keyboard.press(key)
    expect(layer.locator("figure").first).to_contain_text("Map 2 of pool_2")
    number = layer.get_by_role("spinbutton")
    number.fill("63")
    number.press("Enter")
    expect(layer.locator("figure").first).to_contain_text("Map 63 of pool_2")
    number.fill("700")
    number.press("Enter")
    expect(layer.locator("figure").first).to_contain_text("Map 63 of pool_2")


def test_visitor_chooses_layers_for_himself(visitor, come, names_of_layers):
    switch(visitor, "conv_1")
    visitor.expect_layers(names_of_layers[1:])
    other = come()
    other.example(2).click()
    other.expect_layers(names_of_layers)
