"""The Keras lesson: a small convolutional network trained with ``compile`` and ``fit``."""

import keras
from keras import layers

from mnist_demo.networks.fitting import fit_in_memory, fit_with_keras
from mnist_demo.networks.recipe import Network, Recipe
from mnist_demo.networks.robust import REFUSAL_THRESHOLD, fit_robust


def build() -> keras.Model:
    """Three convolutions, two poolings and two dense layers: 93,322 parameters."""
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(32, 3, activation="relu", name="conv_1")(image)  # (26, 26, 32)
    x = layers.MaxPooling2D(2, name="pool_1")(x)  # (13, 13, 32)
    x = layers.Conv2D(64, 3, activation="relu", name="conv_2")(x)  # (11, 11, 64)
    x = layers.MaxPooling2D(2, name="pool_2")(x)  # (5, 5, 64)
    x = layers.Conv2D(64, 3, activation="relu", name="conv_3")(x)  # (3, 3, 64)
    x = layers.Flatten(name="flatten")(x)  # (576,)
    x = layers.Dense(64, activation="relu", name="dense_1")(x)
    logits = layers.Dense(10, name="logits")(x)
    probabilities = layers.Softmax(name="probabilities")(logits)
    return keras.Model(image, probabilities, name="keras-cnn")


# Adam keeps a running mean of the weights: with the last weights the test accuracy depends on
# the luck of the last steps (0.987 to 0.991), with their mean it does not.
PLAIN = Recipe(
    "plain",
    "Plain: the tutorial's own",
    fit_with_keras,
    batch_size=32,
    epochs=5,
    averaging=0.999,
)
ROBUST = Recipe(
    "robust",
    "Robust: everybody's hand, and what is no digit",
    fit_robust,
    batch_size=256,
    epochs=14,
    steps=480,
    learning_rate=0.002,
    schedule="cosine",
    refusal_threshold=REFUSAL_THRESHOLD,
    fixed=("loss",),
)
FAST = Recipe(
    "fast",
    "Fast: larger batches, a learning rate that rises and falls",
    fit_in_memory,
    batch_size=64,
    epochs=3,
    learning_rate=0.003,
    schedule="cosine",
)

NETWORK = Network("keras-cnn", "Keras CNN", "mnist", build, (PLAIN, ROBUST, FAST))
