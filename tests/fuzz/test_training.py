"""Lines between the server and its training program: events, commands and arguments."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mnist_demo.networks import Progress
from mnist_demo.training.__main__ import parse_arguments
from mnist_demo.training.events import (
    FailedEvent,
    FinishedEvent,
    NoticeEvent,
    PausedEvent,
    ProgressEvent,
    StageEvent,
    from_json,
    to_json,
)
from mnist_demo.training.pace import from_command, to_command
from mnist_demo.training.process import Status, _follow
from mnist_demo.versions.card import Card
from tests.fuzz.crafted import altered, damaged, values

CARD = Card("keras-cnn", "plain", "mnist", 1, {"epochs": 5}, 0.1, 0.9, 2.0, "2026-01-02T03:04:05")
EVENTS = [
    to_json(event)
    for event in (
        StageEvent("Loading", 0.5),
        ProgressEvent(Progress(2, 3, 50, 100, 0.02, 0.75, {"error": 0.5}), 1.5, 2.0),
        PausedEvent(),
        NoticeEvent("The disk is full."),
        FinishedEvent("keras-cnn-plain", CARD),
        FailedEvent("MNIST is missing."),
    )
]


def follow(line: str) -> None:
    with suppress(ValueError):
        event = from_json(line)
        assert to_json(from_json(to_json(event))) == to_json(event)
        status = _follow(Status("running"), event)
        assert status.fraction is None or 0 <= status.fraction <= 1


@given(st.text() | st.sampled_from(EVENTS).flatmap(lambda event: damaged(event.encode())))
def test_a_line_of_the_program(line: str | bytes) -> None:
    follow(line if isinstance(line, str) else line.decode(errors="replace"))


@given(values() | st.sampled_from(EVENTS).flatmap(lambda event: altered(json.loads(event))))
def test_an_event(event: Any) -> None:
    follow(json.dumps(event))


@given(
    st.none() | st.integers(0),
    st.text() | (values() | values().map(lambda value: {"batches": value})).map(json.dumps),
)
def test_a_command(batches: int | None, line: str) -> None:
    assert from_command(to_command(batches)) == batches
    with suppress(ValueError):
        assert from_command(to_command(from_command(line))) == json.loads(line)["batches"]


NETWORK = ["--network", "three-layer"]
OPTIONS = ["--seed", "--steps", "--learning-rate", "--rotation", "--examples", "--from-card"]
NUMBERS = ["1", "-1", "0.5", "nan", "1e400", "1" + "0" * 400, "1" * 5000]
WORDS = [*NETWORK, *OPTIONS, *NUMBERS, "\0", "\ud800", "", "x" * 5000]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=5), max_size=6))
def test_arguments(words: list[str]) -> None:
    for arguments in (words, [*NETWORK, *words]):
        with suppress(SystemExit):  # after a sentence
            options = parse_arguments(arguments)
            assert options.network or options.from_card
