"""One pass of one multi-output activation model gives everything that a page shows."""

import os
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter

import keras
import tensorflow as tf

from mnist_demo.images import IMAGE_SIDE, check_images
from mnist_demo.networks import get_network
from mnist_demo.refusal import find_threshold, score
from mnist_demo.store import Store, Version, open_store

BATCH_SIZE = 512


@dataclass(frozen=True)
class Reading:
    """What a network makes of one image.

    Attributes
    ----------
    logits
        (10,) float32, any range.
    probabilities
        (10,) float32 in [0, 1], their sum 1.
    activations
        From layer name to its output without the batch axis, float32, in the network's order.
    refusal_threshold
        Score below which the version refuses, None where it never does.
    """

    logits: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    activations: dict[str, NDArray[np.float32]]
    refusal_threshold: float | None = None

    @property
    def digit(self) -> int:
        """Most probable class, 0 to 9."""
        return int(self.probabilities.argmax())

    @property
    def runner_up(self) -> int:
        """Second most probable class, 0 to 9."""
        return int(self.probabilities.argsort()[-2])

    @property
    def score(self) -> float:
        """How much the image looks like any class at all, see `refusal.score`."""
        return float(score(self.logits))

    @property
    def is_refused(self) -> bool:
        """Whether the version says that this is nothing it knows."""
        return self.refusal_threshold is not None and self.score < self.refusal_threshold


@dataclass(frozen=True)
class LayerInfo:
    """What a layer is: ``kind`` is Keras's class, ``shape`` its output without the batch axis."""

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int


class Reader:
    """Reads digit images with one classifier, every layer's output included."""

    def __init__(self, model: keras.Model, refusal_threshold: float | None = None) -> None:
        self.model = model
        self.refusal_threshold = refusal_threshold
        self.layers = tuple(
            LayerInfo(
                layer.name, type(layer).__name__, layer.output.shape[1:], layer.count_params()
            )
            for layer in model.layers[1:]
        )
        outputs = {layer.name: layer.output for layer in model.layers[1:]}
        activation_model = keras.Model(model.inputs[0], outputs)
        self._activate = tf.function(
            lambda image: activation_model(image, training=False),
            input_signature=[tf.TensorSpec((1, IMAGE_SIDE, IMAGE_SIDE, 1), tf.float32)],
        ).get_concrete_function()  # compiled now, not when somebody draws
        self._activate(tf.zeros((1, IMAGE_SIDE, IMAGE_SIDE, 1)))

    def read(self, image: NDArray[np.float32]) -> Reading:
        """Read one image, (28, 28, 1) float32 in [0, 1]; ValueError for anything else."""
        check_images(np.expand_dims(image, 0) if isinstance(image, np.ndarray) else image)
        outputs = self._activate(tf.constant(image[np.newaxis]))
        activations = {layer.name: outputs[layer.name].numpy()[0] for layer in self.layers}
        logits, probabilities = activations["logits"], activations["probabilities"]
        return Reading(logits, probabilities, activations, self.refusal_threshold)

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

    def kernel(self, layer: str) -> NDArray[np.float32]:
        """Kernel of a convolution (height, width, inputs, channels) or dense layer (inputs, units).

        KeyError for a layer that has none.
        """
        weights = self.model.get_layer(layer).get_weights()
        if not weights:
            raise KeyError(f"the layer {layer} has no kernel")
        return np.asarray(weights[0], np.float32)

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
