"""The page "Training" without a browser: curves of versions, of a running training, numbers."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_demo.app.places.curves import curves
from mnist_demo.app.places.curves.curves_chart import Curve, _rows, make_chart
from mnist_demo.app.runtime.own import get_turns
from mnist_demo.app.sidebar import training_panel
from mnist_demo.app.stage.canvas import Canvas, load_examples
from mnist_demo.image.normalization import normalize
from mnist_demo.networks import Progress
from mnist_demo.paths import PROJECT, SHIPPED_MODELS
from mnist_demo.training.events import ProgressEvent
from mnist_demo.training.process import MOST_EVENTS, Job, Status, _follow
from mnist_demo.versions.card import HISTORY_FILE, WEIGHTS_FILE
from mnist_demo.versions.history import Point
from mnist_demo.versions.store import open_store
from tests.signatures import SetVariable

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
    job = Job(get_turns())
    monkeypatch.setattr(Job, "status", property(lambda self: status))
    monkeypatch.setattr(training_panel, "get_job", lambda: job)
    monkeypatch.setattr(curves, "get_job", lambda: job)
    page = visit()
    assert "Dense network, training now from 0.100 to 0.033" in trainings_of(page)


def test_a_training_that_has_not_reported_yet_is_no_curve(
    visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job(get_turns())
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


def kernel_of(name: str) -> Any:
    """The first layer's kernel in the file of a version that ships."""
    with h5py.File(SHIPPED_MODELS / name / WEIGHTS_FILE) as file:
        return np.array(file["layers/dense/vars/0"])


def test_two_versions_are_compared_in_answers_and_kernels(visit: Callable[..., AppTest]) -> None:
    page = visit()
    names = ["three-layer-long", "three-layer-plain"]
    choose(page, *names, "convnet-plain")
    assert not page.toggle
    choose(page, *names)
    page.session_state["canvas"] = Canvas()
    page.session_state["canvas"].put(load_examples()["7"])
    page.toggle(key="compare-versions").set_value(True).run()
    assert not page.exception
    html = [element.proto.body for element in page.get("html")]
    bars = [body for body in html if '<div class="bars">' in body]
    image = normalize(load_examples()["7"].rgba).image
    for name, body in zip(names, bars, strict=True):
        model = open_store().load(open_store().shipped(*name.rsplit("-", 1)))
        probabilities = model.predict(image[np.newaxis], verbose=0)[0]
        shown = re.findall(r'aria-label="[0-9]: ([0-9.]+)%"', body)
        np.testing.assert_allclose(np.array(shown, float), 100 * probabilities, atol=0.0501)
    (kernels,) = [body for body in html if '<div class="kernels">' in body]
    assert kernels.count("128 kernels of 28 × 28 weights: Dense network") == 2
    one, other = map(kernel_of, names)
    (text,) = [caption.value for caption in page.caption if "Root mean square" in caption.value]
    sizes = [(values.astype(float) ** 2).mean() ** 0.5 for values in (one, other, one - other)]
    assert re.findall(r"0\.\d+", text) == [f"{size:.3g}" for size in sizes]


def test_kernels_of_different_shapes_are_not_compared(visit: Callable[..., AppTest]) -> None:
    page = visit()
    choose(page, "three-layer-plain", "fashion-plain")
    page.toggle(key="compare-versions").set_value(True).run()
    assert not page.exception
    captions = [caption.value for caption in page.caption]
    assert any("different shapes" in caption for caption in captions)
    assert any("Draw something: both versions" in caption for caption in captions)


def test_how_to_get_a_curve_over_the_number_of_images_is_told(
    visit: Callable[..., AppTest],
) -> None:
    assert any("Train a network on 100" in caption.value for caption in visit().caption)


def test_it_is_not_told_where_nobody_may_train(
    visit: Callable[..., AppTest], set_variable: SetVariable
) -> None:
    set_variable("MNIST_DEMO_RETRAINING", "off")
    page = visit()
    assert charts_of(page)
    assert not any("Train a network on 100" in caption.value for caption in page.caption)
    assert "How many images it needs" not in [heading.value for heading in page.subheader]
