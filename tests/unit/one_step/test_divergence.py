"""What counts as a training that diverges."""

from typing import Any

import numpy as np
import pytest

from mnist_demo.one_step.divergence import find_divergence
from mnist_demo.one_step.training_step import StepRecord


def make_course(*losses: float, norms: Any = (10.0, 0.01)) -> Any:
    return [
        StepRecord(number, 0.1, loss, 0.1, *norms) for number, loss in enumerate(losses, start=1)
    ]


@pytest.mark.parametrize(
    "losses",
    [(), (2.3,), (2.3, 2.0, 1.5), (2.3, 2.0, 2.1, 24.0), (0.01, 0.02, 3.0), (300.0, 900.0, 20.0)],
)
def test_it_does_not(losses: Any) -> None:
    assert find_divergence(make_course(*losses)) is None


@pytest.mark.parametrize("losses", [(2.3, 80.0), (2.3, 80.0, np.inf), (0.1, 2.0, 40.0, 60.0)])
def test_it_climbs(losses: Any) -> None:
    divergence = find_divergence(make_course(*losses))
    assert divergence is not None
    assert divergence.first.number == 1


def test_the_loss_is_no_number_any_more() -> None:
    divergence = find_divergence(make_course(2.3, 1e30, np.nan, np.nan))
    assert divergence is not None
    assert divergence.lost == 3
    assert divergence.last.number == 2


def test_the_weights_are_no_numbers_any_more() -> None:
    divergence = find_divergence(make_course(2.3, norms=(10.0, np.nan)))
    assert divergence is not None
    assert divergence.lost is None
    assert divergence.largest is None


def test_the_largest_step_is_that_beside_its_weights() -> None:
    course = [
        StepRecord(1, 0.1, 2.3, 0.1, 0.0, 5.0),  # no weights to compare with
        StepRecord(2, 0.1, 90.0, 0.1, 5.0, 5000.0),
        StepRecord(3, 0.1, 95.0, 0.1, 5000.0, 6000.0),
    ]
    divergence = find_divergence(course)
    assert divergence is not None
    assert divergence.largest == course[1]
    assert divergence.largest.ratio == 1000
