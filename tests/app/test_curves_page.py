"""The page "Training" without a browser: curves of versions, of a running training, numbers."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mnist_demo.app.places.curves import curves
from mnist_demo.app.places.curves.curves_chart import Curve, _rows, make_chart
from mnist_demo.app.sidebar import training_panel
from mnist_demo.networks import Progress
from mnist_demo.paths import PROJECT
from mnist_demo.training.events import ProgressEvent
from mnist_demo.training.process import MOST_EVENTS, Job, Status, _follow
from mnist_demo.versions.card import HISTORY_FILE
from mnist_demo.versions.history import Point
from mnist_demo.versions.store import open_store

APP = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from mnist_demo.app.places.curves import curves
st.session_state.setdefault("network", "fashion")
st.navigation([st.Page(curves.show, url_path="training")]).run()
"""


def make_event(step: Any, batches: Any = 100) -> Any:
    epoch, batch = divmod(step - 1, batches)
    progress = Progress(epoch + 1, 3, batch + 1, batches, 1 / step, None)
    return ProgressEvent(progress, step / 10)


@pytest.fixture
def visit() -> Callable[..., AppTest]:
    def come() -> Any:
        page = AppTest.from_string(APP.format(project=str(PROJECT)), default_timeout=60).run()
        assert not page.exception
        return page

    return come


def charts_of(page: AppTest) -> Any:
    return [json.loads(chart.proto.spec) for chart in page.get("vega_lite_chart")]


def trainings_of(page: AppTest) -> Any:
    alts = [chart.proto.alt for chart in page.get("vega_lite_chart")]
    return " ".join(alts)


def choose(page: AppTest, *names: Any) -> None:
    """Choose the versions whose curves are shown."""
    page.session_state["versions"] = {"shown": list(names)}
    page.run()
    assert not page.exception


def test_the_versions_of_the_network_in_use_are_shown_first(visit: Callable[..., AppTest]) -> None:
    page = visit()
    assert "Clothing network" in trainings_of(page)
    assert "Dense network" not in trainings_of(page)
    quantities = [chart.proto.alt.split(" of ")[0] for chart in page.get("vega_lite_chart")]
    assert quantities == ["Accuracy", "Loss", "Mean squared error", "Test accuracy"]


def test_versions_of_several_networks_are_compared(visit: Callable[..., AppTest]) -> None:
    page = visit()
    choose(page, "three-layer-plain", "convnet-plain")
    assert "Dense network" in trainings_of(page)
    assert "Large convolutional network" in trainings_of(page)


def test_nothing_is_chosen(visit: Callable[..., AppTest]) -> None:
    page = visit()
    choose(page)
    assert "Choose versions" in page.info[0].value


@pytest.mark.parametrize("axis", ["Batches", "Epochs", "Seconds"])
def test_each_axis(visit: Callable[..., AppTest], axis: str) -> None:
    page = visit()
    page.segmented_control(key="curves-axis").set_value(axis).run()
    assert not page.exception
    assert f"along their {axis.lower()}" in trainings_of(page)


def test_all_controls_are_explained(visit: Callable[..., AppTest]) -> None:
    page = visit()
    assert page.segmented_control(key="curves-axis").help


def test_a_damaged_history_is_explained(
    visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store, version = open_store(), open_store().shipped("fashion", "plain")
    folder = tmp_path / "fashion-plain"
    folder.mkdir()
    (folder / HISTORY_FILE).write_text("[]")
    broken = replace(version, folder=folder)
    monkeypatch.setattr(type(store), "versions", lambda self, network=None: [broken])
    page = visit()
    assert "missing or damaged" in page.error[0].value


def test_a_running_training_is_a_curve_of_its_own(
    visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    course = tuple(make_event(step) for step in (10, 20, 30))
    status = Status("running", "three-layer", "Training", 0.1, course)
    job = Job()
    monkeypatch.setattr(Job, "status", property(lambda self: status))
    monkeypatch.setattr(training_panel, "get_job", lambda: job)
    monkeypatch.setattr(curves, "get_job", lambda: job)
    page = visit()
    assert "Dense network, training now from 0.100 to 0.033" in trainings_of(page)


def test_a_training_that_has_not_reported_yet_is_no_curve(
    visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job()
    monkeypatch.setattr(Job, "status", property(lambda self: Status("running", "three-layer")))
    monkeypatch.setattr(curves, "get_job", lambda: job)
    page = visit()
    assert "training now" not in trainings_of(page)


def test_a_course_keeps_its_shape_and_never_grows_too_long() -> None:
    status = Status("running")
    for step in range(1, 5001):
        status = _follow(status, make_event(step))
        assert len(status.course) <= MOST_EVENTS
    steps = [event.progress.step for event in status.course]
    assert steps[0] == 1
    assert steps == sorted(steps)
    assert len(steps) > MOST_EVENTS / 3
    assert steps[-1] == 5000


def test_epochs_are_counted_in_whole_and_half_ones() -> None:
    points = [Point(step, (step - 1) // 100 + 1, 0.0, 1.0) for step in (50, 100, 150, 200)]
    whole = Curve("finished", tuple(points))
    assert [row["epochs"] for row in _rows(whole, "loss")] == [0.5, 1, 1.5, 2]
    running = Curve("running", tuple(points[:1]), batches=100)
    assert [row["epochs"] for row in _rows(running, "loss")] == [0.5]
    assert not list(_rows(whole, "accuracy"))


def test_trainings_differ_by_more_than_colour() -> None:
    row = {"training": "a", "value": 1, "step": 1, "is_marked": True}
    chart = make_chart({"a": [row], "b": [row]}, "loss", "Batches").to_dict()
    line, marks = (layer["encoding"] for layer in chart["layer"])
    for scale in (line["strokeDash"]["scale"], marks["shape"]["scale"]):
        assert scale["range"][0] != scale["range"][1]
        assert scale["domain"] == ["a", "b"]
