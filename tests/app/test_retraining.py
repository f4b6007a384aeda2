"""The sidebar: a training of everybody's, what becomes of it, and the choice of a version."""

import os
from collections.abc import Callable
from typing import Any

import keras
import pytest

from mnist_demo.app.runtime import own
from mnist_demo.app.sidebar import training_panel
from mnist_demo.errors import TrainingJobError
from mnist_demo.handwriting.drawing import Drawing
from mnist_demo.networks import Progress, get_network, get_networks
from mnist_demo.training.events import ProgressEvent
from mnist_demo.training.process import Job, Status
from mnist_demo.versions.card import Card
from mnist_demo.versions.store import Store
from tests.app.conftest import Visitor
from tests.signatures import SetVariable

COURSE = (
    ProgressEvent(
        Progress(2, 5, 500, 1875, 0.1234, 0.9654, {"mean squared error": 0.0123}), 40.0, 83.0
    ),
)


@pytest.fixture
def job() -> Job:
    """The training of this server, which tests put into a state."""
    return training_panel.get_job()


@pytest.fixture
def save(store: Store) -> Any:
    """Function from an accuracy to a new candidate."""

    def save_candidate(accuracy: Any = 0.5) -> Any:
        model = get_network("keras-cnn").build()
        created = "2026-01-02T03:04:05+00:00"
        card = Card("keras-cnn", "plain", "mnist", 1, {}, 1.5, accuracy, 2.0, created)
        return store.save_candidate(model, card)

    return save_candidate


def test_retraining_can_be_switched_off(
    make_visitor: Callable[..., Visitor], set_variable: SetVariable, job: Job, save: Any
) -> None:
    set_variable("MNIST_DEMO_RETRAINING", "off")
    save()
    job._status = Status("running", "keras-cnn", "Training", 0.5, COURSE)
    visitor = make_visitor()
    buttons = ("retrain", "Stop training", "Keep", "Delete")
    assert not any(visitor.has_button(name) for name in buttons)
    assert "A new version is ready" not in visitor.text
    assert visitor.version
    assert visitor.press("example-6").answer == 6


def test_network_and_version_are_told_in_plain_words(visitor: Visitor, store: Store) -> None:
    page = visitor.page
    accuracy = store.default("keras-cnn").card.test_accuracy
    assert f"Reads everybody's handwriting: {accuracy:.1%}" in page.selectbox(key="version").options
    assert "Convolutional network" in page.selectbox(key="network").options
    for name, network in get_networks().items():
        page.selectbox(key="network").set_value(name)
        assert network.about
        assert network.about in visitor.look().text


def test_what_a_stroke_comes_with_is_not_lost(visitor: Visitor, job: Job) -> None:
    """Streamlit folds a poll's request for the whole page and a stroke's for the stage into one."""
    visitor.press("example-6")
    job._status = Status("running", "keras-cnn", "Training", 0.5, COURSE)
    visitor.page.session_state["left_alone"] = False  # as on other places than the first
    visitor.press("Clear")
    assert visitor.has_button("Stop training")


def test_button_starts_one_training_of_this_network(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    def start(job: Job, module: Any, arguments: Any, title: str, _: Any) -> Any:
        started.append([module, *arguments])
        job._status = Status("running", title, "Starting TensorFlow")
        return True

    monkeypatch.setattr(Job, "start", start)
    visitor.press("retrain")
    (command,) = started
    assert command[0] == "mnist_demo.training"
    assert command[command.index("--network") + 1] == "keras-cnn"
    assert {"--candidate", "--json"} <= set(command)
    assert not visitor.has_button("retrain")
    assert visitor.has_button("Stop training")


def test_a_training_waits_for_no_teaching_and_says_so(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[Any] = []
    own.get_turns().join("a teaching")
    monkeypatch.setattr(training_panel, "refuse", lambda *told: refused.append(told))
    visitor.press("retrain")
    assert refused == [("training", "-")]
    assert "Somebody is training or teaching a network" in visitor.page.toast[0].value
    assert visitor.has_button("retrain")


def test_a_training_that_ended_with_another_server_is_told_of_until_the_next(
    visitor: Visitor, store: Store
) -> None:
    folder = store.trained_folder / "turns"
    folder.mkdir(parents=True)
    (folder / "1.job").write_text("three-layer")  # locked by nobody
    assert "A training of three-layer ended with its server" in visitor.look().text
    own.get_turns().take("another")
    assert "ended with its server" not in visitor.look().text


def test_training_that_cannot_be_started_is_explained(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise TrainingJobError("The training cannot be started: out of memory.")

    monkeypatch.setattr(Job, "start", refuse)
    visitor.press("retrain")
    assert visitor.page.toast[0].value == "The training cannot be started: out of memory."
    assert visitor.has_button("retrain")


def test_running_training_shows_how_far_it_is_to_every_visitor(
    make_visitor: Callable[..., Visitor], job: Job
) -> None:
    job._status = Status("running", "keras-cnn", "Training", 0.253, COURSE)
    for visitor in (make_visitor(), make_visitor()):
        assert not visitor.has_button("retrain")
        assert visitor.is_enabled("Stop training")
        (bar,) = visitor.page.get("progress")
        assert bar.value == 25
        for part in ("keras-cnn: epoch 2 of 5", "batch 500 of 1,875", "1 min 23 s left"):
            assert part in bar.text
        assert visitor.metrics["Loss"].value == "0.1234"
        assert visitor.metrics["Accuracy"].value == "96.54%"
        assert "Mean squared error: 0.0123" in visitor.text
        assert visitor.press("example-8").answer == 8


def test_running_training_says_what_it_does_before_it_trains(
    make_visitor: Callable[..., Visitor], job: Job
) -> None:
    job._status = Status("running", "keras-cnn", "Downloading mnist", 0.4)
    (bar,) = make_visitor().page.get("progress")
    assert (bar.value, bar.text) == (40, "keras-cnn: Downloading mnist …")


def test_stop_ends_it_and_says_that_nothing_has_changed(
    make_visitor: Callable[..., Visitor], job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    job._status = Status("running", "keras-cnn", "Training", 0.25, COURSE)
    monkeypatch.setattr(job, "stop", lambda: setattr(job, "_status", Status("stopped")))
    visitor = make_visitor().press("Stop training")
    assert "The training was stopped. Nothing has changed." in visitor.text
    assert visitor.is_enabled("retrain")


def test_failed_training_is_explained_and_may_be_tried_again(
    make_visitor: Callable[..., Visitor], job: Job
) -> None:
    message = "MNIST cannot be downloaded: connect to the internet."
    error = TrainingJobError(message)
    job._status = Status("failed", "Training", error=error, details="Traceback: something")
    visitor = make_visitor()
    assert visitor.errors == [message]
    assert visitor.page.code[0].value == "Traceback: something"
    assert visitor.is_enabled("retrain")
    assert visitor.press("example-6").answer == 6


def test_finished_training_stands_beside_the_version_in_use(
    make_visitor: Callable[..., Visitor], job: Job, save: Any, store: Store
) -> None:
    job._status = Status("finished", "Training")
    save(accuracy=0.5)
    visitor = make_visitor()
    old = store.default("keras-cnn").card.test_accuracy
    difference = f"−{100 * (old - 0.5):.2f} points against the version in use"
    assert f"**A new version is ready**: 50.00% on its test set, {difference}." in visitor.text
    assert visitor.has_button("retrain")


def test_kept_version_is_what_its_keeper_gets_and_nobody_else(
    make_visitor: Callable[..., Visitor], save: Any, store: Store, job: Job
) -> None:
    job._status = Status("finished", "Training")
    bystander, keeper = make_visitor(), make_visitor()
    candidate = save(accuracy=0.5)
    keeper.look().press(f"keep-{candidate.name}")
    assert keeper.version == candidate.name
    assert "A new version is ready" not in keeper.text
    assert job.status.state == "idle"
    assert make_visitor().version == bystander.look().version == bystander.version
    assert bystander.version != candidate.name
    assert store.candidates() == []
    again = Store(store.shipped_folder, store.trained_folder)
    assert again.versions("keras-cnn")[-1].name == candidate.name


@pytest.mark.parametrize(("accuracy", "main"), [(0.995, "keep"), (0.5, "delete"), (0.1, "delete")])
def test_what_is_worse_is_not_offered_to_be_kept_first(
    make_visitor: Callable[..., Visitor], save: Any, accuracy: float, main: str
) -> None:
    candidate = save(accuracy)
    visitor = make_visitor()
    kinds = {
        name: visitor._button(f"{name}-{candidate.name}").proto.type for name in ("keep", "delete")
    }
    assert kinds == {"keep": "secondary", "delete": "secondary"} | {main: "primary"}
    assert ("it is broken" in visitor.text) == (accuracy == 0.1)


def test_deleted_version_is_gone(
    make_visitor: Callable[..., Visitor], save: Any, store: Store, job: Job
) -> None:
    job._status = Status("finished", "Training")
    candidate = save()
    visitor = make_visitor()
    before = visitor.version
    visitor.press(f"delete-{candidate.name}")
    assert visitor.version == before
    assert "A new version is ready" not in visitor.text
    assert store.candidates() == []
    assert not candidate.folder.exists()
    assert job.status.state == "idle"


def test_two_visitors_decide_about_the_same_candidate(
    make_visitor: Callable[..., Visitor], save: Any, store: Store
) -> None:
    candidate = save()
    one, other = make_visitor(), make_visitor()
    one.press(f"keep-{candidate.name}")
    other.press(f"delete-{candidate.name}")
    assert one.look().version == candidate.name
    assert other.errors == []


def test_several_candidates_can_be_decided_one_by_one(
    make_visitor: Callable[..., Visitor], save: Any, store: Store
) -> None:
    first, second = save(), save()
    visitor = make_visitor().press(f"delete-{first.name}").press(f"keep-{second.name}")
    assert visitor.version == second.name
    assert store.candidates() == []


@pytest.mark.parametrize("action", ["keep", "delete"])
def test_disk_that_refuses_is_explained(
    make_visitor: Callable[..., Visitor],
    save: Any,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
) -> None:
    candidate = save()
    visitor = make_visitor()

    def refuse(*_: Any) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("pathlib.Path.rename", refuse)
    visitor.press(f"{action}-{candidate.name}")
    assert "Read-only file system" in visitor.page.toast[0].value
    assert store.candidates() == [candidate]


def test_each_visitor_chooses_his_version(
    make_visitor: Callable[..., Visitor], save: Any, store: Store, drawings: list[Drawing]
) -> None:
    kept = store.keep(save())
    store.set_default(kept)
    shipped = store.shipped("keras-cnn", "plain")
    one, other = make_visitor(), make_visitor()
    assert len(one.page.selectbox(key="version").options) >= 2
    one.page.selectbox(key="version").set_value(shipped.name)
    assert one.look().press("example-4").answer == 4
    other.press("example-4")
    assert (one.look().version, other.look().version) == (shipped.name, kept.name)
    assert max(other.probabilities) < 0.5 < max(one.probabilities), "the kept one is untrained"


def test_kept_version_that_got_damaged_is_explained_and_the_shipped_one_goes_on(
    make_visitor: Callable[..., Visitor], save: Any, store: Store
) -> None:
    kept = store.keep(save())
    store.set_default(kept)
    os.truncate(kept.folder / "model.weights.h5", 100)
    visitor = make_visitor()
    assert any(
        f"{kept.folder.name}/model.weights.h5 is damaged" in error for error in visitor.errors
    )
    shipped = store.shipped("keras-cnn", "plain")
    visitor.page.selectbox(key="version").set_value(shipped.name)
    assert visitor.look().press("example-4").answer == 4
    assert visitor.errors == []


def test_every_retraining_has_a_seed_of_its_own(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = []

    def start(_: Any, __: Any, arguments: Any, *___: Any) -> None:
        seeds.append(arguments[arguments.index("--seed") + 1])

    monkeypatch.setattr(Job, "start", start)
    visitor.press("retrain").press("retrain")
    assert len(set(seeds)) == 2


def test_training_uses_a_model_of_its_own(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing in the server's process is ever trained: readers share its weights."""
    monkeypatch.setattr(keras.Model, "fit", lambda *_, **__: pytest.fail("trains in the server"))
    monkeypatch.setattr(Job, "start", lambda *_: True)
    visitor.press("retrain")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0 s"),
        (59.6, "1 min 00 s"),
        (83, "1 min 23 s"),
        (3_599, "59 min 59 s"),
        (7_385, "2 h 03 min"),
        (419_000, "116 h 23 min"),
    ],
)
def test_a_time_is_told_in_its_two_largest_units(seconds: float, text: str) -> None:
    assert training_panel.describe_time(seconds) == text
