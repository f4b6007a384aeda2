"""What a network that learns something new sees again, so as not to forget it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mnist_demo.data.dataset import Dataset
from mnist_demo.networks.robust.examples import (
    draw_digits,
    join,
    make_non_digits,
    take_training_images,
)


@dataclass(frozen=True)
class Amounts:
    """How many images there are of each kind."""

    training: int = 8000
    drawn: int = 1000
    non_digits: int = 500


USUAL = Amounts()


def rehearse(
    dataset: Dataset, does_reject: bool, seed: int, amounts: Amounts = USUAL
) -> NDArray[np.uint8]:
    """Training images, drawn digits, and non-digits for what rejects: (n, 28, 28, 1) uint8."""
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(dataset.train_labels))[: amounts.training]
    some = replace(
        dataset, train_images=dataset.train_images[rows], train_labels=dataset.train_labels[rows]
    )
    known = take_training_images(some)
    parts = [known, draw_digits(amounts.drawn, seed)]
    if does_reject:
        parts.append(make_non_digits(amounts.non_digits, seed + 1, known))
    return join(parts).images
