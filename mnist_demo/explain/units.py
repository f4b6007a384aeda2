"""What one channel or unit does: what activates it most, and what is lost without it."""

from functools import cached_property

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.explain.values import ChannelActivations, MaximizedImage
from mnist_demo.image.normalization import IMAGE_SIDE
from mnist_demo.reading.classifier import Classify
from mnist_demo.reading.layer_kinds import KERNEL_KINDS, PASSING_KINDS
from mnist_demo.reading.reader import Reader

Images = NDArray[np.float32]  # (n, 28, 28, 1) in [0, 1]
BATCH_SIZE = 256
STARTS = 6
STEPS = 120
STEP = 0.1  # brightness of the pixel that changes most
LARGEST_JITTER = 1  # pixels


class LayerProbe:
    """Asks one layer of a classifier, up to its logits, about its channels or units."""

    def __init__(self, reader: Reader, name: str) -> None:
        self._reader, self._model = reader, reader.model
        self._name = name
        self._output = self._model.get_layer(name).output
        self.channels = int(self._output.shape[-1])
        self._before = keras.Model(self._model.inputs[0], self._output)

    def activate(self, images: Images) -> ChannelActivations:
        """What images (n, 28, 28, 1) in [0, 1] make of its channels."""
        parts = [self._summarize(batch) for batch in _batches(images)]
        highest, mean = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
        return ChannelActivations(highest, mean)

    def replace(self, channel: int, value: float) -> Classify:
        """Classifier in which a channel has the same ``value`` everywhere, for every image."""
        instead = np.full((1, self.channels), np.nan, np.float32)
        instead[:, channel] = value

        def classify(images: Images) -> tuple[np.ndarray, np.ndarray]:
            parts = [np.stack(self._classify(batch, instead)) for batch in _batches(images)]
            logits, probabilities = np.concatenate(parts, axis=1)
            return logits, probabilities

        return classify

    def replace_each(
        self, image: NDArray[np.float32], values: NDArray[np.float32]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Logits and probabilities, (channels, 10) each, of one image (28, 28, 1).

        In row i channel i alone is replaced, by ``values[i]``, everywhere.
        """
        instead = np.where(np.eye(self.channels, dtype=bool), values, np.float32(np.nan))
        logits, probabilities = self._classify(image[np.newaxis], instead.astype(np.float32))
        return logits.numpy(), probabilities.numpy()

    def maximize(self, channel: int, seed: int = 1) -> MaximizedImage:
        """Activation maximisation: an image found by gradient ascent from noise.

        It is the best of a few attempts. The images are moved by a pixel at random between steps,
        which keeps out patterns that work at one place only. Where a channel is 0, the gradient
        is that of its sum before the activation, as ReLU is flat there.

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
            gradient = self._find_gradient(moved, np.int32(channel)).numpy()
            largest = np.abs(gradient).max(axis=(1, 2, 3), keepdims=True)
            pace = STEP * (1 - 0.8 * step / STEPS)
            moved += np.float32(pace) * gradient / np.maximum(largest, 1e-12)
            images = np.roll(np.clip(moved, 0, 1), -shift, (1, 2))
        means = self.activate(images).mean[:, channel]
        return MaximizedImage(images[means.argmax()], float(means.max()))

    @cached_property
    def _summarize(self) -> tf.types.experimental.PolymorphicFunction:
        def summarize(images: tf.Tensor) -> list[tf.Tensor]:
            values = self._before(images, training=False)
            axes = range(1, values.shape.rank - 1)  # rows and columns of maps
            return [tf.reduce_max(values, axes), tf.reduce_mean(values, axes)]

        return tf.function(summarize, input_signature=[_IMAGES])

    @cached_property
    def _classify(self) -> tf.types.experimental.PolymorphicFunction:
        logits = self._model.get_layer("logits").output
        is_last = self._output is logits
        after = keras.Model(
            self._output, self._model.output if is_last else [logits, self._model.output]
        )

        shape = (-1, *(1,) * (len(self._output.shape) - 2), self.channels)

        def classify(images: tf.Tensor, instead: tf.Tensor) -> list[tf.Tensor]:
            """``instead`` (n or 1, channels) is NaN where a channel stays as it is."""
            instead = tf.reshape(instead, shape)
            values = tf.where(
                tf.math.is_nan(instead), self._before(images, training=False), instead
            )
            outputs = after(values, training=False)
            return [values, outputs] if is_last else outputs

        signature = [_IMAGES, tf.TensorSpec((None, self.channels), tf.float32)]
        return tf.function(classify, input_signature=signature)

    @cached_property
    def _find_gradient(self) -> tf.types.experimental.PolymorphicFunction:
        sums = self._before_activation()

        def find_gradient(images: tf.Tensor, channel: tf.Tensor) -> tf.Tensor:
            with tf.GradientTape() as tape:
                tape.watch(images)
                values = self._before(images, training=False)[..., channel]
                mean = tf.reduce_mean(values, range(1, values.shape.rank))
                before = sums(images, training=False)[..., channel]
                highest_sum = tf.reduce_max(before, range(1, before.shape.rank))
                goal = tf.reduce_sum(tf.where(mean > 0, mean, highest_sum))
            return tape.gradient(goal, images)

        return tf.function(find_gradient, input_signature=[_IMAGES, tf.TensorSpec((), tf.int32)])

    def _before_activation(self) -> keras.Model:
        """The same channels before any activation, where the gradient is not zero."""
        info = self._reader.layer(self._name)
        while info.kind in PASSING_KINDS:
            info = self._reader.layer(info.source)
        layer = self._model.get_layer(info.name)
        if info.kind not in KERNEL_KINDS:
            return keras.Model(self._model.inputs[0], layer.output)
        linear = type(layer).from_config(layer.get_config() | {"activation": "linear"})
        model = keras.Model(self._model.inputs[0], linear(layer.input))
        linear.set_weights(layer.get_weights())
        return model


_IMAGES = tf.TensorSpec((None, IMAGE_SIDE, IMAGE_SIDE, 1), tf.float32)


def _batches(images: Images) -> list[Images]:
    return [images[i : i + BATCH_SIZE] for i in range(0, len(images), BATCH_SIZE)]
