"""Events survive the way from a training's process, and nothing else is taken for one."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from mnist_demo.networks import Progress
from mnist_demo.training.events import (
    FailedEvent,
    FinishedEvent,
    ProgressEvent,
    ProgressReporter,
    StageEvent,
    from_json,
    to_json,
)
from mnist_demo.versions.card import Card

PROGRESS = Progress(2, 3, 50, 100, 0.02, 0.75, {"error": 0.5})


@pytest.fixture(params=["stage", "progress", "finished", "failed"])
def event(request: pytest.FixtureRequest, make_card: Callable[..., Card]) -> Any:
    return {
        "stage": StageEvent("Loading", 0.5),
        "progress": ProgressEvent(PROGRESS, 1.5, None),
        "finished": FinishedEvent("keras-cnn-plain", make_card()),
        "failed": FailedEvent("MNIST is missing."),
    }[request.param]


def test_events_survive_json(event: Any) -> None:
    assert from_json(to_json(event)) == event
    assert "\n" not in to_json(event)


def test_what_is_no_event_is_not_taken_for_one(event: Any) -> None:
    for key in json.loads(to_json(event)):
        values = json.loads(to_json(event))
        del values[key]
        if key not in ("fraction", "order"):
            with pytest.raises(ValueError, match="not an event"):
                from_json(json.dumps(values))


@pytest.mark.parametrize(
    ("event", "change"),
    [
        ("stage", {"fraction": 1.5}),
        ("stage", {"fraction": "half"}),
        ("progress", {"epochs": 0, "epoch": 0}),
        ("progress", {"batch": 101}),
        ("progress", {"loss": None}),
        ("progress", {"metrics": [0.5]}),
        ("progress", {"seconds_left": "soon"}),
        ("finished", {"test_accuracy": "good"}),
        ("finished", {"network": "../.."}),
    ],
    indirect=["event"],
)
def test_an_event_with_other_values_is_none(event: Any, change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"not an event|no "):
        from_json(json.dumps(json.loads(to_json(event)) | change))


def test_keys_are_those_that_other_programs_read(make_card: Callable[..., Card]) -> None:
    assert json.loads(to_json(StageEvent("Loading"))) == {
        "event": "stage", "text": "Loading", "fraction": None,
    }  # fmt: skip
    assert json.loads(to_json(ProgressEvent(PROGRESS, 1.5, 2.0))) == {
        "event": "progress", "epoch": 2, "epochs": 3, "batch": 50, "batches": 100, "loss": 0.02,
        "accuracy": 0.75, "metrics": {"error": 0.5}, "fraction": 0.5, "seconds": 1.5,
        "seconds_left": 2.0,
    }  # fmt: skip
    finished = json.loads(to_json(FinishedEvent("keras-cnn-plain", make_card(0.9))))
    assert finished["event"] == "finished"
    assert finished["version"] == "keras-cnn-plain"
    assert (finished["network"], finished["test_accuracy"]) == ("keras-cnn", 0.9)
    assert json.loads(to_json(FailedEvent("No."))) == {"event": "failed", "message": "No."}


def test_a_step_counts_the_batches_of_all_epochs() -> None:
    assert PROGRESS.step == 150
    assert PROGRESS.fraction == 0.5


def test_progress_is_reported_now_and_then_and_at_the_end_of_each_epoch() -> None:
    events: list[Any] = []
    reporter = ProgressReporter(events.append)
    for step in range(1, 201):
        progress = Progress(1 + (step - 1) // 100, 2, (step - 1) % 100 + 1, 100, 1 / step, None)
        reporter.report(progress, step / 50)
    steps = [event.progress.step for event in events]
    assert {1, 100, 200} <= set(steps)
    assert len(steps) < 30
    assert events[0].seconds_left is None, "too soon to tell"
    assert events[-1].seconds_left == 0
    (middle,) = (event for event in events if event.progress.step == 100)
    assert middle.seconds_left == 2.0
