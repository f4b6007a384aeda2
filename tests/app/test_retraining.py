"""The sidebar: a training of everybody's, what becomes of it, and the choice of a version."""

import os

import keras
import pytest

from mnist_demo.errors import TrainingJobError
from mnist_demo.jobs import Job, Status
from mnist_demo.networks import get_network
from mnist_demo.pages import training_panel
from mnist_demo.store import Card, Store

PROGRESS = {
    "epoch": 2, "epochs": 5, "batch": 500, "batches": 1875,
    "loss": 0.1234, "accuracy": 0.9654, "seconds_left": 83.0,
    "metrics": {"mean squared error": 0.0123},
}  # fmt: skip


@pytest.fixture
def job():
    """The training of this server, which tests put into a state."""
    return training_panel.get_job()


@pytest.fixture
def save(store):
    """Function from an accuracy to a new candidate."""

    def save_candidate(accuracy=0.5):
        model = get_network("keras-cnn").build()
        created = "2026-01-02T03:04:05+00:00"
        card = Card("keras-cnn", "plain", "mnist", 1, {}, 1.5, accuracy, 2.0, created)
        return store.save_candidate(model, card)

    return save_candidate


def test_retraining_can_be_switched_off(make_visitor, monkeypatch, job, save):
    monkeypatch.setenv("MNIST_DEMO_RETRAINING", "off")
    save()
    job._status = Status("running", "keras-cnn", "Training", 0.5, PROGRESS)
    visitor = make_visitor()
    buttons = ("retrain", "Stop training", "Keep", "Drop")
    assert not any(visitor.has_button(name) for name in buttons)
    assert "A new version is ready" not in visitor.text
    assert visitor.version
    assert visitor.press("example-6").answer == 6


def test_button_starts_one_training_of_this_network(visitor, monkeypatch):
    started = []

    def start(job, module, arguments, title):
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


def test_training_that_cannot_be_started_is_explained(visitor, monkeypatch):
    def refuse(*_):
        raise TrainingJobError("The training cannot be started: out of memory.")

    monkeypatch.setattr(Job, "start", refuse)
    visitor.press("retrain")
    assert visitor.page.toast[0].value == "The training cannot be started: out of memory."
    assert visitor.has_button("retrain")


def test_running_training_shows_how_far_it_is_to_every_visitor(make_visitor, job):
    job._status = Status("running", "keras-cnn", "Training", 0.253, PROGRESS)
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


def test_running_training_says_what_it_does_before_it_trains(make_visitor, job):
    job._status = Status("running", "keras-cnn", "Downloading mnist", 0.4)
    (bar,) = make_visitor().page.get("progress")
    assert (bar.value, bar.text) == (40, "keras-cnn: Downloading mnist …")


def test_stop_ends_it_and_says_that_nothing_has_changed(make_visitor, job, monkeypatch):
    job._status = Status("running", "keras-cnn", "Training", 0.25, PROGRESS)
    monkeypatch.setattr(job, "stop", lambda: setattr(job, "_status", Status("stopped")))
    visitor = make_visitor().press("Stop training")
    assert "The training was stopped. Nothing has changed." in visitor.text
    assert visitor.is_enabled("retrain")


def test_failed_training_is_explained_and_may_be_tried_again(make_visitor, job):
    message = "MNIST cannot be downloaded: connect to the internet."
    job._status = Status("failed", "Training", message=message, details="Traceback: something")
    visitor = make_visitor()
    assert visitor.errors == [message]
    assert visitor.page.code[0].value == "Traceback: something"
    assert visitor.is_enabled("retrain")
    assert visitor.press("example-6").answer == 6


def test_finished_training_stands_beside_the_version_in_use(make_visitor, job, save, store):
    job._status = Status("finished", "Training")
    save(accuracy=0.5)
    visitor = make_visitor()
    assert "A new version is ready" in visitor.text
    old = store.default("keras-cnn").card.test_accuracy
    assert visitor.metrics["Yours now"].value == f"{old:.2%}"
    assert visitor.metrics["New"].value == "50.00%"
    assert visitor.metrics["New"].delta == f"{0.5 - old:+.2%}"
    assert visitor.has_button("retrain")


def test_kept_version_is_what_its_keeper_and_newcomers_get_and_nobody_else(
    make_visitor, save, store, job
):
    job._status = Status("finished", "Training")
    bystander, keeper = make_visitor(), make_visitor()
    candidate = save(accuracy=0.5)
    keeper.look().press(f"keep-{candidate.name}")
    assert keeper.version == candidate.name
    assert "A new version is ready" not in keeper.text
    assert job.status.state == "idle"
    assert make_visitor().version == candidate.name
    assert bystander.look().version != candidate.name
    assert store.candidates() == []
    again = Store(store.shipped_folder, store.trained_folder)
    assert again.versions("keras-cnn")[-1].name == candidate.name


def test_dropped_version_is_gone(make_visitor, save, store, job):
    job._status = Status("finished", "Training")
    candidate = save()
    visitor = make_visitor()
    before = visitor.version
    visitor.press(f"drop-{candidate.name}")
    assert visitor.version == before
    assert "A new version is ready" not in visitor.text
    assert store.candidates() == []
    assert not candidate.folder.exists()
    assert job.status.state == "idle"


def test_two_visitors_decide_about_the_same_candidate(make_visitor, save):
    candidate = save()
    one, other = make_visitor(), make_visitor()
    one.press(f"keep-{candidate.name}")
    other.press(f"drop-{candidate.name}")
    assert make_visitor().version == candidate.name
    assert other.errors == []


def test_several_candidates_can_be_decided_one_by_one(make_visitor, save, store):
    first, second = save(), save()
    visitor = make_visitor().press(f"drop-{first.name}").press(f"keep-{second.name}")
    assert visitor.version == second.name
    assert store.candidates() == []


@pytest.mark.parametrize("action", ["keep", "drop"])
def test_disk_that_refuses_is_explained(make_visitor, save, store, monkeypatch, action):
    candidate = save()
    visitor = make_visitor()

    def refuse(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("pathlib.Path.rename", refuse)
    visitor.press(f"{action}-{candidate.name}")
    assert "Read-only file system" in visitor.page.toast[0].value
    assert store.candidates() == [candidate]


def test_each_visitor_chooses_his_version(make_visitor, save, store, drawings):
    kept = store.keep(save())
    shipped = store.shipped("keras-cnn", "plain")
    one, other = make_visitor(), make_visitor()
    assert len(one.page.selectbox(key="version").options) >= 2
    one.page.selectbox(key="version").set_value(shipped.name)
    assert one.look().press("example-4").answer == 4
    other.press("example-4")
    assert (one.look().version, other.look().version) == (shipped.name, kept.name)
    assert max(other.percentages) < 50 < max(one.percentages), "the kept one is untrained"


def test_kept_version_that_got_damaged_is_explained_and_the_shipped_one_goes_on(
    make_visitor, save, store
):
    kept = store.keep(save())
    os.truncate(kept.folder / "model.weights.h5", 100)
    visitor = make_visitor()
    assert any(
        f"{kept.folder.name}/model.weights.h5 is damaged" in error for error in visitor.errors
    )
    shipped = store.shipped("keras-cnn", "plain")
    visitor.page.selectbox(key="version").set_value(shipped.name)
    assert visitor.look().press("example-4").answer == 4
    assert visitor.errors == []


def test_every_retraining_has_a_seed_of_its_own(visitor, monkeypatch):
    seeds = []

    def start(_, __, arguments, ___):
        seeds.append(arguments[arguments.index("--seed") + 1])

    monkeypatch.setattr(Job, "start", start)
    visitor.press("retrain").press("retrain")
    assert len(set(seeds)) == 2


def test_training_uses_a_model_of_its_own(visitor, monkeypatch):
    """Nothing in the server's process is ever trained: readers share its weights."""
    monkeypatch.setattr(keras.Model, "fit", lambda *_, **__: pytest.fail("trains in the server"))
    monkeypatch.setattr(Job, "start", lambda *_: True)
    visitor.press("retrain")
