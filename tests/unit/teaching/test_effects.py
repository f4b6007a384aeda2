"""What a teaching has changed: computed from outcomes that are written out here."""

import numpy as np
import pytest

from mnist_demo.evaluation import Outcome
from mnist_demo.teaching.effects import Bounds, Confusion, Effect

LABELS = np.array([4] * 10 + [9] * 10 + [-1] * 4)
BOUNDS = Bounds(accuracy=0.1, recall=0.2, rejected=0.3)


def answer(changes: dict[int, int], rejected: tuple[int, ...] = (20, 21, 22, 23)) -> Outcome:
    """All is read right, but for the changes, and these samples are rejected."""
    answers = np.where(LABELS < 0, 0, LABELS)
    answers[list(changes)] = list(changes.values())
    scores = np.ones(len(LABELS), np.float32)
    scores[list(rejected)] = -1
    return Outcome(LABELS, answers, np.ones(len(LABELS), np.float32), scores, threshold=0.0)


BEFORE = answer({})


def test_nothing_changed_is_no_harm() -> None:
    effect = Effect(BEFORE, BEFORE, BOUNDS)
    assert effect.accuracy_lost == 0
    assert not effect.recall_lost.any()
    assert not effect.is_harmful
    assert effect.worst.count == 0


def test_accuracy_and_the_class_that_pays_for_it() -> None:
    effect = Effect(BEFORE, answer({0: 9, 1: 9, 2: 9, 3: 7}), BOUNDS)
    assert effect.accuracy_lost == pytest.approx(4 / 20)
    assert effect.recall_lost[4] == pytest.approx(4 / 10)
    assert effect.recall_lost[9] == pytest.approx(0)
    assert effect.worst == Confusion(4, 9, 3)
    assert effect.is_harmful


def test_one_class_may_lose_too_much_while_all_together_do_not() -> None:
    effect = Effect(answer({10: 1, 11: 1, 12: 1}), answer({0: 9, 1: 9, 2: 9}), BOUNDS)
    assert effect.accuracy_lost == 0
    assert effect.is_harmful


def test_a_digit_that_is_rejected_now_is_lost() -> None:
    effect = Effect(BEFORE, answer({}, rejected=(0, 1, 2, 20, 21, 22, 23)), BOUNDS)
    assert effect.accuracy_lost == 0
    assert effect.recall_lost[4] == pytest.approx(3 / 10)
    assert effect.worst == Confusion(4, 10, 3)
    assert effect.is_harmful


def test_non_digits_that_are_not_rejected_any_more() -> None:
    effect = Effect(BEFORE, answer({}, rejected=(20, 21)), BOUNDS)
    assert effect.rejected_lost == pytest.approx(1 / 2)
    assert effect.is_harmful
    assert not Effect(BEFORE, answer({}, rejected=(20, 21, 22)), BOUNDS).is_harmful


def test_what_is_just_allowed_is_no_harm() -> None:
    """0.9941 - 0.9931 is a little more than 0.001 in floating point."""
    labels = np.full(10_000, 4)
    ones = np.ones(10_000, np.float32)
    before, after = (
        Outcome(labels, np.where(np.arange(10_000) < right, 4, 9), ones, ones)
        for right in (9941, 9931)
    )
    assert not Effect(before, after, Bounds(accuracy=0.001, recall=0.01)).is_harmful
