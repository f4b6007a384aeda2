"""The section "Teach it" without a browser: collecting, waiting, what has changed, the decision."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.runtime.caching.cache_resource_api import clear_session_cache
from streamlit.testing.v1 import AppTest

from mnist_demo.app.places.teach.corrections import Correction
from mnist_demo.app.runtime import own
from mnist_demo.app.stage.canvas import CanvasContent, content_of_sample, load_examples
from mnist_demo.data.pen_file import parse_pen_file
from mnist_demo.evaluation import Outcome, find_kept, keep
from mnist_demo.image.normalization import from_canvas
from mnist_demo.networks import Progress
from mnist_demo.teaching.lesson import Lesson
from mnist_demo.training.events import ProgressEvent
from mnist_demo.training.process import Job, Status
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store, open_store
from tests.app.one_page import html_of, visit_page
from tests.signatures import SetVariable, WaitUntil

BASE = "keras-cnn-robust"


def visit(drawing: CanvasContent, network: str = "keras-cnn") -> AppTest:
    return visit_page("train/train_and_test", drawing, network, test="teach")


def correct(digit: str, meant: int) -> Correction:
    drawing = load_examples()[digit]
    return Correction(drawing.key, from_canvas(drawing.rgba), meant)


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click()
    page.run()
    assert not page.exception
    return page


@pytest.fixture
def page(_jobs: None) -> AppTest:
    return visit(load_examples()["7"])


JOBS: list[Job] = []


@pytest.fixture(autouse=True)
def _jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the jobs of all visitors, which are in caches of their sessions."""
    JOBS.clear()
    monkeypatch.setattr(own, "Job", lambda *given: JOBS.append(Job(*given)) or JOBS[-1])


def own_of(page: AppTest) -> own.Own:
    """What is alone the visitor's who came first."""
    return own.Own(own._find_folder(page.session_state["own"]), JOBS[0])


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What processes would be given, their modules and arguments."""
    commands: list[Any] = []

    def enqueue(job: Job, module: str, arguments: list[str], title: str, given: Any) -> None:
        commands.append([given, module, *arguments])
        job._status = Status("running", title, "Starting TensorFlow")

    monkeypatch.setattr(Job, "enqueue", enqueue)
    return commands


def test_a_drawing_is_added_once_and_removed(page: AppTest) -> None:
    assert "read as **7**" in page.markdown[0].value
    assert page.button(key="add-correction").disabled
    page.selectbox(key=f"meant-{load_examples()['7'].key}").select(4).run()
    press(page, "add-correction")
    (correction,) = page.session_state["corrections"]
    assert (correction.label, len(correction.strokes)) == (4, 2)
    np.testing.assert_array_equal(correction.image, from_canvas(load_examples()["7"].rgba))
    assert "✗ read as 7" in html_of(page)
    assert page.button(key="add-correction").disabled, "it is in the lesson"
    page.selectbox(key=f"meant-{correction.key}").select(7).run()
    press(page, "add-correction")
    assert "✓ read as 7" in html_of(page)
    assert len(page.session_state["corrections"]) == 1
    press(page, f"remove-{correction.key}")
    assert page.session_state["corrections"] == ()


def test_the_question_why_collects_too() -> None:
    drawing = load_examples()["3"]
    page = visit_page("question", drawing, question="misread")
    page.selectbox(key=f"meant-{drawing.key}").select(8).run()
    press(page, "add-correction")
    assert page.session_state["corrections"][0].label == 8


def test_three_are_needed_and_the_page_says_so(page: AppTest) -> None:
    page.session_state["corrections"] = (correct("7", 4), correct("3", 8))
    page.run()
    assert page.button(key="teach").disabled
    assert any("Add another drawing" in caption.value for caption in page.caption)
    page.session_state["corrections"] += (correct("5", 6),)
    page.run()
    assert not page.button(key="teach").disabled


def test_my_drawings_are_a_file_that_the_evaluation_takes(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[Any] = []
    offer = st.download_button

    def spy(label: str, content: bytes, name: str, *rest: Any, **more: Any) -> Any:
        offered.append((name, content))
        return offer(label, content, name, *rest, **more)

    monkeypatch.setattr(st, "download_button", spy)
    seven = load_examples()["7"]
    page.selectbox(key=f"meant-{seven.key}").select(7).run()
    press(page, "add-correction")
    page.session_state["corrections"] += (correct("3", 8),)  # a picture, without strokes
    page.run()
    assert "One picture has no strokes" in page.caption[-2].value
    (button,) = page.get("download_button")
    assert (button.proto.label, button.proto.disabled) == ("Download my drawings", False)
    name, content = offered[-1]
    assert name.endswith(".jsonl")
    assert parse_pen_file(content, name).labels.tolist() == [7]


def test_four_as_nine_is_said_before_anything_is_taught(page: AppTest) -> None:
    four = correct("4", 9)
    page.session_state["corrections"] = tuple(
        replace(four, key=f"drawing-{index}") for index in range(20)
    )
    page.run()
    assert "20 drawings to be taught as 9 look like 4" in page.warning[0].value
    assert not page.button(key="teach").disabled


def test_clothing_is_not_taught() -> None:
    page = visit(load_examples()["7"], "fashion")
    assert "This network knows clothing" in page.info[0].value


def test_where_nothing_is_trained_nothing_is_taught(set_variable: SetVariable) -> None:
    set_variable("MNIST_DEMO_RETRAINING", "off")
    assert "Training is switched off on this server" in visit(load_examples()["7"]).info[0].value


@pytest.fixture
def pupil(page: AppTest) -> AppTest:
    """A page with three corrections."""
    page.session_state["corrections"] = (correct("7", 7), correct("3", 3), correct("5", 5))
    return page.run()


def test_a_teaching_has_the_lesson_and_the_version_in_use(
    pupil: AppTest, started: list[Any]
) -> None:
    press(pupil, "teach")
    ((given, module, *arguments),) = started
    options = dict(zip(arguments[::2], arguments[1::2], strict=True))
    assert module == "mnist_demo.teaching"
    assert options["--version"] == BASE
    mine = own_of(pupil)
    assert options["--own"] == str(mine.folder)
    assert Lesson.from_bytes(given["--corrections"]).labels.tolist() == [7, 3, 5]
    assert pupil.get("progress")[0].text == "Starting TensorFlow …"
    assert pupil.button(key="stop-teaching").label == "Stop teaching"
    mine.job._status = Status("running", "keras-cnn", "Training", 0.5, COURSE)
    pupil.run()
    assert "It learns: 75% of your drawings" in pupil.get("progress")[0].text
    assert "at most 9 s left" in pupil.get("progress")[0].text


COURSE = (ProgressEvent(Progress(1, 1, 20, 400, 0.5, 0.75), 3.0, 9.0),)


def test_the_queue_is_said(pupil: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = object(), object()
    for ticket in (first, second):
        own.get_turns().join(ticket)
    press(pupil, "teach")
    assert "you are number 2 in the queue" in pupil.info[0].value
    own.get_turns().leave(first)
    pupil.run()
    assert "you are number 1 in the queue" in pupil.info[0].value
    press(pupil, "stop-teaching")
    assert "The teaching was stopped" in pupil.info[0].value


def test_a_failed_teaching_is_explained(pupil: AppTest, started: list[Any]) -> None:
    press(pupil, "teach")
    own_of(pupil).job._status = Status("failed", details="Traceback")
    pupil.run()
    assert pupil.error
    assert pupil.code[0].value == "Traceback"
    assert not pupil.button(key="teach").disabled


@pytest.fixture
def teach(pupil: AppTest, started: list[Any]) -> Callable[..., Version]:
    """Function that does what a teaching leaves, without teaching: the base is its own copy."""

    def teach(lost: int = 0) -> Version:
        press(pupil, "teach")
        mine = own_of(pupil)
        store = open_store(mine.folder)
        base = store.shipped("keras-cnn", "robust")
        settings = base.card.settings | {"taught": 3, "taught_from": base.name}
        card = replace(base.card, settings=settings, created="2026-01-02T03:04:05+00:00")
        taught = store.save_own(store.load(base), card)
        for data in ("mnist", "handwriting"):
            keep(store, taught, data, worsen(find_kept(store, base, data), lost))
        mine.job._status = Status("finished", "keras-cnn")
        pupil.run()
        assert not pupil.exception
        return taught

    return teach


def worsen(outcome: Any, lost: int) -> Outcome:
    """So many more 4s read as 9."""
    answers = outcome.answers.copy()
    right = np.flatnonzero((outcome.labels == 4) & (answers == 4))
    answers[right[:lost]] = 9
    return replace(outcome, answers=answers)


def find_types(page: AppTest) -> list[str]:
    return [page.button(key=key).proto.type for key in ("keep-taught", "drop-taught")]


def test_what_has_changed_is_side_by_side(pupil: AppTest, teach: Callable[..., Version]) -> None:
    taught = teach()
    text = "It reads 3 of your 3 drawings as you meant them; before, it was 3."
    assert pupil.markdown[-1].value == text
    html = html_of(pupil)
    assert f"{taught.card.test_accuracy:.2%}" in html
    for title in ("MNIST test set: accuracy", "Rendered handwriting: others rejected"):
        assert title in html
    assert html.count("0.00 points") == 5
    assert not pupil.warning
    assert find_types(pupil) == ["primary", "secondary"]


def test_what_it_costs_is_said_and_keeping_is_not_the_first_choice(
    pupil: AppTest, teach: Callable[..., Version]
) -> None:
    teach(lost=30)
    assert "−0.30 points in all, and 30 more of the digit 4 are read as 9" in pupil.warning[0].value
    assert len(pupil.warning) == 2
    assert find_types(pupil) == ["secondary", "primary"]


def test_a_kept_version_is_its_visitors_alone(
    pupil: AppTest, teach: Callable[..., Version], store: Store
) -> None:
    taught = teach()
    press(pupil, "keep-taught")
    assert pupil.session_state["version"] == taught.name
    assert open_store(own_of(pupil).folder).versions()[-1].name == taught.name
    assert taught.name not in [one.name for one in store.versions()]
    assert own.find_version(taught.key)[0].name == taught.name
    bystander = visit(load_examples()["7"])
    assert bystander.session_state["own"] != pupil.session_state["own"]
    folder = own_of(pupil).folder
    own_of(pupil).release()
    assert not folder.exists()
    with pytest.raises(KeyError):
        own.find_version(taught.key)


def test_who_leaves_leaves_nothing_and_the_next_has_the_turn(
    pupil: AppTest, wait_until: WaitUntil
) -> None:
    first, next_one = object(), object()
    own.get_turns().join(first)
    press(pupil, "teach")
    own.get_turns().join(next_one)
    mine = own_of(pupil)
    assert (mine.job.place, own.get_turns().place(next_one)) == (1, 2)
    assert mine.folder.is_dir()
    clear_session_cache("test session id")  # as Streamlit does when a page is closed
    wait_until(lambda: mine.job.status.state == "stopped")
    wait_until(lambda: own.get_turns().place(next_one) == 1)
    wait_until(lambda: not any(own._find_root().iterdir()))
    pupil.run()
    assert not pupil.exception, "one that comes again begins anew"
    assert not pupil.button(key="teach").disabled


def test_what_a_lost_connection_takes_away_is_said(
    pupil: AppTest, teach: Callable[..., Version]
) -> None:
    teach()
    clear_session_cache("test session id")
    pupil.run()
    assert "The connection was lost, and with it what was taught" in pupil.info[-1].value
    assert not pupil.button(key="teach").disabled


def test_a_dropped_version_is_gone(pupil: AppTest, teach: Callable[..., Version]) -> None:
    taught = teach()
    press(pupil, "drop-taught")
    assert not taught.folder.exists()
    assert pupil.session_state["corrections"], "the drawings stay"
    assert not [button for button in pupil.button if button.key == "keep-taught"]


def test_a_picture_is_taught_as_it_is() -> None:
    image = from_canvas(load_examples()["7"].rgba)
    page = visit(content_of_sample(image, label="7"))
    press(page, "add-correction")
    (correction,) = page.session_state["corrections"]
    np.testing.assert_array_equal(correction.image, image)
    assert correction.strokes == ()
