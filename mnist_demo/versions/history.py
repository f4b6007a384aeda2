"""The course of a training: points of a curve, as a version keeps them."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from mnist_demo.finite import is_finite
from mnist_demo.networks.recipe import Progress

MOST_POINTS = 500


@dataclass(frozen=True)
class Point:
    """What a training reported after ``step`` batches in all, ``seconds`` after it began.

    ``epoch`` counts from 1, ``loss`` is what was minimised, ``accuracy`` in [0, 1] is measured
    while training, and ``metrics`` has whatever else a lesson looks at, by name.
    """

    step: int
    epoch: int
    seconds: float
    loss: float
    accuracy: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, progress: Progress, seconds: float) -> "Point":
        """What is kept of ``progress``."""
        return cls(
            progress.step,
            progress.epoch,
            seconds,
            progress.loss,
            progress.accuracy,
            dict(progress.metrics),
        )


class History:
    """Collects the points of one training, which begins now; ``clock`` counts its seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._points: list[Point] = []
        self._ends: set[int] = set()
        self._start_s = clock()

    def record(self, progress: Progress) -> Point:
        """The point of what a training reports now."""
        if progress.batch == progress.batches:
            self._ends.add(len(self._points))
        point = Point.of(progress, round(self._clock() - self._start_s, 3))
        self._points.append(point)
        return point

    @property
    def points(self) -> tuple[Point, ...]:
        """At most `MOST_POINTS`, evenly chosen, and the ends of all epochs."""
        stride = math.ceil(len(self._points) / MOST_POINTS) or 1
        return tuple(
            point
            for index, point in enumerate(self._points)
            if (index + 1) % stride == 0 or index in self._ends
        )


def to_json(points: tuple[Point, ...]) -> str:
    """One point on each line of a JSON array."""
    return "[\n" + ",\n".join(json.dumps(asdict(point)) for point in points) + "\n]\n"


def from_json(text: str) -> tuple[Point, ...]:
    """Points that `to_json` wrote; ValueError or TypeError for anything else."""
    try:
        points = tuple(Point(**values) for values in json.loads(text))
    except RecursionError as error:
        raise ValueError("this is not a history") from error
    for point in points:
        check_numbers(point.step, point.epoch, point.seconds)
        check_measures(point.loss, point.accuracy, point.metrics)
    return points


def check_numbers(*values: Any) -> None:
    """Raise TypeError where one is no number, or a number that is not finite."""
    if not all(map(is_finite, values)):
        raise TypeError("no number")


def check_measures(loss: Any, accuracy: Any, metrics: Any) -> None:
    """Raise TypeError where one of them is no number; a loss may be infinite."""
    if not isinstance(metrics, dict):
        raise TypeError("no metrics")
    others = (value for value in (loss, *metrics.values()) if not isinstance(value, float))
    check_numbers(*others, *(() if accuracy is None else (accuracy,)))
