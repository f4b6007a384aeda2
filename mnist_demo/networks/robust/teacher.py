"""The network that another one learns from in the recipe ``robust``; nothing else uses it."""

import keras
from keras import layers

WIDTHS = (32, 64)  # channels of two convolutions each, with a pooling after them
UNITS = 128


def build_teacher() -> keras.Model:
    """Images (n, 28, 28, 1) in [0, 1] to ten logits (n, 10), with 198,442 parameters.

    It has twice as many as ``keras-cnn``, two convolutions before each pooling, and batch
    normalisation, with which it learns faster.
    """
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for width in WIDTHS:
        for _ in range(2):
            model.add(layers.Conv2D(width, 3, use_bias=False))
            model.add(layers.BatchNormalization())
            model.add(layers.ReLU())
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(UNITS, use_bias=False))
    model.add(layers.BatchNormalization())
    model.add(layers.ReLU())
    model.add(layers.Dense(10))
    return model
