"""The first layer's kernels, as they lie on the image."""

import numpy as np
import pytest

from mnist_demo.explain.kernels import find_first_kernels, root_mean_square


def test_a_convolutions_kernels_are_its_own_and_a_dense_layers_lie_on_pixels() -> None:
    rng = np.random.default_rng(1)
    conv = rng.normal(size=(3, 5, 1, 4)).astype(np.float32)
    dense = rng.normal(size=(784, 6)).astype(np.float32)
    kernels = find_first_kernels({"conv/bias": dense[0], "conv/kernel": conv, "d/kernel": dense})
    assert kernels is not None
    assert kernels.shape == (3, 5, 4)
    assert kernels[2, 1, 3] == conv[2, 1, 0, 3]
    kernels = find_first_kernels({"d/kernel": dense})
    assert kernels is not None
    assert kernels[3, 7, 5] == dense[3 * 28 + 7, 5]


@pytest.mark.parametrize("shape", [(3, 3, 2, 4), (196, 4)])
def test_other_kernels_lie_on_no_pixels(shape: tuple[int, ...]) -> None:
    assert find_first_kernels({"a/kernel": np.zeros(shape, np.float32)}) is None


def test_the_root_of_the_mean_square() -> None:
    assert root_mean_square(np.array([[1, -7]], np.float32)) == 5
