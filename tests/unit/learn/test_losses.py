"""The chapter on losses against the tutorials' numbers, NumPy and SciPy."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special

from mnist_demo.learn.step import Step, load_steps


@pytest.fixture(scope="module")
def steps() -> dict[str, Step]:
    return load_steps("losses")


@pytest.mark.parametrize("label", [0, 4, 9])
def test_three_ways_give_the_same_error(
    steps: dict[str, Step], drawing: NDArray[np.float32], label: int
) -> None:
    found = steps["square_three_ways"].run(drawing, {"label": label})
    truth = np.eye(10)[label]
    assert found["truth"].tolist() == truth.tolist()
    expected = sum((t - a) ** 2 for t, a in zip(truth, found["answer"], strict=True)) / 10
    for way in ("step by step", "reduce_mean", "Keras"):
        assert found[way] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("right", [0.01, 0.7, 1.0])
def test_cross_entropy_is_minus_the_logarithm(
    steps: dict[str, Step], drawing: NDArray[np.float32], right: float
) -> None:
    found = steps["cross_entropy"].run(drawing, {"right": right})
    np.testing.assert_allclose(found["loss"], -np.log(found["x"].astype(float)), atol=1e-5)
    np.testing.assert_allclose(found["answer"], [right, -np.log(right)], atol=1e-6)


def test_the_tutorial_s_three_answers(steps: dict[str, Step], drawing: NDArray[np.float32]) -> None:
    found = steps["compare_answers"].run(drawing, {})
    assert found["knows nothing"] == pytest.approx(1.39, abs=0.005)
    assert found["wrong"] == pytest.approx(2.3, abs=0.005)
    assert found["right"] == pytest.approx(0.36, abs=0.005)


@pytest.mark.parametrize(("probability", "yes", "no"), [(0.9, 0.1, 2.3), (0.5, 0.693, 0.693)])
def test_binary_cross_entropy(
    steps: dict[str, Step],
    drawing: NDArray[np.float32],
    probability: float,
    yes: float,
    no: float,
) -> None:
    found = steps["binary_cross_entropy"].run(drawing, {"probability": probability})
    assert found["truth is yes"] == pytest.approx(yes, abs=0.006)
    assert found["truth is no"] == pytest.approx(no, abs=0.006)


@pytest.mark.parametrize("label", range(10))
def test_the_loss_of_a_drawing(
    steps: dict[str, Step], drawing: NDArray[np.float32], label: int
) -> None:
    found = steps["loss_of_drawing"].run(drawing, {"label": label})
    (compute_logits,) = steps["loss_of_drawing"].uses
    logits = np.asarray(compute_logits(drawing), np.float64)
    np.testing.assert_allclose(found["probabilities"], special.softmax(logits), atol=1e-6)
    assert found["loss"] == pytest.approx(-special.log_softmax(logits)[label], rel=1e-5)
    assert found["loss of pure guessing"] == pytest.approx(np.log(10))


@pytest.mark.parametrize("logit", [0.0, 10.0, 50.0, 1000.0])
def test_from_logits_the_loss_stays_finite(
    steps: dict[str, Step], drawing: NDArray[np.float32], logit: float
) -> None:
    found = steps["from_logits"].run(drawing, {"logit": logit})
    assert found["from logits"] == pytest.approx(np.logaddexp(0, logit), rel=1e-6)
    assert np.isinf(found["minus log"]) == (logit > 104)
