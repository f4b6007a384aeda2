"""What a trained network is to code that only asks for its answers."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Classify = Callable[[NDArray[np.float32]], tuple[NDArray[np.float32], NDArray[np.float32]]]
"""Images (n, 28, 28, 1) in [0, 1] to logits and probabilities, (n, 10) each."""
