"""Whether a training diverges, and what of its course says so."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from mnist_demo.one_step.training_step import StepRecord

MANY_TIMES = 10  # as large as the first loss
LEAST_LOSS = 1.0  # that of a network that knows nothing is 2.3 (cross-entropy) or 0.1
RECENT = 3  # steps whose mean counts, as a single batch may have bad luck


@dataclass(frozen=True)
class Divergence:
    """A training that leads away from where it should.

    Attributes
    ----------
    first, last
        The first step, and the last whose loss is a number.
    largest
        The step that was largest beside its weights; None where no step can be compared.
    lost
        Number of the first step whose loss is no number any more; None where all are.
    """

    first: StepRecord
    last: StepRecord
    largest: StepRecord | None
    lost: int | None


def find_divergence(course: Sequence[StepRecord]) -> Divergence | None:
    """What has gone wrong in a course of steps, the first of which is a training's first.

    A training diverges once a weight or the loss is no number any more, or once the mean loss of
    the last `RECENT` steps is `MANY_TIMES` the first loss; None while it does not.
    """
    if not course or not (_is_lost(course[-1]) or _climbs(course)):
        return None
    numbers = [one for one in course if math.isfinite(one.loss)]
    return Divergence(
        course[0],
        numbers[-1] if numbers else course[0],
        max(
            (one for one in course if math.isfinite(one.ratio)),
            key=lambda one: one.ratio,
            default=None,
        ),
        next((one.number for one in course if not math.isfinite(one.loss)), None),
    )


def _is_lost(record: StepRecord) -> bool:
    return not all(map(math.isfinite, (record.loss, record.weight_norm, record.step_norm)))


def _climbs(course: Sequence[StepRecord]) -> bool:
    recent = fmean(one.loss for one in course[-RECENT:])
    return recent > MANY_TIMES * max(course[0].loss, LEAST_LOSS)
