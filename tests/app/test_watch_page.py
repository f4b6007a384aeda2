"""The section "Watch it learn": its states, what it starts, and what a browser fetches of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_demo.app.places.watch import watch
from mnist_demo.app.sidebar import training_panel
from mnist_demo.app.stage.canvas import load_examples
from mnist_demo.errors import TrainingJobError
from mnist_demo.networks import Progress, get_network
from mnist_demo.training.pace import Pace
from mnist_demo.training.process import Job, Status
from mnist_demo.training.snapshot import Publisher, steer
from tests.app.conftest import data_of
from tests.app.one_page import visit_page
from tests.app.served import fetch, unpack
from tests.signatures import SetVariable


@pytest.fixture
def job() -> Job:
    return training_panel.get_job()


@pytest.fixture
def visit() -> Callable[..., AppTest]:
    """Function to a visitor's page with the section."""
    return lambda: visit_page("watch", load_examples()["3"])


@pytest.fixture
def train(job: Job, tmp_path: Path) -> Callable[..., list[Any]]:
    """Function that puts snapshots of a network's training into the job; their weights."""

    def run(name: str, state: Any = "running", **facts: Any) -> list[Any]:
        model = get_network(name).build()
        seen = [model.get_weights()]

        def fit(model: Any, _: Any, __: Any, on_progress: Any) -> None:
            model.set_weights([weights + 0.01 for weights in model.get_weights()])
            seen.append(model.get_weights())
            on_progress(Progress(1, 1, 1, 1, 0.5, 0.25))

        steered: Any = steer(cast("Any", fit), Pace(), Publisher(tmp_path, lambda error: None))
        steered(model, None, None, lambda progress: None)
        job.snapshots = tmp_path
        job._status = Status(state, name, **facts)
        return seen

    return run


def component_of(page: AppTest) -> Any:
    """What the browser is told."""
    (found,) = [
        one for one in page.get("bidi_component") if one.proto.component_name.endswith("watch")
    ]
    return data_of(found)


def buttons_of(page: AppTest) -> list[str | None]:
    return [button.key for button in page.button]


def test_nothing_has_been_trained_yet(visit: Callable[..., AppTest]) -> None:
    page = visit()
    assert page.info[0].value == "Nothing has been trained here yet."
    assert component_of(page)["address"] == "en/trainings/none"  # the browser waits for one
    assert buttons_of(page) == ["start-paused"]


def test_a_training_is_started_that_waits_for_commands(
    visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []

    def start(job: Job, module: Any, arguments: Any, title: str, _: Any) -> bool:
        started.append([module, *arguments])
        return True

    monkeypatch.setattr(Job, "start", start)
    visit().button[0].click().run()
    (command,) = started
    assert {"--paused", "--candidate", "--json"} <= set(command)
    assert command[command.index("--network") + 1] == "keras-cnn"


def test_a_training_that_cannot_be_started_is_explained(
    visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise TrainingJobError("The training cannot be started: out of memory.")

    monkeypatch.setattr(Job, "start", refuse)
    page = visit().button[0].click().run()
    assert page.toast[0].value == "The training cannot be started: out of memory."


def test_everybody_sees_the_training_that_runs(
    visit: Callable[..., AppTest], train: Callable[..., Any], job: Job, tmp_path: Path
) -> None:
    train("fashion")
    job.arguments = ("--paused",)
    told = component_of(visit())
    assert told["address"] == f"en/trainings/{tmp_path.name}"
    assert told["classes"][0] == "T-shirt"
    assert told["mayChange"]
    assert told["isStepwise"]
    assert buttons_of(visit()) == []


def test_where_nobody_may_train_one_may_watch(
    visit: Callable[..., AppTest], train: Callable[..., Any], set_variable: SetVariable
) -> None:
    set_variable("MNIST_DEMO_RETRAINING", "off")
    train("three-layer", "finished")
    page = visit()
    assert not component_of(page)["mayChange"]
    assert buttons_of(page) == []


@pytest.mark.parametrize(("setting", "passed"), [("on", [10]), ("off", [])])
def test_batches_pass_where_visitors_may_train(
    monkeypatch: pytest.MonkeyPatch, set_variable: SetVariable, setting: str, passed: list[int]
) -> None:
    set_variable("MNIST_DEMO_RETRAINING", setting)
    allowed: list[Any] = []
    monkeypatch.setattr(Job, "allow", lambda job, batches: allowed.append(batches))
    monkeypatch.setattr(watch, "report_of", lambda key: Reported({"allowed": {"batches": 10}}))
    watch._allow()
    assert allowed == passed


class Reported:
    def __init__(self, values: Any) -> None:
        self.values = values

    def get(self) -> Any:
        return self.values


def test_the_course_of_a_training_is_served(train: Callable[..., Any], tmp_path: Path) -> None:
    train("three-layer", is_paused=True, stage="Training", notice="The disk is full.")
    response = fetch(f"/en/trainings/{tmp_path.name}")
    assert response.headers["Cache-Control"] == "no-store"
    assert json.loads(response.body) == {
        "steps": [0, 1],
        "isRunning": True,
        "isPaused": True,
        "stage": "Training",
        "notice": "The disk is full.",
    }


def test_snapshots_are_served_as_networks_are(train: Callable[..., Any], tmp_path: Path) -> None:
    seen = train("keras-cnn")
    for step, (loss, accuracy) in enumerate([(None, None), (0.5, 0.25)]):
        response = fetch(f"/en/trainings/{tmp_path.name}/{step}")
        header, arrays = unpack(response.body)
        assert (header["step"], header["loss"], header["accuracy"]) == (step, loss, accuracy)
        assert [layer["name"] for layer in header["layers"]][:2] == ["image", "conv_1"]
        assert list(arrays)[:2] == ["conv_1/kernel", "conv_1/bias"]
        for found, expected in zip(arrays.values(), seen[step], strict=True):
            np.testing.assert_array_equal(found, expected.astype(np.float16))


def test_what_is_no_training_is_not_found(train: Callable[..., Any], tmp_path: Path) -> None:
    assert json.loads(fetch("/en/trainings/none").body)["steps"] == []
    assert fetch("/en/trainings/none/0").status_code == 404
    train("three-layer")
    assert json.loads(fetch("/en/trainings/none").body) == {"isGone": True}
    for path in ("none/0", f"{tmp_path.name}/7"):
        assert fetch(f"/en/trainings/{path}").status_code == 404
