"""A training watched from its first weights: what the page shows is what Keras gives with them."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from playwright.sync_api import expect

from mnist_demo.app.stage.canvas import load_examples
from mnist_demo.image.normalization import from_canvas
from mnist_demo.networks import get_network
from tests.app.served import unpack
from tests.browser.conftest import Server, Visitor
from tests.signatures import Examples, WriteMnist


def expect_step(visitor: Visitor, step: int) -> None:
    expect(visitor.page.locator(".watch")).to_have_attribute("data-step", str(step))


def read_bars(visitor: Visitor) -> list[float]:
    """The ten percentages that the network in training gives."""
    texts = visitor.page.locator(".watch section.answer .number").all_inner_texts()
    return [float(text.removesuffix("%")) for text in texts]


def ask_keras(visitor: Visitor, requested: list[str], step: int) -> Any:
    """What Keras makes of the example 3 with the weights that the page has fetched."""
    address = next(one for one in requested if one.endswith(f"/{step}"))
    header, arrays = unpack(visitor.page.request.get(address).body())
    assert header["step"] == step
    model = get_network("keras-cnn").build()
    model.set_weights([values.astype(np.float32) for values in arrays.values()])
    image = from_canvas(load_examples()["3"].rgba)
    return 100 * model.predict(image[np.newaxis], verbose=0)[0]


def paint_of(visitor: Visitor, selector: str) -> str:
    canvas = visitor.page.locator(f".watch {selector}").first
    return str(canvas.evaluate("canvas => canvas.toDataURL()"))


def test_a_network_learns_step_by_step_and_back(
    come: Callable[..., Visitor], own_server: Server, write_mnist: WriteMnist, examples: Examples
) -> None:
    write_mnist(own_server.data_folder)
    visitor = come(own_server.address)
    requested: list[str] = []
    visitor.page.on("request", lambda request: requested.append(request.url))
    visitor.put_example(3)
    visitor.go("Train and test", "Watch it learn")
    visitor.button("Train from scratch").click()
    expect_step(visitor, 0)
    expect(visitor.page.get_by_text("With random weights, before the first batch")).to_be_visible()
    np.testing.assert_allclose(read_bars(visitor), ask_keras(visitor, requested, 0), atol=0.06)
    visitor.page.locator(".watch section.column[data-layer=conv_1] .name").click()
    visitor.page.get_by_label("Show").select_option("kernels")
    before = paint_of(visitor, ".tile canvas:not([hidden])")
    visitor.page.get_by_role("button", name="+10", exact=True).click()
    expect_step(visitor, 10)
    expect(visitor.page.locator(".watch")).to_have_attribute("data-state", "paused")
    later = read_bars(visitor)
    np.testing.assert_allclose(later, ask_keras(visitor, requested, 10), atol=0.06)
    assert paint_of(visitor, ".tile canvas:not([hidden])") != before
    slider = visitor.page.get_by_role("slider", name="Batches learned from")
    slider.press("Home")
    expect_step(visitor, 0)
    assert paint_of(visitor, ".tile canvas:not([hidden])") == before
    slider.press("End")
    expect_step(visitor, 10)
    assert read_bars(visitor) == later
    follow_the_pen(visitor, examples)
    visitor.expect_no_sideways_scrolling(but_for=["versions"])
    visitor.open_sidebar()
    visitor.button("Stop training").click()
    expect(visitor.page.locator(".watch")).to_have_attribute("data-state", "ended")
    slider.press("Home")  # what was learned can be seen still
    expect_step(visitor, 0)


def follow_the_pen(visitor: Visitor, examples: Examples) -> None:
    """The network in training reads what is drawn before the pen is lifted."""
    visitor.clear()
    expect(visitor.page.get_by_text(re.compile("Draw something: it is read"))).to_be_visible()
    visitor.draw_without_lifting(examples[7])
    expect(visitor.preview).to_be_visible()
    expect(visitor.page.get_by_text("It takes your drawing for")).to_be_visible()
    visitor.page.mouse.up()
    expect(visitor.answer).to_have_text("7")
