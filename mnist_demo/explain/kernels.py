"""Kernels of the layer that sees the image itself."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mnist_demo.image.normalization import IMAGE_SIDE


def find_first_kernels(weights: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32] | None:
    """Kernels (height, width, n) of the first layer that has some, of a `Reader`'s ``weights``.

    A dense layer's are laid out as the pixels that they weigh. None where they do not lie on
    pixels.
    """
    kernel = next(weights[name] for name in weights if name.endswith("/kernel"))
    match kernel.shape:
        case (_, _, 1, _):
            return kernel[:, :, 0]
        case (inputs, units) if inputs == IMAGE_SIDE**2:
            return kernel.reshape(IMAGE_SIDE, IMAGE_SIDE, units)
    return None


def root_mean_square(values: NDArray[np.float32]) -> float:
    """Root of the mean of the squares."""
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))
