"""The chapter on descent against the same steps in NumPy, with gradients by formula."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special

from mnist_demo.learn.step import Step, load_steps


@pytest.fixture(scope="module")
def steps() -> dict[str, Step]:
    return load_steps("descent")


@pytest.mark.parametrize("rate", [0.001, 0.05])
def test_steps_downhill(steps: dict[str, Step], drawing: NDArray[np.float32], rate: float) -> None:
    found = steps["descend"].run(drawing, {"label": 7, "steps": 6, "rate": rate})
    pixels = drawing.ravel().astype(np.float64)
    weights: Any = np.asarray(steps["descend"].uses[0]().numpy(), np.float64)
    losses = []
    for _ in range(7):
        losses.append(-special.log_softmax(pixels @ weights)[7])
        probabilities = special.softmax(pixels @ weights)
        weights = weights - rate * np.outer(pixels, probabilities - np.eye(10)[7])
    assert found["x"].tolist() == list(range(7))
    np.testing.assert_allclose(found["loss"], losses, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(found["probabilities"], probabilities, atol=1e-4)
    assert (found["first loss"], found["last loss"]) == (found["loss"][0], found["loss"][-1])
    assert found["last loss"] < found["first loss"]


def test_plain_assignment_loses_the_variable(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    found = steps["assign"].run(drawing, {"label": 4})
    assert found.pop("largest difference") < 1e-7
    assert found == {
        "assign_sub is a variable": "True",
        "assign_sub has a gradient": "True",
        "plain is a variable": "False",
        "plain has a gradient": "False",
    }


def test_large_weights_explode_and_small_ones_learn(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    found = {
        deviation: steps["explode"].run(drawing, {"deviation": deviation, "label": 4})
        for deviation in steps["explode"].numbers["deviation"].values
    }
    assert found[0.1]["last loss"] < found[0.1]["first loss"]
    assert found[1.0]["first gradient"] > 10_000 * found[0.1]["first gradient"]
    assert found[1.0]["last loss"] == pytest.approx(0.1)  # of zeros, where one should be 1
    gradients = [result["first gradient"] for result in found.values()]
    assert gradients == sorted(gradients)


def test_the_first_loss_of_three_layers(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    import tensorflow as tf

    shapes = [[784, 256], [256, 128], [128, 10]]
    first, second, third = (
        tf.random.stateless_truncated_normal(shape, [7, 8], stddev=0.1).numpy().astype(float)
        for shape in shapes
    )
    hidden = np.maximum(np.maximum(drawing.reshape(1, 784) @ first, 0) @ second, 0)
    expected = ((hidden @ third - np.eye(10)[4]) ** 2).mean()
    found = steps["explode"].run(drawing, {"deviation": 0.1, "label": 4})
    assert found["first loss"] == pytest.approx(expected, rel=1e-4)
