"""The course of a training is kept with its version, thinned where it is long."""

import json
from collections.abc import Callable
from typing import Any

import keras
import pytest

from mnist_demo.errors import ModelVersionError
from mnist_demo.networks.recipe import Progress
from mnist_demo.versions.card import Card
from mnist_demo.versions.history import MOST_POINTS, History, Point, from_json, to_json
from mnist_demo.versions.store import Store


def record(count: int, epoch: int = 2) -> tuple[Any, ...]:
    """Points of a training that reports each of ``count`` batches of an epoch."""
    history = History()
    for batch in range(1, count + 1):
        history.record(Progress(epoch, 3, batch, count, 1 / batch, None, {"error": 0.5}))
    return history.points


def test_points_count_steps_over_all_epochs() -> None:
    points = record(4)
    assert [point.step for point in points] == [5, 6, 7, 8]
    assert 0 <= points[0].seconds <= points[-1].seconds < 60
    assert [point.loss for point in points] == [1, 1 / 2, 1 / 3, 1 / 4]
    assert points[0].accuracy is None


def test_long_course_is_thinned_but_keeps_the_ends_of_epochs() -> None:
    history = History()
    for epoch in (1, 2, 3):
        for batch in range(1, 3336):
            history.record(Progress(epoch, 3, batch, 3335, 1 / batch, None, {"error": 0.5}))
    steps = [point.step for point in history.points]
    assert len(steps) <= MOST_POINTS + 3
    assert {3335, 6670, 10_005} <= set(steps)
    assert steps == sorted(set(steps))


def test_seconds_count_from_the_beginning() -> None:
    clock = iter([100.0, 103.0, 104.5])
    history = History(lambda: next(clock))
    seconds = [history.record(Progress(1, 1, batch, 2, 0.5, None)).seconds for batch in (1, 2)]
    assert seconds == [3, 4.5]


def test_no_course_is_no_points() -> None:
    assert History().points == ()


def test_points_survive_json() -> None:
    points = record(3)
    assert from_json(to_json(points)) == points
    assert len(json.loads(to_json(points))) == 3


def test_store_keeps_the_course(
    store: Store, model: keras.Model, make_card: Callable[..., Card]
) -> None:
    points = (Point(1, 1, 0.0, 0.5, 0.25), Point(2, 1, 0.1, 0.4, None, {"test accuracy": 0.5}))
    candidate = store.save_candidate(model, make_card(), points)
    assert store.read_history(candidate) == points
    assert store.read_history(store.keep(candidate)) == points


def test_version_without_a_course_has_no_points(
    store: Store, model: keras.Model, make_card: Callable[..., Card]
) -> None:
    assert store.read_history(store.save_candidate(model, make_card())) == ()


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_text("[]")])
def test_damaged_course_is_named(
    store: Store, model: keras.Model, make_card: Callable[..., Card], damage: Callable[..., Any]
) -> None:
    candidate = store.save_candidate(model, make_card(), (Point(1, 1, 0.0, 0.5),))
    damage(candidate.folder / "history.json")
    with pytest.raises(ModelVersionError, match=r"history.json is missing or damaged"):
        store.read_history(candidate)


@pytest.mark.parametrize(
    "change",
    [{"step": "1"}, {"seconds": None}, {"loss": [2]}, {"accuracy": 10**400}, {"metrics": []}],
)
def test_a_point_without_its_numbers_is_none(change: dict[str, Any]) -> None:
    (point,) = json.loads(to_json((Point(1, 1, 0.0, 0.5),)))
    with pytest.raises(TypeError):
        from_json(json.dumps([point | change]))


def test_a_loss_may_be_infinite() -> None:
    points = (Point(1, 1, 0.0, float("inf")),)
    assert from_json(to_json(points)) == points
