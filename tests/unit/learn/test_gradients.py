"""The chapter on gradients against formulas and finite differences in NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special
from scipy.optimize import approx_fprime

from mnist_demo.learn.step import Step, load_steps

LOSSES: dict[str, Callable[[Any], Any]] = {
    "squared_error_gradients": lambda p: np.mean((p - [1, 0, 0]) ** 2),
    "cross_entropy_gradients": lambda p: -np.log(p[0]),
}


@pytest.fixture(scope="module")
def steps() -> dict[str, Step]:
    return load_steps("gradients")


@pytest.mark.parametrize(("x", "w"), [(2.0, 3.0), (-1.5, 0.0)])
def test_x_times_w(
    steps: dict[str, Step], drawing: NDArray[np.float32], x: float, w: float
) -> None:
    found = steps["multiply"].run(drawing, {"x": x, "w": w})
    assert (found["x * w"], found["gradient of w"]) == (x * w, x)


def test_a_constant_is_to_be_watched(steps: dict[str, Step], drawing: NDArray[np.float32]) -> None:
    found = steps["watch"].run(drawing, {"x": -1.5})
    assert (found["not watched"], found["watched"]) == ("None", -3)


def test_only_a_persistent_tape_answers_twice(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    found = steps["ask_twice"].run(drawing, {"w": 4.5})
    assert (found["of w"], found["of x"]) == (2, 4.5)
    assert "persistent" in found["another tape"]


@pytest.mark.parametrize("name", LOSSES)
def test_both_gradients_of_a_layer(
    steps: dict[str, Step], drawing: NDArray[np.float32], name: str
) -> None:
    found = steps[name].run(drawing, {})
    picture = drawing[..., 0].astype(np.float64)
    halves = [picture[:14, :14], picture[:14, 14:], picture[14:, :14], picture[14:, 14:]]
    x = np.array([half.mean() for half in halves])
    see_quarters = steps[name].uses[0]
    np.testing.assert_allclose(np.asarray(see_quarters(drawing))[0], x, atol=1e-9)
    weights = find_weights(steps, drawing)

    def loss(parameters: Any) -> Any:
        return LOSSES[name](special.softmax(x @ parameters[:12].reshape(4, 3) + parameters[12:]))

    start = np.concatenate([weights.ravel(), np.zeros(3)])
    expected = approx_fprime(start, loss, 1e-7)
    assert found["loss"] == pytest.approx(loss(start))
    np.testing.assert_allclose(found["gradient of weights"].ravel(), expected[:12], atol=1e-6)
    np.testing.assert_allclose(found["gradient of bias"], expected[12:], atol=1e-6)
    assert found["largest difference"] < 1e-8


def test_the_biases_gradients_of_cross_entropy_are_probabilities_minus_truth(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    found = steps["cross_entropy_gradients"].run(drawing, {})
    x = np.asarray(steps["cross_entropy_gradients"].uses[0](drawing))
    probabilities = special.softmax((x @ find_weights(steps, drawing))[0])
    np.testing.assert_allclose(found["gradient of bias"], probabilities - [1, 0, 0], atol=1e-9)


def find_weights(steps: dict[str, Step], drawing: NDArray[np.float32]) -> Any:
    """The layer's weights (4, 3), from the same seed."""
    import tensorflow as tf

    return tf.random.stateless_normal([4, 3], [5, 6], dtype=tf.float64).numpy()
