"""One pass of one multi-output activation model gives everything that a page shows."""

import os
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter

import keras
import tensorflow as tf

from mnist_demo.image.normalization import IMAGE_SIDE, check_images
from mnist_demo.networks import get_network
from mnist_demo.reading.keras_layers import describe_layers
from mnist_demo.reading.reading import LayerInfo, Reading
from mnist_demo.reading.rejection import find_threshold
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store, open_store

BATCH_SIZE = 512


class Reader:
    """Reads digit images with one classifier, every layer's output included."""

    def __init__(self, model: keras.Model, rejection_threshold: float | None = None) -> None:
        self.model = model
        self.rejection_threshold = rejection_threshold
        self.input, *layers = describe_layers(model)
        self.layers = tuple(layers)
        outputs = {layer.name: layer.output for layer in model.layers[1:]}
        activation_model = keras.Model(model.inputs[0], outputs)
        self._activate = tf.function(
            lambda image: activation_model(image, training=False),
            input_signature=[tf.TensorSpec((1, IMAGE_SIDE, IMAGE_SIDE, 1), tf.float32)],
        ).get_concrete_function()  # compiled now, not when somebody draws
        self._activate(tf.zeros((1, IMAGE_SIDE, IMAGE_SIDE, 1)))

    def layer(self, name: str) -> LayerInfo:
        """The layer of this name, the input included; KeyError where there is none."""
        return {layer.name: layer for layer in (self.input, *self.layers)}[name]

    def read(self, image: NDArray[np.float32]) -> Reading:
        """Read one image, (28, 28, 1) float32 in [0, 1]; ValueError for anything else."""
        check_images(np.expand_dims(image, 0) if isinstance(image, np.ndarray) else image)
        outputs = self._activate(tf.constant(image[np.newaxis]))
        activations = {layer.name: outputs[layer.name].numpy()[0] for layer in self.layers}
        logits, probabilities = activations["logits"], activations["probabilities"]
        return Reading(logits, probabilities, activations, self.rejection_threshold)

    def read_batch(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities (n, 10) of many images, (n, 28, 28, 1) float32 in [0, 1]."""
        return self.classify(images)[1]

    def classify(
        self, images: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Logits and probabilities, (n, 10) each, of many images (n, 28, 28, 1) in [0, 1]."""
        check_images(images)
        batches = [images[i : i + BATCH_SIZE] for i in range(0, len(images), BATCH_SIZE)]
        results = [np.empty((2, 0, 10), np.float32)]
        results += [np.stack(self._classify(batch)) for batch in batches]
        logits, probabilities = np.concatenate(results, axis=1)
        return logits, probabilities

    def read_layer(self, name: str, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Output of one layer for images (n, 28, 28, 1) in [0, 1]: (n, ...) float32."""
        check_images(images)
        layer = keras.Model(self.model.inputs[0], self.model.get_layer(name).output)
        batches = np.split(images, range(BATCH_SIZE, len(images), BATCH_SIZE))
        return np.concatenate([layer(tf.constant(batch), training=False) for batch in batches])

    @cached_property
    def weights(self) -> dict[str, NDArray[np.float32]]:
        """All weights of all layers, by ``layer/weight``, such as ``conv_1/kernel``."""
        return {
            f"{layer.name}/{weight.name}": np.asarray(weight, np.float32)
            for layer in self.model.layers
            for weight in layer.weights
        }

    def kernel(self, layer: str) -> NDArray[np.float32]:
        """Kernel of a convolution (height, width, inputs, channels) or dense layer (inputs, units).

        KeyError for a layer that has none.
        """
        try:
            return self.weights[f"{layer}/kernel"]
        except KeyError:
            raise KeyError(f"the layer {layer} has no kernel") from None

    @cached_property
    def _classify(self) -> tf.types.experimental.PolymorphicFunction:
        outputs = [self.model.get_layer(name).output for name in ("logits", "probabilities")]
        classifier = keras.Model(self.model.inputs[0], outputs)
        return tf.function(
            lambda images: classifier(images, training=False),
            input_signature=[tf.TensorSpec((None, IMAGE_SIDE, IMAGE_SIDE, 1), tf.float32)],
        )


def load_reader(network: str, recipe: str | None = None, store: Store | None = None) -> Reader:
    """Reader with the weights that ship for ``network`` and ``recipe``.

    Without a recipe it is what the page shows by default: the version kept last, or what ships.
    Raises KeyError for an unknown network or recipe, ModelVersionError for missing or damaged
    weights.
    """
    store = store or open_store()
    known = get_network(network)
    if recipe is None:
        return load_version(store.default(network), store)
    return load_version(store.shipped(network, known.recipe(recipe).name), store)


def load_version(version: Version, store: Store) -> Reader:
    """Reader of any version; ModelVersionError where its weights are missing or damaged."""
    return Reader(store.load(version), find_threshold(version.card.settings))
