"""The last hidden layer: what a network has made of an image just before it decides."""

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.images import check_images
from mnist_demo.receptive_field import source_name

BATCH_SIZE = 512


def find_last_hidden_layer(model: keras.Model) -> str:
    """Name of the layer that the logits are made of."""
    name = source_name(model.get_layer("logits"))
    assert name is not None, "logits are never the input"
    return name


def read_last_hidden(model: keras.Model, images: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the last hidden layer gives for ``images`` (n, 28, 28, 1): (n, units) float32.

    ValueError where ``images`` are no digit images.
    """
    check_images(images)
    output = model.get_layer(find_last_hidden_layer(model)).output
    hidden = keras.Model(model.inputs[0], output)
    batches = np.split(images, range(BATCH_SIZE, len(images), BATCH_SIZE))
    values = [hidden(tf.constant(batch), training=False).numpy() for batch in batches]
    return np.concatenate(values).reshape(len(images), -1)
