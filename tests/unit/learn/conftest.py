"""Fixtures of the lessons' tests."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.learn.__main__ import load_drawing
from mnist_demo.learn.step import DATASETS, Data


@pytest.fixture(scope="session")
def drawing() -> NDArray[np.float32]:
    """The example that notebooks have, (28, 28, 1) float32."""
    return load_drawing()


@pytest.fixture(scope="session")
def data() -> Data:
    """Noise in the place of test pictures, a hundred for each data set."""
    random = np.random.default_rng(1)
    labels = np.arange(100) % 10
    return {name: (random.integers(0, 256, (100, 28, 28), np.uint8), labels) for name in DATASETS}
