"""The page "Compare" without a browser: a card for each network of the same classes."""

import re
from functools import partial

import numpy as np
import pytest
from one_page import html_of, visit_page

from mnist_demo.errors import ModelVersionError
from mnist_demo.handwriting import make_digits
from mnist_demo.images import find_ink, from_canvas
from mnist_demo.inference import load_version
from mnist_demo.pages import readers
from mnist_demo.pages.canvas import BLANK, load_examples, show_as_drawing
from mnist_demo.pages.compare import list_comparable, measure_duration_ms
from mnist_demo.robustness import find_failures, try_drawing
from mnist_demo.store import open_store

visit = partial(visit_page, "compare")


def cards_of(page):
    """HTML of each card, by network."""
    html = html_of(page)
    return {
        re.search(r"data-network='([^']+)'", card)[1]: card
        for card in re.findall(r"<article.*?</article>", html, re.DOTALL)
    }


def test_nothing_is_drawn_yet():
    page = visit(BLANK)
    assert "Nothing is drawn yet" in page.info[0].value
    assert not cards_of(page)


def test_every_network_of_digits_has_a_card(store):
    cards = cards_of(visit(load_examples()["7"]))
    digits = {v.card.network for v in store.versions() if v.card.dataset == "mnist"}
    assert set(cards) == digits
    assert len(digits) >= 4
    for card in cards.values():
        assert card.count("role='img'") == 10
        for name in ("Parameters", "File", "Test accuracy", "One reading", "Smallest turn"):
            assert name in card


def test_a_card_says_what_the_reader_says(store):
    drawing = load_examples()["7"]
    card = cards_of(visit(drawing))["three-layer"]
    version = store.default("three-layer")
    reader = load_version(version, store)
    reading = reader.read(from_canvas(drawing.rgba))
    assert f"<p class='compared-answer'>{reading.digit}</p>" in card
    assert f"aria-label='7: {reading.probabilities[7]:.1%}'" in card
    assert "109,386" in card  # 784·128 + 128 + 128·64 + 64 + 64·10 + 10
    assert f"{version.card.test_accuracy:.2%}" in card
    failures = find_failures(try_drawing(find_ink(drawing.rgba)), reader.classify)
    assert f"<b>{failures['shift'].trial.amount:.1f} px</b>" in card
    assert f"<b>{failures['turn'].trial.amount:.0f}°</b>" in card


def test_clothing_is_compared_with_clothing_only(store):
    image = np.zeros((28, 28, 1), np.float32)
    image[4:24, 8:20] = 0.8
    cards = cards_of(visit(show_as_drawing(image), "fashion"))
    assert set(cards) == {"fashion"}
    assert "aria-label='Pullover: " in cards["fashion"]


def test_the_version_in_use_stands_for_its_network(store):
    version = store.shipped("variables", "long")
    compared = {v.card.network: v.name for v in list_comparable(store, version)}
    assert compared["variables"] == version.name
    assert compared["three-layer"] == store.default("three-layer").name
    assert "fashion" not in compared


def test_a_damaged_network_does_not_hide_the_others(monkeypatch):
    load = readers._load

    def load_some(version, store):
        if version.card.network == "three-layer":
            raise ModelVersionError("The model file is damaged.")
        return load(version, store)

    monkeypatch.setattr(readers, "_load", load_some)
    page = visit(load_examples()["3"])
    assert page.error[0].value == "three-layer: The model file is damaged."
    assert "keras-cnn" in cards_of(page)


def test_a_drawing_has_the_same_key_only_if_it_is_the_same():
    drawings = [show_as_drawing(np.zeros((28, 28, 1), np.float32), d) for d in make_digits(3, 1)]
    drawings.append(show_as_drawing(np.ones((28, 28, 1), np.float32)))
    assert len({drawing.key for drawing in drawings}) == 4
    assert show_as_drawing(np.ones((28, 28, 1), np.float32)).key == drawings[-1].key


def test_a_reading_takes_time(reader):
    duration_ms = measure_duration_ms(reader, np.zeros((28, 28, 1), np.float32))
    assert 0 < duration_ms < 5000


@pytest.fixture
def store():
    return open_store()
