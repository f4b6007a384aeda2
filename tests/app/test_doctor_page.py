"""The question "Why was it misread?" without a browser: what was meant, cures, all changes."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_demo.app.places.question.case import describe_answer
from mnist_demo.app.runtime import readers
from mnist_demo.app.stage.canvas import content_of_sample, load_examples
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.errors import ModelVersionError
from mnist_demo.image.normalization import from_canvas
from mnist_demo.image.transforms import rotate
from mnist_demo.reading.reader import load_reader
from mnist_demo.stress.answers import Answer, ask
from mnist_demo.stress.doctor import treat_image
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store
from tests.app.one_page import html_of, visit_page
from tests.signatures import WaitUntil

SEVEN = load_examples()["7"]


@pytest.fixture
def visit(wait_until: WaitUntil) -> Callable[..., AppTest]:
    def visit(*of_drawing: Any) -> Any:
        page = visit_page("question", *of_drawing, question="misread")
        wait_until(lambda: page.error or page.expander or page.run() is None)
        return page

    return visit


def mean(page: AppTest, digit: int) -> Any:
    """Say what was meant."""
    selectbox = next(one for one in page.selectbox if one.label == "I meant …")
    assert selectbox.help
    return selectbox.select(digit).run()


def test_what_was_tried_is_in_a_table(visit: Callable[..., AppTest]) -> None:
    page = visit(SEVEN)
    html = html_of(page)
    assert html.count("<tr>") == 21
    assert "Turned right by 10°" in html
    assert all(f'scope="col">{version}</th>' in html for version in ("robust", "plain"))
    assert "What did you mean?" in page.markdown[0].value
    probability = load_reader("keras-cnn").read(from_canvas(SEVEN.rgba)).probabilities[7]
    assert f"read as **7**, {probability:.0%}" in page.markdown[0].value


def test_what_is_read_right_needs_no_cure(visit: Callable[..., AppTest]) -> None:
    page = mean(visit(SEVEN), 7)
    assert page.success[0].value == "It is read as **7**, as you meant."
    assert "✓ as meant" in html_of(page)
    assert 'class="cures"' not in html_of(page)


def test_what_was_turned_is_cured_by_turning_it_back(visit: Callable[..., AppTest]) -> None:
    reader, seven = load_reader("keras-cnn"), from_canvas(SEVEN.rgba)
    turned = (rotate(seven, degrees) for degrees in range(1, 90))
    image = next(one for one in turned if ask(reader, one[np.newaxis])[0].outcome != 7)
    treatments = treat_image(image)
    answers = ask(reader, np.stack([one.image for one in treatments]))
    first = next(
        one.name
        for one, answer in zip(treatments, answers, strict=True)
        if answer.outcome == 7 and one.kind == "place"
    )
    page = mean(visit(content_of_sample(image)), 7)
    assert "What makes it **7**:" in page.markdown[0].value
    cures = html_of(page).split('class="cures"')[1]
    assert f"<b>{first}</b>" in cures
    assert "read as 7," in cures


def test_where_nothing_helps_it_says_so(visit: Callable[..., AppTest]) -> None:
    page = mean(visit(SEVEN), 0)
    assert "Nothing that was tried makes it 0." in page.info[0].value


def test_a_test_picture_says_itself_what_was_meant(visit: Callable[..., AppTest]) -> None:
    image = from_canvas(SEVEN.rgba)
    page = visit(content_of_sample(image, label="7"))
    assert page.success[0].value == "It is read as **7**, as you meant."
    assert html_of(page).count("<tr>") == 18


def test_clothing_has_its_names(visit: Callable[..., AppTest]) -> None:
    html = html_of(visit(SEVEN, "fashion"))
    names = "|".join(DATASETS["fashion-mnist"].classes)
    assert len(re.findall(rf"<b>({names})</b>", html)) == 20


def test_a_rejection_is_told_with_what_it_would_have_been() -> None:
    probabilities = np.eye(10, dtype=np.float32)[2]
    answer = Answer(probabilities, probabilities, is_rejected=True)
    names = DATASETS["fashion-mnist"].classes
    assert describe_answer(answer, names) == "rejected (most probable: **Pullover**, 100%)"


def test_a_damaged_version_is_explained(
    visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    load = readers._load

    def load_some(version: Version, store: Store) -> Any:
        if version.card.recipe == "plain":
            raise ModelVersionError("The model file is damaged.")
        return load(version, store)

    monkeypatch.setattr(readers, "_load", load_some)
    assert visit(SEVEN).error[0].value == "The model file is damaged."
