"""The page "Training" without a browser: curves of versions, of a running training, numbers."""

import json
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from mnist_demo.history import Point
from mnist_demo.jobs import MOST_EVENTS, Job, Status, _change, _read_event
from mnist_demo.networks import Progress
from mnist_demo.pages import curves, training_panel
from mnist_demo.pages.curves_chart import Curve, _rows, make_chart
from mnist_demo.store import HISTORY_FILE, PROJECT, open_store
from mnist_demo.training import EventWriter

APP = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from mnist_demo.pages import curves
st.session_state.setdefault("network", "fashion")
st.navigation([st.Page(curves.show, url_path="training")]).run()
"""


def make_event(step, batches=100):
    epoch, batch = divmod(step - 1, batches)
    values = {"epoch": epoch + 1, "epochs": 3, "batch": batch + 1, "batches": batches}
    return values | {"loss": 1 / step, "accuracy": None, "seconds": step / 10, "metrics": {}}


@pytest.fixture
def visit():
    def come():
        page = AppTest.from_string(APP.format(project=str(PROJECT)), default_timeout=60).run()
        assert not page.exception
        return page

    return come


def charts_of(page):
    return [json.loads(chart.proto.spec) for chart in page.get("vega_lite_chart")]


def trainings_of(page):
    alts = [chart.proto.alt for chart in page.get("vega_lite_chart")]
    return " ".join(alts)


def table_of(page):
    html = "".join(element.proto.body for element in page.get("html"))
    return html[html.index("<table>") :]


def test_the_versions_of_the_network_in_use_are_shown_first(visit):
    page = visit()
    names = page.multiselect[0].value
    assert names
    assert all(name.startswith("fashion-") for name in names)
    assert len(charts_of(page)) == 4  # loss, accuracy, mean squared error, test accuracy
    assert "Loss of" in trainings_of(page)
    assert "Accuracy of" in trainings_of(page)


def test_versions_of_several_networks_are_compared(visit):
    page = visit()
    page.multiselect[0].set_value(["three-layer-plain", "convnet-plain"]).run()
    assert not page.exception
    assert "three-layer" in trainings_of(page)
    assert "convnet" in trainings_of(page)
    table = table_of(page)
    assert table.count("<tr>") == 3
    assert "0.001" in table
    assert "batch size" in table


def test_the_table_has_what_the_card_has(visit):
    card = open_store().shipped("fashion", "plain").card
    page = visit()
    page.multiselect[0].set_value(["fashion-plain"]).run()
    table = table_of(page)
    for value in (*card.settings.values(), f"{card.test_accuracy:.2%}", card.seed):
        assert f"<td>{value}</td>" in table


def test_nothing_is_chosen(visit):
    page = visit()
    page.multiselect[0].set_value([]).run()
    assert not page.exception
    assert "Choose versions" in page.info[0].value


@pytest.mark.parametrize("axis", ["Batches", "Epochs", "Seconds"])
def test_each_axis(visit, axis):
    page = visit()
    page.segmented_control(key="curves-axis").set_value(axis).run()
    assert not page.exception
    assert f"along their {axis.lower()}" in trainings_of(page)


def test_all_controls_are_explained(visit):
    page = visit()
    assert page.multiselect[0].help
    assert page.segmented_control(key="curves-axis").help


def test_a_damaged_history_is_explained(visit, monkeypatch, tmp_path):
    store, version = open_store(), open_store().shipped("fashion", "plain")
    folder = tmp_path / "fashion-plain"
    folder.mkdir()
    (folder / HISTORY_FILE).write_text("[]")
    broken = replace(version, folder=folder)
    monkeypatch.setattr(type(store), "versions", lambda self, network=None: [broken])
    page = visit()
    assert "missing or damaged" in page.error[0].value
    assert "<td>fashion</td>" in table_of(page)


def test_a_running_training_is_a_curve_of_its_own(visit, monkeypatch):
    course = tuple(make_event(step) for step in (10, 20, 30))
    status = Status("running", "three-layer", "Training", 0.1, course[-1], course)
    job = Job()
    monkeypatch.setattr(Job, "status", property(lambda self: status))
    monkeypatch.setattr(training_panel, "get_job", lambda: job)
    monkeypatch.setattr(curves, "get_job", lambda: job)
    page = visit()
    assert "three-layer, training now from 0.100 to 0.033" in trainings_of(page)


def test_a_training_that_has_not_reported_yet_is_no_curve(visit, monkeypatch):
    job = Job()
    monkeypatch.setattr(Job, "status", property(lambda self: Status("running", "three-layer")))
    monkeypatch.setattr(curves, "get_job", lambda: job)
    page = visit()
    assert "training now" not in trainings_of(page)


def test_a_course_keeps_its_shape_and_never_grows_too_long():
    status = Status("running")
    for step in range(1, 5001):
        status = _change(status, {"progress": make_event(step)})
        assert len(status.course) <= MOST_EVENTS
    steps = [(e["epoch"] - 1) * e["batches"] + e["batch"] for e in status.course]
    assert steps[0] == 1
    assert steps == sorted(steps)
    assert len(steps) > MOST_EVENTS / 3
    assert steps[-1] > 4900


def test_what_a_training_prints_becomes_points():
    events = []
    writer = EventWriter(events.append)
    writer.start()
    for batch, accuracy in ((50, None), (100, 0.75)):
        writer.next_event_s = 0
        writer.progress(Progress(2, 3, batch, 100, 1 / batch, accuracy, {"error": 0.5}))
    status = Status("running")
    for event in events:
        status = _change(status, _read_event(json.dumps(event)))
    first, second = curves._read_course(status)
    assert (first.step, second.step, second.epoch) == (150, 200, 2)
    assert (first.accuracy, second.accuracy) == (None, 0.75)
    assert 0 <= first.seconds <= second.seconds < 60
    assert second.loss == 0.01
    assert second.metrics == {"error": 0.5}


def test_epochs_are_counted_in_whole_and_half_ones():
    points = [Point(step, (step - 1) // 100 + 1, 0.0, 1.0) for step in (50, 100, 150, 200)]
    whole = Curve("finished", tuple(points))
    assert [row["epochs"] for row in _rows(whole, "loss")] == [0.5, 1, 1.5, 2]
    running = Curve("running", tuple(points[:1]), batches=100)
    assert [row["epochs"] for row in _rows(running, "loss")] == [0.5]
    assert not list(_rows(whole, "accuracy"))


def test_trainings_differ_by_more_than_colour():
    rows = [{"training": name, "loss": 1, "is_marked": True} for name in "ab"]
    chart = make_chart(rows, ["a", "b"], "loss", "Batches")
    line, marks = (layer["encoding"] for layer in chart["layer"])
    for scale in (line["strokeDash"]["scale"], marks["shape"]["scale"]):
        assert scale["range"][0] != scale["range"][1]
        assert scale["domain"] == ["a", "b"]
