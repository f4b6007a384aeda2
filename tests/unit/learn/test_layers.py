"""The chapter on layers against loops in Python."""

import re

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.learn.step import Step, load_steps
from mnist_demo.networks.catalogue import LESSONS


@pytest.fixture(scope="module")
def steps() -> dict[str, Step]:
    return load_steps("layers")


@pytest.mark.parametrize("units", [1, 10])
def test_parameters_of_a_dense_layer_are_counted(
    steps: dict[str, Step], drawing: NDArray[np.float32], units: int
) -> None:
    found = steps["multiply_weights"].run(drawing, {"units": units})
    shapes = found["shape of x"], found["shape of W"], found["shape of b"]
    assert shapes == ("(1, 784)", f"(784, {units})", f"({units},)")
    assert found["x @ W + b"].shape == (1, units)
    assert found["parameters"] == 785 * units


def test_a_sum_is_linear_in_the_drawing(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    one = steps["multiply_weights"].run(drawing, {"units": 3})["x @ W + b"]
    half = steps["multiply_weights"].run(drawing / np.float32(2), {"units": 3})["x @ W + b"]
    np.testing.assert_allclose(half, one / 2, atol=1e-5)
    assert np.abs(one).max() > 0.1


def test_a_kernel_is_laid_on_every_spot(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    weights = [-0.5, 0.5, 1.0]
    found = steps["convolve"].run(
        drawing, dict(zip(("left", "middle", "right"), weights, strict=True))
    )
    pixels = drawing[..., 0]
    expected = [
        [
            sum(pixels[y + i, x + j] * weights[j] for i in range(3) for j in range(3))
            for x in range(26)
        ]
        for y in range(26)
    ]
    np.testing.assert_allclose(found["feature map"], expected, atol=1e-5)


@pytest.mark.parametrize("size", [1, 2, 14])
def test_a_window_leaves_one_number(
    steps: dict[str, Step], drawing: NDArray[np.float32], size: int
) -> None:
    found = steps["pool"].run(drawing, {"size": size})
    rows = range(0, 28, size)
    windows = [[drawing[y : y + size, x : x + size, 0] for x in rows] for y in rows]
    largest = [[window.max() for window in row] for row in windows]
    np.testing.assert_allclose(found["largest"], largest)
    mean = [[window.mean() for window in row] for row in windows]
    np.testing.assert_allclose(found["mean"], mean, atol=1e-6)


def test_the_summary_counts_every_parameter(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    found = steps["stack_layers"].run(drawing, {"filters": 32, "units": 64})
    counts = [32 * 10, 13 * 13 * 32 * 64 + 64, 65 * 10]
    for count in [*counts, sum(counts)]:
        assert re.search(rf"\b{count:,}\b", found["summary"])
    np.testing.assert_allclose(found["answer"].sum(), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("start", "different"), [("zero", 1), ("all alike", 1), ("Glorot", 8), ("truncated normal", 8)]
)
def test_weights_that_start_alike_never_part(
    steps: dict[str, Step], drawing: NDArray[np.float32], start: str, different: int
) -> None:
    step = steps["train_from"]
    found = step.run(drawing, step.defaults | {"start": start})
    assert len(np.unique(found["outputs of the eight units"].round(3))) == different
    assert found["different units"] == different
    if start == "zero":
        np.testing.assert_allclose(found["loss"], np.log(10), atol=1e-6)
    else:
        assert found["loss"] < 0.1


def test_the_text_counts_as_the_dense_network_does() -> None:
    model = LESSONS["three-layer"].build()
    assert model.get_layer("dense_1").count_params() == 100_480
    assert LESSONS["keras-cnn"].build().get_layer("conv_1").count_params() == 320
