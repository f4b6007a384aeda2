"""The chapter on graphs: sessions, functions and NumPy agree."""

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.learn.step import Step, load_steps


@pytest.fixture(scope="module")
def steps() -> dict[str, Step]:
    return load_steps("graph")


@pytest.mark.parametrize(("a", "b"), [(2.0, 3.0), (-5.0, 0.5)])
def test_a_session_runs_the_plan(
    steps: dict[str, Step], drawing: NDArray[np.float32], a: float, b: float
) -> None:
    found = steps["plan_and_run"].run(drawing, {"a": a, "b": b})
    assert found["from the session"] == a * b + 1
    assert found["before the session"].startswith("Tensor(")
    assert tf.executing_eagerly()


def test_a_variable_is_empty_before_its_initializer(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    found = steps["forget_to_start"].run(drawing, {})
    assert found["too early"] == "Attempting to use uninitialized value weights"
    weights = tf.random.stateless_normal([784, 3], [1, 2], stddev=0.1).numpy()
    np.testing.assert_allclose(
        found["after the initializer"], drawing.reshape(1, 784) @ weights, atol=1e-5
    )


def test_the_graph_has_an_arrow_for_each_input(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    lines = steps["draw_graph"].run(drawing, {})["graph"].splitlines()
    arrows = {tuple(line.strip().split(" -> ")) for line in lines if "->" in line}
    assert arrows == {
        ("image", "product"),
        ("weights", "product"),
        ("product", "scores"),
        ("bias", "scores"),
        ("scores", "outputs"),
    }


@pytest.mark.parametrize("sizes", [1, 3, 5])
def test_each_shape_is_traced_once(
    steps: dict[str, Step], drawing: NDArray[np.float32], sizes: int
) -> None:
    found = steps["count_traces"].run(drawing, {"sizes": sizes})
    assert (found["calls"], found["graphs made"]) == (2 * sizes, sizes)
    assert found["of shapes"].count("28, 28, 1)") == sizes
    assert found["graphs made with a signature"] == 1


def test_three_ways_give_one_answer(steps: dict[str, Step], drawing: NDArray[np.float32]) -> None:
    found = steps["compare_ways"].run(drawing, {"units": 10})
    weights = tf.random.stateless_normal([784, 10], [1, 2], stddev=0.1).numpy()
    expected = np.maximum(drawing.reshape(1, 784).astype(np.float64) @ weights, 0)
    for way in ("session", "tf.function", "line by line"):
        np.testing.assert_allclose(found[way], expected, atol=1e-4)
    assert expected.any()
