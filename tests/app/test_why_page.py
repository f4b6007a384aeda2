"""The page "Why this answer?" without a browser: maps, checks, and spoilt weights."""

import re
from functools import partial

import numpy as np
import pytest
from one_page import html_of, visit_page

from mnist_demo.attribution import Attributor, Target
from mnist_demo.images import from_canvas
from mnist_demo.inference import load_reader
from mnist_demo.pages.canvas import BLANK, load_examples
from mnist_demo.pages.why import AGAINST, EACH_MAP
from mnist_demo.pages.why_sanity import judge
from mnist_demo.sanity import Spoilt

METHODS = ["Saliency", "Integrated gradients", "SmoothGrad", "Grad-CAM", "Occlusion"]


visit = partial(visit_page, "why")


def cards_of(page):
    """HTML of each map, by its method."""
    cards = re.findall(r"<figure data-method='.*?</figure>", html_of(page), re.DOTALL)
    return {re.search(r"data-method='([^']+)'", card)[1]: card for card in cards}


@pytest.fixture(scope="module")
def image():
    return from_canvas(load_examples()["7"].rgba)


def test_nothing_is_drawn_yet():
    page = visit(BLANK)
    assert "Nothing is drawn yet" in page.info[0].value
    assert not cards_of(page)


def test_five_maps_with_their_numbers_and_checks(image):
    page = visit(load_examples()["7"])
    cards = cards_of(page)
    assert list(cards) == METHODS
    reader = load_reader("keras-cnn")
    attributor, reading = Attributor(reader.model), reader.read(image)
    assert f"the logit of 7 ({reading.logits[7]:.2f})" in page.markdown[0].value
    saliency = attributor.saliency(image, Target(7))
    assert f"{saliency.min():.3f} to {saliency.max():.3f}" in cards["Saliency"]
    row, column = np.unravel_index(saliency.argmax(), (28, 28))
    assert f"{saliency.max():.3g} at row {row + 1}, column {column + 1}" in cards["Saliency"]
    residual = attributor.integrate(image, Target(7)).residual
    assert f"Residual: {residual:+.3f}" in cards["Integrated gradients"]
    for card in cards.values():
        assert "role='img'" in card
        assert "the score falls by" in card
    reach = max(
        np.abs(values).max()
        for values in (
            saliency,
            attributor.integrate(image, Target(7)).values,
            attributor.smooth(image, Target(7)),
            attributor.occlude(image, Target(7)),
        )
    )
    assert html_of(page).count("class='signed-scale'") == 1
    assert f"to {reach:.3g}, violet" in html_of(page)


def test_another_class_and_the_rival(image):
    page = visit(load_examples()["7"])
    logits = load_reader("keras-cnn").read(image).logits
    page.selectbox(key="why-class").select(2).run()
    assert f"the logit of 2 ({logits[2]:.2f})" in page.markdown[0].value
    alone = cards_of(page)["Occlusion"]
    page.button_group(key="why-against").set_value(AGAINST).run()
    assert f"minus that of 7 ({logits[7]:.2f})" in page.markdown[0].value
    assert cards_of(page)["Occlusion"] != alone
    page.button_group(key="why-spread").set_value(EACH_MAP).run()
    assert html_of(page).count("class='signed-scale'") == 5
    assert not page.exception


def test_a_network_without_convolutions_says_so_and_spoiling_shows_every_layer():
    page = visit(load_examples()["3"], "three-layer")
    assert "no convolution" in cards_of(page)["Grad-CAM"]
    page.button[0].click().run()
    assert not page.exception
    sections = re.findall(r"<section class='spoilt'>.*?</section>", html_of(page), re.DOTALL)
    assert len(sections) == 4
    for section in sections:
        titles = re.findall(r"<b>(.*?)</b>", section)
        others = [f"{name} and all after it" for name in ("dense_2", "dense_1")]
        assert titles == ["As it is", "logits", *others]
        assert re.search(r"<p>[✓✗]", section)
    page.selectbox(key="why-class").select(5).run()
    assert "class='spoilt'" not in html_of(page)  # those were of another class


def test_whether_a_map_changes_is_said():
    def spoil(*similarities):
        return tuple(Spoilt(f"layer_{i}", None, s) for i, s in enumerate(similarities))

    assert judge(spoil(0.2, -0.1)).startswith("✓ It changes with the first layer")
    assert "layer_0" in judge(spoil(0.8, 0.1))
    assert judge(spoil(0.8, 0.9)).startswith("✗")
