"""The chapter on activations against NumPy, SciPy and finite differences."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special

from mnist_demo.learn.step import Step, load_steps

FUNCTIONS: dict[str, tuple[str, Any, dict[str, float]]] = {
    "relu": ("relu(x)", lambda x: np.maximum(x, 0), {}),
    "leaky_relu": ("leaky relu(x)", lambda x: np.where(x > 0, x, 0.3 * x), {"slope": 0.3}),
    "sigmoid": ("sigmoid(x)", special.expit, {}),
}


@pytest.fixture(scope="module")
def steps() -> dict[str, Step]:
    return load_steps("activations")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_curve_gradient_and_point(
    steps: dict[str, Step], drawing: NDArray[np.float32], name: str
) -> None:
    curve, function, numbers = FUNCTIONS[name]
    found = steps[name].run(drawing, {"unit": 7, **numbers})
    x = found["x"].astype(np.float64)
    assert (x[0], x[-1]) == (-4, 4)
    np.testing.assert_allclose(found[curve], function(x), atol=1e-6)
    slope = (function(x + 1e-6) - function(x - 1e-6)) / 2e-6
    away = np.abs(x) > 0.01  # ReLU's gradient jumps at 0
    np.testing.assert_allclose(found["gradient"][away], slope[away], atol=1e-5)
    score, output = found["unit"]
    assert output == pytest.approx(function(score), abs=1e-6)


def test_silent_units_are_those_without_output(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    scores = [steps["relu"].run(drawing, {"unit": unit})["unit"][0] for unit in range(64)]
    for bias in (-6.0, 0.0, 1.5):
        found = steps["count_silent"].run(drawing, {"bias": bias})
        assert found["silent units"] == sum(score + bias <= 0 for score in scores)
        assert found["silent units"] == 64 - np.count_nonzero(found["outputs"])


def test_scores_are_three_times_weights_of_glorot_s_spread(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    (compute_scores,) = steps["relu"].uses
    pixels = np.eye(784, dtype=np.float32)[:100]
    weights = np.array([compute_scores(pixel) for pixel in pixels]) / 3
    limit = np.sqrt(6 / (784 + 64))
    assert 0.99 * limit < np.abs(weights).max() <= limit
    assert abs(weights.mean()) < 0.02 * limit


def test_tanh_is_a_sigmoid_stretched_and_moved(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    found = steps["tanh"].run(drawing, {"stretch": 2.0, "move": -1.0})
    np.testing.assert_allclose(found["tanh(x)"], np.tanh(found["x"]), atol=1e-6)
    assert found["largest gap"] < 1e-6
    other = steps["tanh"].run(drawing, {"stretch": 1.0, "move": 0.0})
    assert other["largest gap"] == pytest.approx(
        np.abs(np.tanh(other["x"]) - special.expit(other["x"])).max(), abs=1e-6
    )


def test_three_scores_become_probabilities(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    found = steps["softmax"].run(drawing, {"first": 0.2})
    scores = np.stack([found["x"], np.full(101, 1.0), np.full(101, 0.2)], axis=1)
    curves = np.stack([found["p of x"], found["p of 1"], found["p of 0.2"]], axis=1)
    np.testing.assert_allclose(curves, special.softmax(scores, axis=1), atol=1e-6)
    np.testing.assert_allclose(found["probabilities"], special.softmax([0.2, 1, 0.2]), atol=1e-6)
    assert found["their sum"] == pytest.approx(1)


@pytest.mark.parametrize("score", [0.0, 50.0, 100.0, 1000.0])
def test_without_the_maximum_softmax_is_stable(
    steps: dict[str, Step], drawing: NDArray[np.float32], score: float
) -> None:
    found = steps["shift_scores"].run(drawing, {"score": score})
    expected = special.softmax([score, 1.0, 0.2])
    for name in ("maximum subtracted", "tf.nn.softmax"):
        np.testing.assert_allclose(found[name], expected, atol=1e-6)
    assert np.isnan(found["by the formula"]).any() == (score > 89)
