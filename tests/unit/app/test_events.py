"""Events are lines of names and values, and metrics."""

import logging
import re
import socket
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY

from mnist_demo.app.runtime import events
from mnist_demo.app.runtime.settings import METRICS
from mnist_demo.errors import SettingError


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Lines of the log."""
    events.LOGGER.addHandler(caplog.handler)
    yield caplog.messages
    events.LOGGER.removeHandler(caplog.handler)


def value_of(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"mnist_demo_{name}", labels) or 0.0


def test_a_visit_and_a_stroke(
    lines: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(events, "find_visitor", lambda: "4f2a1c")
    strokes, visitors = value_of("stroke_seconds_count"), value_of("visitors")
    events.read_stroke()  # of nobody who is connected
    events.come("4f2a1c")
    assert value_of("visitors") == visitors + 1
    events.read_stroke()
    events.leave("4f2a1c")
    assert value_of("visitors") == visitors
    assert value_of("stroke_seconds_count") == strokes + 1
    came, read, left = caplog.messages
    assert came == "event=visitor_came visitor=4f2a1c"
    assert re.fullmatch(r"event=stroke_read visitor=4f2a1c milliseconds=\d+\.\d", read)
    assert left == "event=visitor_left visitor=4f2a1c"


def test_what_is_refused(lines: list[str], caplog: pytest.LogCaptureFixture) -> None:
    before = value_of("refused_total", what="job")
    events.refuse("job", "4f2a1c")
    assert value_of("refused_total", what="job") == before + 1
    assert caplog.messages == ["event=refused visitor=4f2a1c what=job"]
    assert caplog.records[0].levelno == logging.INFO


def test_a_training_is_the_visitors_who_began_it(
    lines: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(events, "find_visitor", lambda: "4f2a1c")
    tell = events.follow_training("training", "three-layer")
    monkeypatch.setattr(events, "find_visitor", lambda: "another")
    labels = {"kind": "training", "network": "three-layer", "outcome": "stopped"}
    before = value_of("trainings_total", **labels)
    tell("running")
    assert value_of("trainings_running") == 1
    tell("stopped")
    assert value_of("trainings_running") == 0
    assert value_of("trainings_total", **labels) == before + 1
    begun, ended = caplog.messages
    assert begun == "event=training_begun visitor=4f2a1c network=three-layer"
    assert ended.startswith(begun.replace("begun", "ended") + " outcome=stopped seconds=")


def test_metrics_are_served_at_a_port_of_their_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingError, match=f"{METRICS}: .*127.0.0.1, port {port}: Address"):
            events.serve_metrics("127.0.0.1", port)
    events.serve_metrics("127.0.0.1", port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as response:
        served = response.read().decode()
    for name in ("mnist_demo_visitors", "mnist_demo_jobs_waiting", "process_resident_memory_bytes"):
        assert f"\n{name} " in served
