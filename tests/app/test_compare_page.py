"""The page "Compare" without a browser: a card for each network, whatever it knows."""

import copy
import json
import re
import shutil
from functools import partial

import numpy as np
import pytest
from one_page import html_of, visit_page

from mnist_demo.datasets import CLASS_NAMES, THINGS
from mnist_demo.errors import ModelVersionError
from mnist_demo.handwriting import make_digits
from mnist_demo.images import find_ink, from_canvas
from mnist_demo.inference import load_version
from mnist_demo.pages import readers
from mnist_demo.pages.canvas import BLANK, load_examples, show_as_drawing
from mnist_demo.pages.compare import IN_USE, TUTORIALS, list_versions, measure_duration_ms
from mnist_demo.robustness import find_failures, try_drawing
from mnist_demo.store import CARD_FILE, open_store

NOTE = "Knows {}, not {}: its answer is the nearest thing that it knows."
TUTORIALS_RECIPES = {
    "convnet": "plain",
    "fashion": "plain",
    "keras-cnn": "plain",
    "three-layer": "plain",
    "variables": "long",
}

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


def recipes_on(page):
    """Recipe of the version that each network is shown with, in the order of the cards."""
    return {
        network: re.search("<small>([^<]+)</small></h3>", card)[1]
        for network, card in cards_of(page).items()
    }


def choose(page, kind):
    return page.segmented_control(key="compare-versions").set_value(kind).run()


def garment():
    image = np.zeros((28, 28, 1), np.float32)
    image[4:24, 8:20] = 0.8
    return show_as_drawing(image)


def test_every_network_has_a_card():
    page = visit(load_examples()["7"])
    assert recipes_on(page) == TUTORIALS_RECIPES
    for card in cards_of(page).values():
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
    assert f"<h4>The answer {reading.digit} fails at</h4>" in card
    assert f"aria-label='7: {reading.probabilities[7]:.1%}'" in card
    assert "109,386" in card  # 784·128 + 128 + 128·64 + 64 + 64·10 + 10
    assert f"<dt>Test accuracy (mnist)</dt><dd>{version.card.test_accuracy:.2%}</dd>" in card
    failures = find_failures(try_drawing(find_ink(drawing.rgba)), reader.classify)
    assert f"<b>{failures['shift'].trial.amount:.1f} px</b>" in card
    assert f"<b>{failures['turn'].trial.amount:.0f}°</b>" in card


def test_digits_before_a_network_of_clothing():
    cards = cards_of(visit(load_examples()["7"]))
    assert list(cards) == ["convnet", "keras-cnn", "three-layer", "variables", "fashion"]
    assert NOTE.format("clothing", "digits") in cards["fashion"]
    assert "Test accuracy (fashion-mnist)" in cards["fashion"]
    assert sum("Knows" in card for card in cards.values()) == 1


def test_clothing_before_networks_of_digits():
    cards = cards_of(visit(garment(), "fashion"))
    assert list(cards) == ["fashion", "convnet", "keras-cnn", "three-layer", "variables"]
    assert "aria-label='Pullover: " in cards["fashion"]
    assert "Knows" not in cards.pop("fashion")
    for card in cards.values():
        assert NOTE.format("digits", "clothing") in card


def test_there_is_a_word_for_the_classes_of_every_data_set():
    assert set(THINGS) == set(CLASS_NAMES.values())


def test_versions_in_use_on_demand():
    page = visit(load_examples()["7"])
    control = page.segmented_control(key="compare-versions")
    assert control.label == "Versions"
    assert control.help
    assert control.options == [TUTORIALS, IN_USE]
    in_use = {"keras-cnn": "robust", "variables": "fast"}
    assert recipes_on(choose(page, IN_USE)) == TUTORIALS_RECIPES | in_use
    assert recipes_on(choose(page, TUTORIALS)) == TUTORIALS_RECIPES


def test_the_version_in_use_stands_for_its_network(store):
    version = store.shipped("variables", "plain")
    compared = {v.card.network: v.name for v in list_versions(store, version, IN_USE)}
    assert compared["variables"] == version.name
    assert compared["three-layer"] == store.default("three-layer").name
    compared = {v.card.network: v.name for v in list_versions(store, version, TUTORIALS)}
    assert compared["variables"] == "variables-long"


def test_a_network_that_ships_nothing_is_shown_with_what_was_kept(store):
    kept = store.trained_folder / "sixth-plain-2026"
    shutil.copytree(store.shipped_folder / "convnet-plain", kept)
    card = json.loads((kept / CARD_FILE).read_text())
    (kept / CARD_FILE).write_text(json.dumps(card | {"network": "sixth"}))
    for kind in (TUTORIALS, IN_USE):
        versions = list_versions(store, store.default("keras-cnn"), kind)
        assert {v.card.network: v.folder for v in versions}["sixth"] == kept
        assert len(versions) == 6


def refuse_by(monkeypatch, classify):
    """Readers of keras-cnn refuse below a score of 0, and ``classify`` gives their logits."""

    def load(version, store, load=readers._load):
        reader = load(version, store)
        if version.card.network != "keras-cnn":
            return reader
        refusing = copy.copy(reader)
        refusing.refusal_threshold = 0.0
        refusing.classify = partial(classify, reader)
        return refusing

    monkeypatch.setattr(readers, "_load", load)


def test_a_change_into_a_refusal_is_a_failure(monkeypatch):
    def refuse_all_but_the_first(reader, images):
        logits, probabilities = reader.classify(images)
        logits[1:] = -10
        return logits, probabilities

    refuse_by(monkeypatch, refuse_all_but_the_first)
    cards = cards_of(visit(load_examples()["7"]))
    assert "<h4>The answer 7 fails at</h4>" in cards["keras-cnn"]
    assert cards["keras-cnn"].count("<small>1° clockwise: not read any more</small>") == 1
    assert "not read any more" not in cards["three-layer"]


def test_what_is_refused_as_it_is_does_not_fail():
    page = choose(visit(garment(), "fashion"), IN_USE)
    card = cards_of(page)["keras-cnn"]
    assert "<p class='compared-answer'>?</p>" in card
    assert "This is nothing I know." in card
    assert "<p class='stranger'>Knows digits, not clothing.</p>" in card
    assert "<h4>Refused as it is</h4>" in card
    assert "Smallest shift" not in card


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
def store(own_folders):
    return open_store()
