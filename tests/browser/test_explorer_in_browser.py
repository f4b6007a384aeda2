"""Every pixel opened on the page: what is shown of it, pointed at with mouse, finger and keys."""

import re
from dataclasses import astuple

import numpy as np
import pytest
from playwright.sync_api import expect

from mnist_demo.anatomy import describe_layers
from mnist_demo.arithmetic import SoftmaxSteps, explain
from mnist_demo.images import normalize
from mnist_demo.pages.canvas import load_examples
from mnist_demo.receptive_field import find_fields

FIND_CORNER = """canvas => {
    const { width, height } = canvas
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height)
    const first = data.findIndex((value, i) => i % 4 === 3 && value > 0) >> 2
    return [first % width / width, Math.floor(first / width) / height]
}"""


class Explorer:
    """The explorer on a visitor's page."""

    def __init__(self, visitor):
        self.page = visitor.page
        visitor.keyed("open-pixels").locator("label").first.click()
        self.panel = self.page.locator(".explorer .panel")
        expect(self.panel).to_have_attribute("data-pointed", re.compile(".+"))

    def plate(self, layer):
        return self.page.locator(f".explorer section[data-layer={layer}] .picture")

    def expect_pointed(self, layer, at):
        expect(self.panel).to_have_attribute("data-pointed", f"{layer} {','.join(map(str, at))}")

    def point(self, layer, at, columns, shape):
        """Move the mouse to the middle of a number."""
        height, width = shape[:2] if len(shape) == 3 else (1, 1)
        gap = 1 if len(shape) == 3 else 0
        row, column, cell = at if len(shape) == 3 else (0, 0, *at)
        x = (cell % columns) * (width + gap) + column + 0.5
        y = (cell // columns) * (height + gap) + row + 0.5
        plate = self.plate(layer)
        plate.scroll_into_view_if_needed()
        box = plate.bounding_box()
        scale = box["width"] / (columns * (width + gap) - gap)
        self.page.mouse.move(box["x"] + x * scale, box["y"] + y * scale)
        self.expect_pointed(layer, at)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def find_corner(self, layer):
        """(x, y) of the left upper corner of what is outlined, as shares of the picture."""
        marks = self.page.locator(f".explorer section[data-layer={layer}] canvas.marks")
        return marks.evaluate(FIND_CORNER)

    @property
    def terms(self):
        """The named numbers, as they are written."""
        texts = self.panel.locator("[data-term]").evaluate_all(
            "all => all.map(cell => [cell.dataset.term, cell.textContent])"
        )
        return {name: text.replace("−", "-") for name, text in texts}

    @property
    def fields(self):
        """(top, left, bottom, right) from the name of a layer, or `drawing`."""
        rows = self.panel.locator("[data-field]").evaluate_all("a => a.map(r => r.dataset.field)")
        parts = [row.split(",") for row in rows]
        return {name: tuple(map(int, sides)) for name, *sides in parts}


@pytest.fixture
def visitor(come):
    visitor = come()
    visitor.example(2).click()
    expect(visitor.answer).to_have_text("2")
    return visitor


@pytest.fixture(scope="module")
def steps():
    return normalize(load_examples()["2"].rgba)


@pytest.fixture(scope="module")
def activations(reader, steps):
    return reader.read(steps.image).activations


def test_what_is_shown_is_what_keras_calculated(visitor, reader, steps, activations):
    """A pixel or unit of each layer: the largest, which no ReLU has made zero."""
    expect(visitor.page.locator(".explorer")).to_have_count(0)
    explorer = Explorer(visitor)
    for layer in describe_layers(reader.model)[1:]:
        name, shape = layer["name"], layer["shape"]
        at = tuple(int(i) for i in np.unravel_index(activations[name].argmax(), shape))
        explorer.point(name, at, layer["columns"], shape)
        explained = explain(reader.model, activations, steps.image, name, at)
        result = explained.result[at] if isinstance(explained, SoftmaxSteps) else explained.result
        expected = {"result": result}
        expected |= {k: getattr(explained, k) for k in ("bias", "total") if hasattr(explained, k)}
        terms = explorer.terms
        for term, value in expected.items():
            assert float(terms[term]) == pytest.approx(float(value), rel=1e-5, abs=1e-6), term
        assert np.float32(terms["output"]) == activations[name][at]
        assert re.match(r"0$|-?\d\.\de-\d+ \(\d+ steps? of float32\)$", terms["difference"])


def test_fields_are_those_that_are_computed(visitor, reader, steps):
    explorer = Explorer(visitor)
    explorer.plate("conv_3").focus()
    explorer.press("ArrowRight")
    explorer.expect_pointed("conv_3", (1, 2, 0))
    shown = explorer.fields
    fields = find_fields(reader.model, "conv_3", (1, 2, 0))
    assert list(shown) == [*fields, "drawing"]
    for name, field in fields.items():
        assert shown[name] == astuple(field)
    x, y, width, height = steps.placement
    top, left, bottom, right = astuple(fields["image"])
    placed = [y + top * height, x + left * width, y + bottom * height, x + right * width]
    np.testing.assert_allclose(shown["drawing"], np.clip(placed, 0, 320), atol=0.51)
    corner = explorer.find_corner("drawing")
    np.testing.assert_allclose(
        corner, np.array([left * width + x, top * height + y]) / 320, atol=0.02
    )
    explorer.plate("image").focus()  # from its middle, one pixel
    corner = explorer.find_corner("drawing")
    np.testing.assert_allclose(corner, [(14 * width + x) / 320, (14 * height + y) / 320], atol=0.02)


def test_keyboard_reaches_everything_and_a_click_holds(visitor, reader, activations):
    explorer = Explorer(visitor)
    explorer.plate("pool_2").focus()
    explorer.press("PageDown", "PageDown", "PageUp", "ArrowUp", "ArrowLeft", "ArrowDown")
    explorer.expect_pointed("pool_2", (2, 1, 1))
    explorer.press(*["ArrowLeft"] * 9)
    explorer.expect_pointed("pool_2", (2, 0, 1))
    explorer.plate("probabilities").focus()
    explorer.press("ArrowRight", "ArrowRight")
    explorer.expect_pointed("probabilities", (2,))
    expect(explorer.panel.locator("tr.chosen th")).to_have_text("2")

    plate = explorer.plate("logits")
    plate.click(position={"x": 5, "y": 5})
    explorer.expect_pointed("logits", (0,))
    last = {"x": plate.bounding_box()["width"] - 5, "y": 5}
    plate.hover(position=last)
    explorer.expect_pointed("logits", (0,))
    explorer.press("Escape")
    plate.hover(position=last | {"y": 6})
    explorer.expect_pointed("logits", (9,))

    explorer.plate("conv_2").focus()
    explorer.panel.get_by_role("spinbutton").fill("7")
    explorer.expect_pointed("conv_2", (5, 5, 0))
    explained = explain(reader.model, activations, None, "conv_2", (5, 5, 0))
    shown = explorer.panel.locator("table.grid").nth(2).locator("td").all_inner_texts()
    products = [float(text.replace("−", "-")) for text in shown]
    np.testing.assert_allclose(products, explained.products[..., 7].ravel(), atol=0.00051)


def test_explorer_follows_the_drawing_the_network_and_the_toggle(visitor):
    explorer = Explorer(visitor)
    explorer.plate("logits").focus()
    output = explorer.panel.locator("[data-term=output]")
    before = output.inner_text()
    visitor.example(5).click()
    expect(visitor.answer).to_have_text("5")
    expect(output).not_to_have_text(before)
    explorer.expect_pointed("logits", (0,))
    visitor.keyed("network").get_by_role("combobox").click()
    visitor.page.get_by_role("option", name="convnet", exact=True).click()
    plate = explorer.plate("dense_1")
    expect(plate).to_have_attribute("aria-label", re.compile("1024 units"))
    plate.focus()
    expect(explorer.panel.locator("table.strongest")).to_have_count(2)
    visitor.keyed("open-pixels").locator("label").first.click()
    expect(visitor.page.locator(".explorer")).to_have_count(0)


def test_finger_points_on_a_phone(come, screens):
    visitor = come(**screens["phone"])
    visitor.example(2).tap()
    expect(visitor.answer).to_have_text("2")
    explorer = Explorer(visitor)
    plate = explorer.plate("logits")
    plate.tap(position={"x": plate.bounding_box()["width"] - 5, "y": 5})
    explorer.expect_pointed("logits", (9,))
    expect(explorer.panel).to_be_in_viewport()
    visitor.expect_no_sideways_scrolling()
