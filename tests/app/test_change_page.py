"""The page "Change it" without a browser: sliders, a curve with flips, the smallest change."""

import json
import re
from functools import partial

import numpy as np
import pytest
from one_page import html_of, visit_page
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df

from mnist_demo.changes import KINDS, turn
from mnist_demo.images import from_canvas
from mnist_demo.inference import load_reader
from mnist_demo.networks import get_networks
from mnist_demo.pages.canvas import BLANK, load_examples

visit = partial(visit_page, "change")


def answer_of(page):
    return re.search(r"data-testid='answer'>([^<]+)<", html_of(page))[1]


def curve_of(page):
    return next(text.value for text in page.markdown if "holds from" in text.value)


@pytest.fixture(scope="module")
def image():
    return from_canvas(load_examples()["4"].rgba)


@pytest.fixture(scope="module")
def reader():
    return load_reader("keras-cnn")


@pytest.fixture
def page():
    return visit(load_examples()["4"])


def test_nothing_is_drawn_yet():
    page = visit(BLANK)
    assert "Nothing is drawn yet" in page.info[0].value
    assert not page.slider


def test_a_slider_changes_what_is_read_until_all_is_taken_back(page, image, reader):
    assert answer_of(page) == "4"
    (take_back,) = page.button
    assert take_back.disabled
    turned = reader.read(turn(image, 60))
    assert turned.digit != 4
    page.slider(key="change-turn").set_value(60.0).run()
    assert answer_of(page) == ("?" if turned.is_refused else str(turned.digit))
    assert f"aria-label='{turned.digit}: {turned.probabilities.max():.1%}'" in html_of(page)
    assert "As drawn: <b>4</b>" in html_of(page)
    page.button[0].click().run()
    assert answer_of(page) == "4"
    assert all(slider.value == KINDS[slider.key[7:]].neutral for slider in page.slider)


def test_the_curve_says_where_the_answer_flips(page, image, reader):
    found = re.search(r"from (−\d+)°, where it becomes (\d), to (\d+)°", curve_of(page))
    low, answer, high = int(found[1].replace("−", "-")), int(found[2]), int(found[3])
    held = [reader.read(turn(image, angle)).digit for angle in range(low + 1, high)]
    assert set(held) == {4}
    assert reader.read(turn(image, low - 1)).digit == answer
    assert reader.read(turn(image, high + 1)).digit != 4


def test_the_chart_holds_the_probabilities_and_the_slider(page, image, reader):
    page.slider(key="change-right").set_value(2.0).run()
    page.segmented_control(key="change-along").set_value("right").run()
    (chart,) = page.get("vega_lite_chart")
    spec = json.loads(chart.proto.spec)
    assert 2.0 in [row["amount"] for layer in spec["layer"] for row in values_of(layer)]
    table = convert_arrow_bytes_to_pandas_df(chart.proto.data.data)
    middle = table[table["amount"] == 0].set_index("class")["probability"]
    expected = reader.read(image).probabilities
    np.testing.assert_allclose([middle[str(digit)] for digit in range(10)], expected, atol=1e-4)


def values_of(layer):
    return layer.get("data", {}).get("values", [])


def test_the_smallest_change_flips_and_random_ones_do_not(page):
    html = html_of(page)
    assert "Read as 4, " in html
    assert re.search(r"After</b><p>Read as [^4],", html)
    assert "The change, over the outline of the drawing. Highest" in html
    assert any("Of 20 random changes of the same length, none" in t.value for t in page.markdown)


@pytest.mark.parametrize("network", [name for name in get_networks() if name != "keras-cnn"])
def test_all_networks(network):
    page = visit(load_examples()["1"], network)
    assert answer_of(page)
    assert curve_of(page)
