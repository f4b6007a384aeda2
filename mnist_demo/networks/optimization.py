"""Optimizers and losses by name, the same choice for every recipe."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from mnist_demo.networks.keras_internals import FusedAdam
from mnist_demo.networks.recipe import EMA_TIME_CONSTANTS, Recipe

Tensor = Any
WARM_UP_FRACTION = 0.2
CLASSES = 10


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
        momentum = min(recipe.averaging, max(0.0, 1 - EMA_TIME_CONSTANTS / steps))
        averaging = {"use_ema": True, "ema_momentum": momentum}
    return OPTIMIZERS[recipe.optimizer](make_learning_rate(recipe, steps), **averaging)


def make_learning_rate(recipe: Recipe, steps: int) -> Any:
    """A constant, or a linear warm-up over a fifth of the steps and then a cosine decay."""
    if recipe.schedule == "constant":
        return recipe.learning_rate
    warm_up = round(WARM_UP_FRACTION * steps)
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
    """Fraction of labels (n,) int64 that have the highest of the outputs (n, 10), in [0, 1]."""
    return tf.reduce_mean(tf.cast(tf.equal(tf.argmax(outputs, axis=1), labels), tf.float32))


LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "sparse_categorical_crossentropy": cross_entropy,
    "mean_squared_error": squared_error,
}
