"""What touches Keras's insides works, is needed, and can do without them."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.networks import keras_internals
from mnist_demo.networks.keras_internals import FusedAdam


def train(adam: type, averaging: dict[str, bool | float]) -> list[NDArray[np.float32]]:
    """Weights and bias after twelve steps downhill, and where they began."""
    start, target = np.array([[3.0, -2.0], [0.5, 2.2]], "float32"), np.eye(2, dtype="float32")
    weights, bias = keras.Variable(start), keras.Variable(np.ones(2, "float32"))
    optimizer = adam(keras.optimizers.schedules.CosineDecay(0.1, 20), **averaging)
    for _ in range(12):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((tf.matmul(target, weights) + bias - target) ** 2)
        optimizer.apply(tape.gradient(loss, [weights.value, bias.value]), [weights, bias])
    optimizer.finalize_variable_values([weights, bias])
    assert np.abs(weights.numpy() - start).max() > 0.3
    return [weights.numpy(), bias.numpy()]


@pytest.mark.parametrize("averaging", [{}, {"use_ema": True, "ema_momentum": 0.9}])
@pytest.mark.parametrize("is_inside_gone", [False, True])
def test_adam_in_one_operation_does_what_keras_adam_does(
    averaging: dict[str, bool | float], is_inside_gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_inside_gone:
        monkeypatch.setattr(keras_internals, "_find_moments", lambda *_: None)
    results = train(FusedAdam, averaging), train(keras.optimizers.Adam, averaging)
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3)


def count_operations(adam: type) -> int:
    """Operations of the graph of a step with one variable."""
    variable, optimizer = keras.Variable(np.ones(2, "float32")), adam(0.1)
    optimizer.build([variable])
    step = tf.function(lambda gradient: optimizer.apply([gradient], [variable]))
    return len(step.get_concrete_function(tf.TensorSpec(2)).graph.get_operations())


def test_keras_composes_adam_of_many_operations() -> None:
    """If it no longer does, `FusedAdam` is not needed."""
    assert count_operations(FusedAdam) < count_operations(keras.optimizers.Adam) - 8


def test_the_moments_are_found() -> None:
    variable, optimizer = keras.Variable(np.ones(2, "float32")), keras.optimizers.Adam(0.1)
    optimizer.build([variable])
    first, second = keras_internals._find_moments(optimizer, variable)
    optimizer.apply([np.full(2, 3.0, "float32")], [variable])
    np.testing.assert_allclose(first.numpy(), 0.1 * 3.0, rtol=1e-5)
    np.testing.assert_allclose(second.numpy(), 0.001 * 9.0, rtol=1e-4)
    assert keras_internals._find_moments(object(), variable) is None
