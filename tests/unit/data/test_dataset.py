"""Fewer examples of a data set: different ones, as many of each class, the same for a seed."""

import numpy as np
import pytest

from mnist_demo.data.dataset import Dataset, draw_examples
from mnist_demo.errors import DatasetError


@pytest.fixture
def numbered() -> Dataset:
    """5,000 images with their number in the first pixel; there are six sevens."""
    labels = np.arange(5000) % 10
    labels[np.flatnonzero(labels == 7)[6:]] = 8
    images = np.zeros((5000, 28, 28, 1), np.float32)
    images[:, 0, 0, 0] = np.arange(5000)
    return Dataset("mnist", images, labels, images[:10], labels[:10])


def test_examples_are_different_and_of_every_class(numbered: Dataset) -> None:
    drawn = draw_examples(numbered, 100, seed=1)
    rows = drawn.train_images[:, 0, 0, 0].astype(int)
    assert len(set(rows)) == len(drawn.train_labels) == 100
    np.testing.assert_array_equal(drawn.train_labels, numbered.train_labels[rows])
    counts = np.bincount(drawn.train_labels, minlength=10)
    assert counts[7] == 6  # all there are
    assert set(np.delete(counts, 7)) == {10, 11}
    assert drawn.test_images is numbered.test_images


def test_the_seed_says_which(numbered: Dataset) -> None:
    one, same, other = (draw_examples(numbered, 100, seed).train_images for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_more_than_there_are_cannot_be_drawn(numbered: Dataset) -> None:
    assert len(draw_examples(numbered, 5000, 1).train_labels) == 5000
    with pytest.raises(DatasetError, match=r"only 5,000 training images, not 10,000"):
        draw_examples(numbered, 10_000, 1)
