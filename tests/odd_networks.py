"""Networks that nobody would train, with what the arithmetic of a layer must get right."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers

from mnist_demo.networks import get_network, get_networks
from mnist_demo.networks.recipe import Deferred
from tests.sixth import build as build_sixth


def build_odd() -> keras.Model:
    """Padding, strides and sizes that do not come out even; each activation there is."""
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(3, 4, strides=2, padding="same", activation="tanh", name="conv_1")(image)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool_1")(x)  # (7, 7, 3)
    x = layers.Conv2D(4, (3, 2), padding="same", use_bias=False, name="conv_2")(x)
    x = layers.BatchNormalization(center=False, name="norm")(x)
    x = layers.ReLU(name="relu")(x)
    x = layers.Dropout(0.3, name="dropout")(x)
    x = layers.MaxPooling2D(2, name="pool_2")(x)  # (3, 3, 4), the last row is left over
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(6, activation="sigmoid", name="dense_1")(x)
    x = layers.Dense(6, activation="leaky_relu", name="dense_2")(x)
    x = layers.Activation("tanh", name="tanh")(x)
    logits = layers.Dense(10, name="logits")(x)
    return keras.Model(image, layers.Softmax(name="probabilities")(logits))


def build_global(pooling: type = layers.GlobalAveragePooling2D) -> keras.Model:
    """A pooling over whole maps."""
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(5, 3, strides=3, name="conv_1")(image)
    x = pooling(name="pool_1")(x)
    logits = layers.Dense(10, name="logits")(x)
    return keras.Model(image, layers.Softmax(name="probabilities")(logits))


BUILDERS = {name: get_network(name).build for name in get_networks()} | {
    "sixth": build_sixth,
    "odd": build_odd,
    "mean of maps": build_global,
    "largest of maps": lambda: build_global(layers.GlobalMaxPooling2D),
}


def build_untrained(build: Callable[..., Any] | Deferred, seed: int = 7) -> keras.Model:
    """Model with every weight at random: a bias of zero, if forgotten, would not show."""
    keras.utils.set_random_seed(seed)
    model, rng = build(), np.random.default_rng(2)
    for layer in model.layers:
        layer.set_weights([w + rng.normal(0, 0.05, w.shape) for w in layer.get_weights()])
    return model
