"""The question "What do others say?" without a browser: a row for each network that knows it."""

import copy
import json
import re
import shutil
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from mnist_demo.app.places.compare import compare
from mnist_demo.app.places.compare.compare import list_versions, summarize
from mnist_demo.app.runtime import readers
from mnist_demo.app.stage.canvas import content_of_sample, load_examples
from mnist_demo.errors import ModelVersionError
from mnist_demo.handwriting import make_digits
from mnist_demo.image.normalization import find_ink, from_canvas
from mnist_demo.reading.reader import Reader, load_version
from mnist_demo.stress.robustness import find_failures, try_drawing
from mnist_demo.versions.card import CARD_FILE, Version
from mnist_demo.versions.store import Store, open_store
from tests.app.one_page import html_of, visit_page
from tests.signatures import WaitUntil

TUTORIALS = [
    ("convnet", "plain"),
    ("keras-cnn", "plain"),
    ("three-layer", "plain"),
    ("variables", "long"),
]
ROW = re.compile(r'<tr data-network="([^"]+)" data-recipe="([^"]+)".*?</tr>', re.DOTALL)


@pytest.fixture
def visit(wait_until: WaitUntil) -> Callable[..., AppTest]:
    def visit(*of_drawing: Any) -> Any:
        page = visit_page("question", *of_drawing, question="others")
        wait_until(lambda: rows_of(page) or page.run() is None)
        return page

    return visit


def rows_of(page: AppTest) -> Any:
    """HTML of each row, by network and recipe."""
    return {(row[1], row[2]): row[0] for row in ROW.finditer(html_of(page))}


def cells_of(row: Any) -> Any:
    """Text of the cells of a row, by their labels."""
    cells = re.findall(r'<td data-label="([^"]+)">(.*?)</td>', row, re.DOTALL)
    return {label: " ".join(re.sub("<[^>]+>", " ", text).split()) for label, text in cells}


def garment() -> Any:
    image = np.zeros((28, 28, 1), np.float32)
    image[4:24, 8:20] = 0.8
    return content_of_sample(image)


def test_the_version_in_use_comes_first_then_the_tutorials(visit: Callable[..., AppTest]) -> None:
    page = visit(load_examples()["7"])
    rows = rows_of(page)
    assert list(rows) == [("keras-cnn", "robust"), *TUTORIALS]
    assert ["in use" in row for row in rows.values()] == [True, *[False] * 4]
    assert "Convolutional network, reads everybody&#39;s handwriting" in rows["keras-cnn", "robust"]
    assert page.markdown[0].value == "4 of 5 answer **7**; 1 of 5 answers **2**."


def test_a_row_says_what_the_reader_says(visit: Callable[..., AppTest], store: Store) -> None:
    drawing = load_examples()["7"]
    cells = cells_of(rows_of(visit(drawing))["three-layer", "plain"])
    version = store.default("three-layer")
    reader = load_version(version, store)
    probability = reader.read(from_canvas(drawing.rgba)).probabilities[7]
    failures = find_failures(try_drawing(find_ink(drawing.rgba)), reader)
    shift, rotation = failures["shift"], failures["rotation"]
    assert cells == cells | {
        "Answer": "7",
        "Confidence": f"{probability:.1%}",
        "Parameters": "109,386",  # 784·128 + 128 + 128·64 + 64 + 64·10 + 10
        "Test accuracy": f"{version.card.test_accuracy:.2%}",
        "Changes when moved by": f"{shift.trial.amount:.1f} px read as {shift.answer}",
        "Changes when turned by": f"{rotation.trial.amount:.0f}° read as {rotation.answer}",
    }
    assert "Changes when thinned by" in cells


def test_who_agrees_is_said_in_a_sentence() -> None:
    def answer(*digits: Any) -> Any:
        return [
            SimpleNamespace(reading=SimpleNamespace(is_rejected=digit is None, digit=digit))
            for digit in digits
        ]

    names = tuple("0123456789")
    assert summarize(answer(7, 7), names) == "All 2 answer **7**."
    assert summarize(answer(None, 7, 7), names) == "2 of 3 answer **7**; 1 of 3 rejects it."
    assert summarize(answer(None), names) == "1 of 1 rejects it."


def test_clothing_is_compared_with_networks_of_clothing_alone(
    visit: Callable[..., AppTest],
) -> None:
    rows = rows_of(visit(garment(), "fashion"))
    assert list(rows) == [("fashion", "plain")]
    assert cells_of(rows["fashion", "plain"])["Answer"] in {"Pullover", "Dress", "Coat", "T-shirt"}


def test_the_version_in_use_stands_there_once(store: Store) -> None:
    version = store.shipped("variables", "long")
    listed = [(v.card.network, v.card.recipe) for v in list_versions(store, version)]
    assert listed == [TUTORIALS[3], *TUTORIALS[:3]]


def test_a_network_that_ships_nothing_is_shown_with_what_was_kept(store: Store) -> None:
    kept = store.trained_folder / "sixth-plain-2026"
    shutil.copytree(store.shipped_folder / "convnet-plain", kept)
    card = json.loads((kept / CARD_FILE).read_text())
    (kept / CARD_FILE).write_text(json.dumps(card | {"network": "sixth"}))
    versions = list_versions(store, store.default("keras-cnn"))
    assert {v.card.network: v.folder for v in versions}["sixth"] == kept
    assert len(versions) == 6


def reject_by(monkeypatch: pytest.MonkeyPatch, classify: Any) -> None:
    """Readers of keras-cnn reject below a score of 0, and ``classify`` gives their logits."""

    def load(version: Version, store: Store, load: Any = readers._load) -> Any:
        reader = load(version, store)
        if version.card.network != "keras-cnn":
            return reader
        rejecting = copy.copy(reader)
        rejecting.rejection_threshold = 0.0
        rejecting.classify = partial(classify, reader)
        return rejecting

    monkeypatch.setattr(readers, "_load", load)


def test_a_change_into_a_rejection_is_a_failure(
    visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def reject_all_but_the_first(reader: Reader, images: NDArray[np.float32]) -> Any:
        logits, probabilities = reader.classify(images)
        logits[1:] = -10
        return logits, probabilities

    reject_by(monkeypatch, reject_all_but_the_first)
    rows = rows_of(visit(load_examples()["7"]))
    assert cells_of(rows["keras-cnn", "robust"])["Changes when turned by"] == "1° rejected"
    assert "rejected" not in rows["three-layer", "plain"]


def test_what_is_rejected_as_it_is_does_not_fail(visit: Callable[..., AppTest]) -> None:
    page = visit(garment())
    cells = cells_of(rows_of(page)["keras-cnn", "robust"])
    assert cells["Answer"] == "? rejected"
    assert cells["Confidence"] == cells["Changes when moved by"] == "–"
    assert "1 of 5 rejects it" in page.markdown[0].value


def test_a_damaged_network_does_not_hide_the_others(
    visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    load = readers._load

    def load_some(version: Version, store: Store) -> Any:
        if version.card.network == "three-layer":
            raise ModelVersionError("The model file is damaged.")
        return load(version, store)

    monkeypatch.setattr(readers, "_load", load_some)
    page = visit(load_examples()["3"])
    assert page.error[0].value == "three-layer, plain: The model file is damaged."
    assert len(rows_of(page)) == 4


def test_a_new_drawing_ends_the_work_on_the_one_before(
    wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()

    def find_slowly(trials: Any, reader: Reader) -> Any:
        assert goes_on.wait(60)
        return find_failures(trials, reader)

    monkeypatch.setattr(compare, "find_failures", find_slowly)
    page = visit_page("question", load_examples()["7"], question="others")
    wait_until(
        lambda: any("of 5 networks" in one.proto.text for one in page.run().get("progress")), 60
    )
    _, before = page.session_state["work-compare"]
    page.session_state["canvas"].put(load_examples()["1"])
    page.run()
    goes_on.set()
    wait_until(lambda: rows_of(page) or page.run() is None)
    assert before.task.is_stopped
    assert "answer **1**" in page.markdown[0].value


def test_a_drawing_has_the_same_key_only_if_it_is_the_same() -> None:
    drawings = [content_of_sample(np.zeros((28, 28, 1), np.float32), d) for d in make_digits(3, 1)]
    drawings.append(content_of_sample(np.ones((28, 28, 1), np.float32)))
    assert len({drawing.key for drawing in drawings}) == 4
    assert content_of_sample(np.ones((28, 28, 1), np.float32)).key == drawings[-1].key


@pytest.fixture
def store(own_folders: Path) -> Store:
    return open_store()
