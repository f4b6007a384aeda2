"""A network of one's own, as somebody would write it: each kind of layer that the others lack."""

import keras
from keras import layers

from mnist_demo.networks.recipe import Network, Recipe
from mnist_demo.networks.training_loop import fit_in_memory


def build() -> keras.Model:
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(12, 5, strides=2, padding="same", use_bias=False, name="conv_1")(image)
    x = layers.BatchNormalization(name="norm_1")(x)
    x = layers.LeakyReLU(0.1, name="leaky_1")(x)
    x = layers.AveragePooling2D(3, strides=2, padding="same", name="pool_1")(x)  # (7, 7, 12)
    x = layers.Conv2D(16, (3, 2), padding="same", activation="relu", name="conv_2")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool_2")(x)  # (4, 4, 16)
    x = layers.Dropout(0.1, name="dropout")(x)
    x = layers.Flatten(name="flatten")(x)
    logits = layers.Dense(10, name="logits")(x)
    return keras.Model(image, layers.Softmax(name="probabilities")(logits), name="sixth")


PLAIN = Recipe("plain", "Plain", fit_in_memory, batch_size=32, epochs=5)
NETWORK = Network("sixth", "Sixth", "mnist", build, (PLAIN,))
