"""What one channel or unit does: what excites it, which classes do, what is lost without it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.images import IMAGE_SIDE
from mnist_demo.receptive_field import source_name

Images = NDArray[np.float32]  # (n, 28, 28, 1) in [0, 1]
BATCH_SIZE = 256
STARTS = 6
STEPS = 120
STEP = 0.1  # brightness of the pixel that changes most
LARGEST_JITTER = 1  # pixels


@dataclass(frozen=True)
class Excitation:
    """How the channels of one layer answer to many images.

    ``highest`` and ``mean`` are (n, channels) float32: over all pixels of a map, or the value of
    the unit itself, twice.
    """

    highest: NDArray[np.float32]
    mean: NDArray[np.float32]

    def top(self, channel: int, count: int = 9) -> NDArray[np.int64]:
        """Indices of the images that excite a channel most somewhere, the strongest first."""
        return np.argsort(-self.highest[:, channel], kind="stable")[:count]

    def mean_of_classes(
        self, channel: int, labels: NDArray[np.int64], classes: int = 10
    ) -> NDArray[np.float64]:
        """(classes,) mean of a channel over all images of each class; NaN for a class of none."""
        counts = np.bincount(labels, minlength=classes)
        sums = np.bincount(labels, self.mean[:, channel], classes)
        return np.where(counts, sums / np.maximum(counts, 1), np.nan)


@dataclass(frozen=True)
class Excited:
    """An image (28, 28, 1) in [0, 1] made to excite a channel, and the channel's mean there."""

    image: NDArray[np.float32]
    activation: float


class Layer:
    """One layer of a classifier, up to its logits, to be excited and to be switched off in part."""

    def __init__(self, model: keras.Model, name: str) -> None:
        self._model = model
        self._layer = model.get_layer(name)
        self._output = self._layer.output
        self.channels = int(self._output.shape[-1])
        self._axes = tuple(range(1, len(self._output.shape) - 1))
        self._before = keras.Model(model.inputs[0], self._output)

    def excite(self, images: Images) -> Excitation:
        """How its channels answer to images."""
        parts = [self._summarize(batch) for batch in _batches(images)]
        highest, mean = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
        return Excitation(highest, mean)

    def without(self, channel: int) -> Callable[[Images], tuple[np.ndarray, np.ndarray]]:
        """Classifier in which a channel is always 0: images to logits and probabilities (n, 10)."""
        mask = np.ones(self.channels, np.float32)
        mask[channel] = 0

        def classify(images: Images) -> tuple[np.ndarray, np.ndarray]:
            parts = [np.stack(self._classify(batch, mask)) for batch in _batches(images)]
            logits, probabilities = np.concatenate(parts, axis=1)
            return logits, probabilities

        return classify

    def maximize(self, channel: int, seed: int = 1) -> Excited:
        """Image that excites a channel most, climbed to from noise; the best of a few attempts.

        The pictures are moved by a pixel at random between steps, which keeps out patterns that
        work at one place only. Where a picture does not excite it at all, its sum before the
        activation shows the way, as ReLU is flat there.

        Source: Erhan, Bengio, Courville and Vincent, "Visualizing higher-layer features of a deep
        network", 2009; the jitter from Mordvintsev, Olah and Tyka, "Inceptionism", 2015.
        """
        rng = np.random.default_rng(seed)
        images = rng.random((STARTS, IMAGE_SIDE, IMAGE_SIDE, 1), np.float32)
        images *= np.linspace(0.1, 1, STARTS, dtype=np.float32)[:, None, None, None]
        for step in range(STEPS):
            shift = rng.integers(-LARGEST_JITTER, LARGEST_JITTER + 1, 2)
            shift *= step < STEPS * 3 // 4  # at last it may come to rest
            moved = np.roll(images, shift, (1, 2))
            gradient = self._climb(moved, np.int32(channel)).numpy()
            largest = np.abs(gradient).max(axis=(1, 2, 3), keepdims=True)
            pace = STEP * (1 - 0.8 * step / STEPS)
            moved += np.float32(pace) * gradient / np.maximum(largest, 1e-12)
            images = np.roll(np.clip(moved, 0, 1), -shift, (1, 2))
        means = self.excite(images).mean[:, channel]
        return Excited(images[means.argmax()], float(means.max()))

    @cached_property
    def _summarize(self) -> tf.types.experimental.PolymorphicFunction:
        def summarize(images: tf.Tensor) -> list[tf.Tensor]:
            values = self._before(images, training=False)
            return [tf.reduce_max(values, self._axes), tf.reduce_mean(values, self._axes)]

        return tf.function(summarize, input_signature=[_IMAGES])

    @cached_property
    def _classify(self) -> tf.types.experimental.PolymorphicFunction:
        logits = self._model.get_layer("logits").output
        is_last = self._output is logits
        after = keras.Model(
            self._output, self._model.output if is_last else [logits, self._model.output]
        )

        def classify(images: tf.Tensor, mask: tf.Tensor) -> list[tf.Tensor]:
            values = self._before(images, training=False) * mask
            outputs = after(values, training=False)
            return [values, outputs] if is_last else outputs

        mask = tf.TensorSpec((self.channels,), tf.float32)
        return tf.function(classify, input_signature=[_IMAGES, mask])

    @cached_property
    def _climb(self) -> tf.types.experimental.PolymorphicFunction:
        sums = self._before_activation()

        def climb(images: tf.Tensor, channel: tf.Tensor) -> tf.Tensor:
            with tf.GradientTape() as tape:
                tape.watch(images)
                values = self._before(images, training=False)[..., channel]
                mean = tf.reduce_mean(values, self._axes)
                highest_sum = tf.reduce_max(sums(images, training=False)[..., channel], self._axes)
                goal = tf.reduce_sum(tf.where(mean > 0, mean, highest_sum))
            return tape.gradient(goal, images)

        return tf.function(climb, input_signature=[_IMAGES, tf.TensorSpec((), tf.int32)])

    def _before_activation(self) -> keras.Model:
        """The same channels before their activation; for a pooling, those that it reads."""
        layer = self._layer
        while type(layer).__name__ == "MaxPooling2D":
            layer = self._model.get_layer(source_name(layer))
        if not hasattr(layer, "activation"):
            return self._before
        linear = type(layer).from_config(layer.get_config() | {"activation": "linear"})
        model = keras.Model(self._model.inputs[0], linear(layer.input))
        linear.set_weights(layer.get_weights())
        return model


_IMAGES = tf.TensorSpec((None, IMAGE_SIDE, IMAGE_SIDE, 1), tf.float32)


def _batches(images: Images) -> list[Images]:
    return [images[i : i + BATCH_SIZE] for i in range(0, len(images), BATCH_SIZE)]
