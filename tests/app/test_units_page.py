"""The page "What does it look for?" without a browser: kernels, one unit, and without it."""

import base64
import io
import re

import numpy as np
import pytest
from matplotlib import colormaps
from one_page import html_of
from PIL import Image
from streamlit.testing.v1 import AppTest

import mnist_demo.units
from mnist_demo.evaluation import ImageSamples
from mnist_demo.images import from_canvas
from mnist_demo.inference import load_reader
from mnist_demo.pages import readers, units_tested
from mnist_demo.pages.canvas import BLANK, Canvas, load_examples
from mnist_demo.pages.units_choice import LAYER, NUMBER
from mnist_demo.store import PROJECT

APP = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from mnist_demo.pages import units
if not st.session_state.get("elsewhere"):
    units.show()
"""
SEVEN = load_examples()["7"]


@pytest.fixture
def samples(tiny_dataset):
    return ImageSamples(tiny_dataset.test_images, tiny_dataset.test_labels)


@pytest.fixture
def data(samples, monkeypatch):
    """The test images of every data set are the same few."""
    monkeypatch.setattr(units_tested, "load_samples", lambda dataset: samples)


@pytest.fixture
def in_haste(monkeypatch):
    """Images are made in a few steps, where a test does not look at them."""
    monkeypatch.setattr(mnist_demo.units, "STEPS", 2)


def visit(layer=None, number=0, network=readers.DEFAULT_NETWORK, drawing=SEVEN):
    page = AppTest.from_string(APP.format(project=str(PROJECT)), default_timeout=90)
    canvas = Canvas()
    canvas.put(drawing)
    page.session_state["canvas"] = canvas
    page.session_state["network"] = network
    if layer:
        page.session_state[LAYER], page.session_state[NUMBER] = layer, number
    return look(page)


def look(page):
    page.run()
    assert not page.exception
    return page


def text_of(page):
    kinds = (page.markdown, page.caption, page.info, page.subheader)
    return "\n".join(element.value for kind in kinds for element in kind)


def card(page, title):
    cards = re.findall(r"<section class='unit-card'>.*?</section>", html_of(page), re.DOTALL)
    return next(one for one in cards if f"<h4>{title}</h4>" in one)


def pictures_in(html):
    """RGB pixels of each picture, by its alt text."""
    found = re.findall(r"<img alt='([^']*)' src='data:image/png;base64,([^']*)'>", html)
    return {
        alt: np.asarray(Image.open(io.BytesIO(base64.b64decode(source))).convert("RGB"))
        for alt, source in found
    }


def gallery(page):
    return list(pictures_in(re.search(r"<div class='kernels.*?</div>", html_of(page))[0]).values())


def colour(weights, reach):
    """What the stretched scale from orange over white to violet makes of weights."""
    places = (np.sign(weights) * np.sqrt(np.abs(weights) / reach) + 1) / 2
    return np.rint(colormaps["PuOr"](np.rint(places * 254) / 254)[..., :3] * 255)


def said(value):
    return f"{value:.3g}".replace("-", "−")


def convolve(images, kernel, bias):
    """Map (n, 26, 26) of one kernel (3, 3) over images (n, 28, 28, 1), with ReLU."""
    windows = np.lib.stride_tricks.sliding_window_view(images[..., 0], (3, 3), (1, 2))
    return np.maximum((windows * kernel).sum(axis=(3, 4)) + bias, 0)


@pytest.mark.parametrize("network", ["keras-cnn", "convnet", "three-layer", "variables", "fashion"])
def test_every_layer_of_every_network(network, data, in_haste):
    page = visit(network=network)
    for layer in page.selectbox(key=LAYER).options:
        page.selectbox(key=LAYER).select(layer.split()[0])
        look(page)
        assert not page.error
        assert html_of(page).count("class='unit-card'") == 4
        assert "Accuracy over 40 test images" in text_of(page)
    assert all(widget.help for widget in (*page.selectbox, *page.number_input))


def test_all_kernels_have_the_colours_of_one_scale(data, in_haste):
    page = visit("conv_1", 3)
    kernels = load_reader("keras-cnn").kernel("conv_1")[:, :, 0]
    pictures, reach = gallery(page), np.abs(kernels).max()
    assert len(pictures) == 32
    for number, pixels in enumerate(pictures):
        np.testing.assert_allclose(pixels, colour(kernels[..., number], reach), atol=4)
    (alt,) = pictures_in(card(page, "Its kernel"))
    low, high = said(kernels[..., 3].min()), said(kernels[..., 3].max())
    assert alt == f"Kernel 3: 3 × 3 weights, from {low} to {high}"
    assert f"to {reach:.3g}, violet" in html_of(page)


def test_a_kernel_of_many_channels_is_a_tile_of_squares(data, in_haste):
    page = visit("conv_2", 9)
    kernels = load_reader("keras-cnn").kernel("conv_2")
    pixels, reach = gallery(page)[9], np.abs(kernels).max()
    assert pixels.shape == (4 * 4 - 1, 8 * 4 - 1, 3)
    square = pixels[4:7, 8:11]  # second row, third column: channel 10
    np.testing.assert_allclose(square, colour(kernels[:, :, 10, 9], reach), atol=4)
    assert "32 channels of `pool_1`" in text_of(page)


def test_units_that_read_the_image_have_a_weight_for_each_pixel(data, in_haste):
    page = visit("dense_1", 7, "three-layer")
    weights = load_reader("three-layer").kernel("dense_1")
    pictures = gallery(page)
    assert len(pictures) == 128
    expected = colour(weights[:, 7].reshape(28, 28), np.abs(weights).max())
    np.testing.assert_allclose(pictures[7], expected, atol=4)


def test_units_between_have_their_strongest_connections(data, in_haste):
    page = visit("dense_2", 11, "three-layer")
    weights = load_reader("three-layer").kernel("dense_2")[:, 11]
    rows = re.findall(r"<tr><td>unit (\d+)</td><td>(.*?)</td>", html_of(page))
    order = np.argsort(weights)
    expected = [*order[::-1][:8], *order[:8]]
    assert [int(unit) for unit, _ in rows] == expected
    assert [weight for _, weight in rows] == [
        f"{weights[i]:+.3f}".replace("-", "−") for i in expected
    ]


def test_inputs_from_maps_are_named_by_channel_row_and_column(data, in_haste):
    page = visit("dense_1", 5)
    weights = load_reader("keras-cnn").kernel("dense_1")[:, 5].reshape(3, 3, 64)
    row, column, channel = np.unravel_index(weights.argmax(), weights.shape)
    first = f"<td>channel {channel}, row {row}, column {column}</td><td>{weights.max():+.3f}</td>"
    assert first in html_of(page)


def test_what_excites_it_agrees_with_a_convolution_in_numpy(data, samples):
    page = visit("conv_1", 3)
    kernel, bias = load_reader("keras-cnn").model.get_layer("conv_1").get_weights()
    maps = convolve(samples.pixels, kernel[:, :, 0, 3], bias[3])
    highest, means = maps.max(axis=(1, 2)), maps.mean(axis=(1, 2))
    top = card(page, "The test images that excite it most")
    shown = re.findall(r"label <b>(\d)</b><br>(.*?)<", top)
    assert [value for _, value in shown] == [said(value) for value in np.sort(highest)[::-1][:9]]
    assert len(pictures_in(top)) > 1
    for label, value in shown:
        assert value in [said(one) for one in highest[samples.labels == int(label)]]
    bars = re.findall(r"aria-label='(\d): (.*?)'", card(page, "Its mean activation for each class"))
    expected = [(str(d), said(means[samples.labels == d].mean())) for d in range(10)]
    assert bars == expected
    made = card(page, "The image that excites it most")
    ((alt, pixels),) = pictures_in(made).items()
    image = pixels[..., :1].astype(np.float32)[np.newaxis] / 255
    again = convolve(image, kernel[:, :, 0, 3], bias[3]).mean()
    claimed = float(re.search(r"mean activation ([\d.]+)", alt)[1])
    assert claimed == pytest.approx(again, rel=0.02)
    assert claimed > means.max()


def test_a_unit_switched_off_agrees_with_a_column_of_zeros(data, samples, in_haste):
    reader = load_reader("keras-cnn")
    kernel, bias = reader.model.get_layer("logits").get_weights()
    image = from_canvas(SEVEN.rgba)
    images = [*samples.pixels, image]
    units = np.stack([reader.read(one).activations["dense_1"] for one in images])
    unit = int(np.argmax(units[-1] * kernel[:, 7]))  # what speaks most for the seven
    before, after = (
        part @ kernel + bias for part in (units, units * (np.arange(units.shape[1]) != unit))
    )
    page = visit("dense_1", unit)
    accuracies = [
        f"{np.mean(logits[:-1].argmax(axis=1) == samples.labels):.2%}" for logits in (before, after)
    ]
    assert f"| Accuracy over 40 test images | {' | '.join(accuracies)} |" in text_of(page)
    changed = np.sum(before[:-1].argmax(axis=1) != after[:-1].argmax(axis=1))
    assert re.search(rf"^{changed} of 40 answers change", text_of(page), re.MULTILINE)
    row = next(line for line in text_of(page).splitlines() if line.startswith("| Your drawing"))
    for cell, logits in zip(row.split("|")[2:4], (before[-1], after[-1]), strict=True):
        odds = np.exp(logits - logits.max())
        assert f"**{logits.argmax()}**, {(odds / odds.sum()).max():.1%}" in cell


def test_nothing_is_drawn_yet(data, in_haste):
    page = visit("conv_1", drawing=BLANK)
    assert "without this channel" in page.info[0].value
    assert "Your drawing" not in text_of(page)
    assert "Accuracy over 40 test images" in text_of(page)


def test_without_test_images_the_rest_goes_on(own_folders, in_haste):
    page = visit("conv_2", 2)
    assert "MNIST is missing" in page.warning[0].value
    assert html_of(page).count("class='unit-card'") == 2
    assert "| Your drawing |" in text_of(page)
    assert "Accuracy" not in text_of(page)


def test_a_choice_that_does_not_fit_another_network_begins_anew(data, in_haste):
    page = visit("dense_1", 127, "three-layer")
    page.session_state["network"] = "keras-cnn"  # its dense_1 has 64 units
    look(page)
    assert (page.selectbox(key=LAYER).value, page.number_input(key=NUMBER).value) == ("dense_1", 0)
    page.selectbox(key=LAYER).select("conv_2")
    look(page)
    page.session_state["network"] = "variables"
    look(page)
    assert page.selectbox(key=LAYER).value == "dense_1"


def test_the_choice_survives_a_visit_to_another_page(data, in_haste):
    page = visit("conv_2", 9)
    page.number_input(key=NUMBER).set_value(12)
    look(page)
    page.session_state["elsewhere"] = True
    assert not look(page).selectbox
    page.session_state["elsewhere"] = False
    look(page)
    assert (page.selectbox(key=LAYER).value, page.number_input(key=NUMBER).value) == ("conv_2", 12)


def test_a_pooling_layer_says_that_it_has_no_weights(data, in_haste):
    page = visit("pool_1", 4)
    assert "has no weights" in text_of(page)
    assert "channel 4 of conv_1" in card(page, "Its kernel")
