"""Optimizers and losses by name, the same choice for every recipe."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from mnist_demo.networks.recipe import Recipe

Tensor = Any
WARM_UP_SHARE = 0.2
CLASSES = 10
MEMORIES = 5  # how often a running mean forgets all but a third during a training


class FusedAdam(keras.optimizers.Adam):  # type: ignore[misc]
    """Keras's Adam with TensorFlow's one operation for all that it does to a variable.

    Keras composes it of a dozen; steps take a tenth to a quarter less time, the first one half.
    """

    def update_step(self, gradient: Tensor, variable: tf.Variable, learning_rate: Tensor) -> None:
        """Change ``variable`` and its two running means in place."""
        step = tf.cast(self.iterations.value, tf.float32) + 1
        index = self._get_variable_index(variable)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=self.beta_1**step,
            beta2_power=self.beta_2**step,
            lr=tf.cast(learning_rate, tf.float32),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )


OPTIMIZERS: dict[str, Callable[..., keras.Optimizer]] = {
    "adam": FusedAdam,
    "sgd": keras.optimizers.SGD,
    "momentum": partial(keras.optimizers.SGD, momentum=0.9),
    "rmsprop": keras.optimizers.RMSprop,
}


def make_optimizer(recipe: Recipe, steps: int) -> keras.Optimizer:
    """Optimizer of ``recipe`` for a training of ``steps`` batches."""
    averaging: dict[str, Any] = {}
    if recipe.averaging is not None:
        # in a short training the mean must not remember the random weights of its start
        momentum = min(recipe.averaging, max(0.0, 1 - MEMORIES / steps))
        averaging = {"use_ema": True, "ema_momentum": momentum}
    return OPTIMIZERS[recipe.optimizer](make_learning_rate(recipe, steps), **averaging)


def make_learning_rate(recipe: Recipe, steps: int) -> Any:
    """A number, or a schedule: up in a straight line for a fifth of the steps, down as a cosine."""
    if recipe.schedule == "constant":
        return recipe.learning_rate
    warm_up = round(WARM_UP_SHARE * steps)
    return keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / 10,
        max(steps - warm_up, 1),
        warmup_target=recipe.learning_rate,
        warmup_steps=warm_up,
    )


def cross_entropy(labels: Tensor, logits: Tensor) -> Tensor:
    """Mean of -log softmax(logits)[label]; stable, as softmax and logarithm are one operation."""
    return tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    )


def squared_error(labels: Tensor, outputs: Tensor) -> Tensor:
    """Mean square of the distance from one-hot labels."""
    return tf.reduce_mean(tf.square(outputs - tf.one_hot(tf.cast(labels, tf.int64), CLASSES)))


def accuracy(labels: Tensor, outputs: Tensor) -> Tensor:
    """Share of labels (n,) int64 that have the highest of the outputs (n, 10), in [0, 1]."""
    return tf.reduce_mean(tf.cast(tf.equal(tf.argmax(outputs, axis=1), labels), tf.float32))


LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "sparse_categorical_crossentropy": cross_entropy,
    "mean_squared_error": squared_error,
}
