"""Events of a training, one line of JSON each, on their way from its process to a page."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeAlias

from mnist_demo.networks.recipe import Progress
from mnist_demo.versions.card import BROKEN, Card, check_card
from mnist_demo.versions.history import check_measures, check_numbers

REPORT_INTERVAL_S = 0.2


@dataclass(frozen=True)
class StageEvent:
    """A stage beside training itself, in words, and the ``fraction`` done in [0, 1], if known."""

    text: str
    fraction: float | None = None


@dataclass(frozen=True)
class ProgressEvent:
    """Progress ``seconds`` after training began; ``seconds_left`` is an estimate, None at first."""

    progress: Progress
    seconds: float
    seconds_left: float | None = None


@dataclass(frozen=True)
class PausedEvent:
    """It waits for a command; the next progress says that it goes on."""


@dataclass(frozen=True)
class NoticeEvent:
    """What went wrong beside the training, in one sentence; the training goes on."""

    message: str


@dataclass(frozen=True)
class FinishedEvent:
    """The name of the new version, and its card."""

    version: str
    card: Card


@dataclass(frozen=True)
class FailedEvent:
    """Why there is no new version, in one sentence."""

    message: str


TrainingEvent: TypeAlias = (
    StageEvent | ProgressEvent | PausedEvent | NoticeEvent | FinishedEvent | FailedEvent
)
OnEvent: TypeAlias = Callable[[TrainingEvent], None]


def to_json(event: TrainingEvent) -> str:
    """One line; `from_json` gives the event again."""
    match event:
        case StageEvent():
            values = {"event": "stage", **asdict(event)}
        case ProgressEvent(progress):
            values = {"event": "progress", **asdict(progress), "fraction": progress.fraction}
            values |= {"seconds": event.seconds, "seconds_left": event.seconds_left}
        case PausedEvent():
            values = {"event": "paused"}
        case NoticeEvent():
            values = {"event": "notice", **asdict(event)}
        case FinishedEvent(version, card):
            values = {"event": "finished", "version": version, **asdict(card)}
        case FailedEvent():
            values = {"event": "failed", **asdict(event)}
    return json.dumps(values)


def from_json(line: str) -> TrainingEvent:
    """Event that `to_json` wrote; ValueError for anything else, such as a library's chatter."""
    try:
        return _read(json.loads(line))
    except BROKEN as error:
        raise ValueError("this is not an event of a training") from error


def _read(values: Any) -> TrainingEvent:
    match values:
        case {"event": "stage", "text": str(text), "fraction": None | int() | float() as fraction}:
            if fraction is not None and not 0 <= fraction <= 1:
                raise ValueError("no fraction")
            return StageEvent(text, fraction)
        case {"event": "progress", "seconds": seconds, "seconds_left": seconds_left}:
            check_numbers(seconds, *([] if seconds_left is None else [seconds_left]))
            return ProgressEvent(_read_progress(values), seconds, seconds_left)
        case {"event": "paused"}:
            return PausedEvent()
        case {"event": "notice", "message": str(message)}:
            return NoticeEvent(message)
        case {"event": "finished", "version": str(version)}:
            card = Card(**{field.name: values[field.name] for field in fields(Card)})
            check_card(card)
            return FinishedEvent(version, card)
        case {"event": "failed", "message": str(message)}:
            return FailedEvent(message)
    raise ValueError("this is not an event of a training")


def _read_progress(values: Any) -> Progress:
    progress = Progress(**{field.name: values[field.name] for field in fields(Progress)})
    for count, most in ((progress.epoch, progress.epochs), (progress.batch, progress.batches)):
        if type(count) is not int or type(most) is not int or not 1 <= count <= most:
            raise ValueError("no count")
    check_measures(progress.loss, progress.accuracy, progress.metrics)
    return progress


class ProgressReporter:
    """Throttles progress to a few events a second and the end of each epoch."""

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event
        self._next_s = 0.0

    def report(self, progress: Progress, seconds: float, is_awaited: bool = False) -> None:
        """Report progress ``seconds`` after training began, with an estimate of the time left.

        What ``is_awaited``, as a pause follows, is reported in any case.
        """
        if seconds < self._next_s and progress.batch < progress.batches and not is_awaited:
            return
        self._next_s = seconds + REPORT_INTERVAL_S
        left_s = seconds * (1 - progress.fraction) / progress.fraction
        self._on_event(ProgressEvent(progress, seconds, round(left_s, 1) if seconds > 1 else None))
