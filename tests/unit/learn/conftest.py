"""Fixtures of the lessons' tests."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.learn.__main__ import load_drawing


@pytest.fixture(scope="session")
def drawing() -> NDArray[np.float32]:
    """The example that notebooks have, (28, 28, 1) float32."""
    return load_drawing()
