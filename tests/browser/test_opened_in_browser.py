"""A layer, a map or unit, and the arithmetic of a number, opened in the picture."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from mnist_demo.app.stage.canvas import load_examples
from mnist_demo.data.dataset import Dataset
from mnist_demo.explain.anatomy import lay_open
from mnist_demo.explain.units import LayerProbe
from mnist_demo.image.normalization import normalize
from mnist_demo.reading.reader import Reader
from tests.browser.conftest import Server, Visitor
from tests.oracles.arithmetic import SoftmaxSteps, explain
from tests.oracles.receptive_field import find_fields
from tests.signatures import Screens, WriteMnist

PLAYING = """table => table.getAnimations({ subtree: true }).length"""


class Opened:
    """What a visitor has opened."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.panel = self.page.locator(".panel")
        self.map = self.panel.get_by_role("application")

    def open_layer(self, layer: str) -> Any:
        self.visitor.layer(layer).locator("button.name").click()
        return self.panel

    def open_unit(self, layer: str, channel: Any) -> None:
        self.open_layer(layer)
        self.panel.locator(".tile").nth(channel).click()
        expect(self.panel.locator("[data-term=result], [data-term=output]").first).to_be_visible()

    def go(self, row: Any, column: Any, shape: Any) -> None:
        """Press a pixel of the map with the mouse."""
        box = self.map.locator("canvas").bounding_box()
        height, width = box["height"] / shape[0], box["width"] / shape[1]
        self.map.click(position={"x": (column + 0.5) * width, "y": (row + 0.5) * height})
        self.expect_at(row, column)

    def expect_at(self, row: Any, column: Any) -> None:
        expect(self.panel.locator(".where")).to_contain_text(f"row {row}, column {column}")

    def press(self, *keys: Any) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def terms(self) -> Any:
        """The named numbers, as they are written."""
        texts = self.panel.locator("[data-term]").evaluate_all(
            "all => all.map(cell => [cell.dataset.term, cell.textContent])"
        )
        return {name: text.replace("−", "-").replace(",", "") for name, text in texts}


@pytest.fixture
def opened(visitor: Visitor) -> Any:
    return Opened(visitor)


@pytest.fixture(scope="module")
def steps() -> Any:
    return normalize(load_examples()["2"].rgba)


@pytest.fixture(scope="module")
def activations(reader: Reader, steps: Any) -> Any:
    return reader.read(steps.image).activations


def test_what_is_shown_is_what_keras_calculated(
    opened: Any, reader: Reader, steps: Any, activations: Any
) -> None:
    """A pixel or unit of each layer: the largest, which no ReLU has made zero."""
    for layer in lay_open(reader.layers):
        name, shape = layer["name"], layer["shape"]
        at = tuple(int(i) for i in np.unravel_index(activations[name].argmax(), shape))
        if name == "flatten":  # of which not all units are shown at once
            at = (int(activations[name][:128].argmax()),)
        opened.open_unit(name, at[-1])
        if len(shape) == 3:
            opened.expect_at(*at[:2])  # a map is opened where it is highest
        explained = explain(reader.model, activations, steps.image, name, at)
        result = explained.result[at] if isinstance(explained, SoftmaxSteps) else explained.result
        expected = {"result": result}
        expected |= {k: getattr(explained, k) for k in ("bias", "total") if hasattr(explained, k)}
        for term, value in expected.items():
            assert float(opened.terms[term]) == pytest.approx(float(value), rel=6e-3), term
        opened.panel.get_by_label("exact").check()
        for term, value in expected.items():
            assert float(opened.terms[term]) == pytest.approx(float(value), rel=1e-5, abs=1e-6)
        assert np.float32(opened.terms["output"]) == activations[name][at]
        difference = opened.panel.locator("[data-term=difference]")
        expect(difference).to_have_text(
            re.compile(r"^(0|−?\d × 10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+ \(\d+ steps? of float32\))$")
        )
        opened.panel.get_by_label("exact").uncheck()


def test_a_reload_keeps_what_is_open(opened: Any) -> None:
    opened.open_unit("conv_2", 3)
    opened.go(7, 9, (11, 11))
    expect(opened.page).to_have_url(re.compile(r"open=conv_2%2C3%2C7%2C9"))
    opened.page.reload()
    opened.expect_at(7, 9)
    opened.panel.get_by_role("button", name="Close").click()
    expect(opened.page).not_to_have_url(re.compile("open="))


def test_equal_numbers_of_a_window_tie(opened: Any, activations: Any) -> None:
    """Beyond the drawing a map has the same number everywhere."""
    opened.open_unit("pool_1", 0)
    opened.go(0, 0, (13, 13))
    window = activations["conv_1"][:2, :2, 0]
    assert window.min() == window.max()
    text = "4 of the 4 numbers of map 0 are equally large: they tie."
    expect(opened.panel.get_by_text(text)).to_be_visible()
    expect(opened.panel.locator("table.grid td.chosen")).to_have_count(4)
    sentence = "Each map is the largest of 2 × 2 numbers of one map of conv_1"
    expect(opened.panel).to_contain_text(sentence)


def test_pixels_that_a_number_depends_on_are_those_that_are_computed(
    opened: Any, reader: Reader
) -> None:
    opened.open_unit("conv_3", 0)
    opened.go(1, 2, (3, 3))
    field = find_fields(reader.model, "conv_3", (1, 2, 0))["image"]
    sides = f"{field.top},{field.left},{field.bottom},{field.right}"
    expect(opened.panel.locator("[data-field]")).to_have_attribute("data-field", sides)


def test_keyboard_reaches_every_layer_map_and_number(
    opened: Any, visitor: Visitor, reader: Reader, activations: Any
) -> None:
    visitor.layer("conv_2").locator("button.name").press("Enter")
    opened.panel.locator(".tile").nth(1).press("Enter")
    heading = opened.panel.get_by_role("heading", level=3)
    expect(heading).to_contain_text("map 1 of conv_2")
    expect(opened.map).to_be_focused()
    previous = opened.panel.get_by_role("button", name="Previous map")
    previous.press("Enter")
    expect(heading).to_contain_text("map 0 of conv_2")
    expect(previous).to_be_focused()
    opened.map.focus()
    opened.press(*["ArrowUp", "ArrowLeft"] * 11, "ArrowDown", "ArrowRight", "ArrowRight")
    opened.expect_at(1, 2)
    opened.panel.get_by_role("spinbutton").fill("7")
    blank = np.zeros((28, 28, 1), np.float32)  # conv_2 does not see it
    explained = explain(reader.model, activations, blank, "conv_2", (1, 2, 0))
    shown = opened.panel.locator("table.grid").nth(2).locator("td").all_inner_texts()
    products = [float(text.replace("−", "-")) for text in shown]
    np.testing.assert_allclose(products, explained.products[..., 7].ravel(), rtol=6e-3)
    opened.panel.get_by_role("button", name="All maps").press("Enter")
    expect(heading).to_contain_text("all 64 maps of conv_2")
    opened.press("Escape")
    expect(opened.panel).to_be_hidden()


def test_arithmetic_plays_and_rests_for_those_who_want_no_motion(opened: Any) -> None:
    opened.open_unit("conv_1", 5)
    terms = opened.panel.locator("table.terms")
    opened.panel.get_by_role("button", name="Play").click()
    assert terms.evaluate(PLAYING)
    opened.page.emulate_media(reduced_motion="reduce")
    opened.panel.get_by_role("button", name="Play").click()
    assert not terms.evaluate(PLAYING)


def test_kernels_take_the_place_of_the_maps(opened: Any) -> None:
    panel = opened.open_layer("conv_1")
    numbers = panel.locator(".tile b").all_inner_texts()
    assert numbers == [f"Map {number}" for number in range(32)]
    panel.get_by_label("Show").select_option("kernels")
    expect(panel.locator(".tile canvas:visible")).to_have_count(32)


def test_maps_are_sorted_by_what_is_lost_without_them(
    come: Callable[..., Visitor],
    own_server: Server,
    write_mnist: WriteMnist,
    tiny_dataset: Dataset,
    reader: Reader,
    steps: Any,
    activations: Any,
) -> None:
    write_mnist(own_server.data_folder)
    visitor = come(own_server.address)
    visitor.put_example(2)
    expect(visitor.answer).to_have_text("2")
    opened = Opened(visitor)
    panel = opened.open_layer("conv_1")
    panel.get_by_label("Sort by").select_option("effect on the answer")
    expect(panel).to_contain_text("By how many points the answer’s lead")
    probe = LayerProbe(reader, "conv_1")
    means = probe.activate(tiny_dataset.test_images).mean.mean(axis=0)
    without, chances = probe.replace_each(steps.image, means)
    leads = [row[2] - np.delete(row, 2).max() for row in (*without, activations["logits"])]
    effects = np.array(leads[:-1]) - leads[-1]
    order = np.argsort(-np.abs(effects), kind="stable")
    shown = panel.locator(".tile b").all_inner_texts()
    assert shown[:5] == [f"Map {number}" for number in order[:5]]
    texts = panel.locator(".tile small").all_inner_texts()
    values = [float(text.replace("−", "-")) for text in texts]
    np.testing.assert_allclose(values, effects[order], rtol=6e-3, atol=1e-3)

    panel.locator(".tile").first.click()
    first = chances[order[0]]
    sentence = f"{first.argmax()}, {first.max():.2%} without"
    expect(panel.locator(".without")).to_contain_text(sentence)
    expect(panel.locator(".made canvas")).to_have_count(1)
    expect(panel.locator(".nine canvas")).to_have_count(9)
    expect(panel).to_contain_text("Of 40 test images, always the same")


def test_without_test_images_an_opened_map_says_so(opened: Any) -> None:
    opened.open_unit("conv_1", 5)
    expect(opened.panel.locator(".made")).to_contain_text("MNIST is missing")
    expect(opened.panel.locator(".without")).to_contain_text("MNIST is missing")


def test_what_is_open_follows_the_drawing_and_stays_on_the_way_back(
    opened: Any, visitor: Visitor
) -> None:
    opened.open_unit("logits", 3)
    output = opened.panel.locator("[data-term=output]")
    before = output.inner_text()
    visitor.put_example(5)
    expect(visitor.answer).to_have_text("5")
    expect(output).not_to_have_text(before)
    visitor.go("Share")
    visitor.go("Look inside")
    heading = opened.panel.get_by_role("heading", level=3)
    expect(heading).to_have_text("Scores for 3")
    visitor.open_sidebar()
    visitor.keyed("network").get_by_role("combobox").click()
    visitor.page.get_by_role("option", name="Large convolutional network", exact=True).click()
    opened.open_layer("dense_1")
    expect(heading).to_contain_text("all 1,024 units of dense_1")
    opened.panel.locator(".tile").nth(3).click()
    expect(opened.panel.locator("table.strongest")).to_have_count(2)


def test_softmax_names_the_classes_and_their_points(opened: Any, activations: Any) -> None:
    opened.open_unit("probabilities", 2)
    row = opened.panel.locator("table.softmax tr.chosen")
    expect(row.locator("th")).to_have_text("2")
    points, power, fraction, own = row.locator("td").all_inner_texts()
    assert float(points.replace("−", "-")) == pytest.approx(activations["logits"][2], rel=6e-3)
    assert float(power) == 1
    assert float(fraction) == pytest.approx(activations["probabilities"][2], rel=6e-3)
    assert fraction == own


def test_finger_opens_a_map_and_then_its_pixels(
    come: Callable[..., Visitor], screens: Screens
) -> None:
    visitor = come(**screens["phone"])
    visitor.put_example(2)
    expect(visitor.answer).to_have_text("2")
    opened = Opened(visitor)
    visitor.layer("conv_1").locator(".sheet").tap(position={"x": 8, "y": 8})
    expect(opened.panel).to_contain_text("map 0 of conv_1")
    box = opened.map.locator("canvas").bounding_box()
    assert box["width"] > 250
    opened.map.tap(position={"x": 5, "y": 5})
    opened.expect_at(0, 0)
    visitor.expect_no_sideways_scrolling()
