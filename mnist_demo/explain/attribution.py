"""Why this answer: how much each pixel of the image counts for a logit, in five ways.

All maps are of a target: a logit, or the difference of two.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TypeAlias

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.explain.values import IntegratedGradients, Map, Target
from mnist_demo.image.normalization import IMAGE_SIDE
from mnist_demo.language import N_

STEPS = 48
NOISY_COPIES = 24
NOISE = 0.15  # standard deviation, of a range of 1
OCCLUDED_SIDE = 5
OCCLUSION_STRIDE = 2
BATCH_SIZE = 64


class Attributor:
    """Attributes answers of one model; the first call of each method compiles."""

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self._logits = keras.Model(model.inputs[0], model.get_layer("logits").output)

    def target(self, images: NDArray[np.float32], target: Target) -> NDArray[np.float32]:
        """Target's value for each image: (n,) for (n, 28, 28, 1)."""
        batches = [images[i : i + BATCH_SIZE] for i in range(0, len(images), BATCH_SIZE)]
        return np.concatenate([self._forward(batch).numpy() @ target.weights for batch in batches])

    def gradients(
        self, images: NDArray[np.float32], weights: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Gradient (n, 28, 28, 1) of the logits times ``weights`` (n, 10) by each image."""
        return np.asarray(self._differentiate(images, weights), np.float32)

    def saliency(self, image: NDArray[np.float32], target: Target) -> Map:
        """Gradient of the target by each pixel, with its sign, of one image (28, 28, 1).

        Source: Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", 2013.
        """
        return self._mean_gradient(image[np.newaxis], target)

    def integrate(self, image: NDArray[np.float32], target: Target) -> IntegratedGradients:
        """Gradients along the way from the empty image, times the image.

        Source: Sundararajan, Taly and Yan, "Axiomatic attribution for deep networks", 2017; the
        integral by the midpoint rule.
        """
        fractions = (np.arange(STEPS, dtype=np.float32) + 0.5) / STEPS
        path = np.asarray(fractions[:, None, None, None] * image, np.float32)
        start, end = self.target(np.stack([np.zeros_like(image), image]), target)
        values = self._mean_gradient(path, target) * image[..., 0]
        return IntegratedGradients(values, float(end - start))

    def smooth(self, image: NDArray[np.float32], target: Target, seed: int = 1) -> Map:
        """Mean saliency of noisy copies.

        Source: Smilkov and others, "SmoothGrad: removing noise by adding noise", 2017.
        """
        rng = np.random.default_rng(seed)
        noise = rng.normal(0, NOISE, (NOISY_COPIES, *image.shape)).astype(np.float32)
        return self._mean_gradient(image + noise, target)

    def grad_cam(self, image: NDArray[np.float32], target: Target) -> Map | None:
        """Where the last convolution's maps speak for the target, at least 0; None without maps.

        Source: Selvaraju and others, "Grad-CAM", 2017.
        """
        if self._cam is None:
            return None
        maps, gradient = (value.numpy()[0] for value in self._cam(image[None], target.weights))
        heat = np.maximum(maps @ gradient.mean(axis=(0, 1)), 0)
        return np.asarray(tf.image.resize(heat[..., None], (IMAGE_SIDE, IMAGE_SIDE)))[..., 0]

    def occlude(self, image: NDArray[np.float32], target: Target) -> Map:
        """How much the target falls where a square is emptied, mean over the squares on a pixel.

        Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014.
        """
        masks = _occlusion_masks()
        drops = self.target(image[None], target) - self.target(image * ~masks[..., None], target)
        counts = masks.sum(axis=0)
        return np.asarray(np.tensordot(drops, masks, 1) / np.maximum(counts, 1), np.float32)

    def _mean_gradient(self, images: NDArray[np.float32], target: Target) -> Map:
        weights = np.tile(target.weights, (len(images), 1))
        return np.asarray(self.gradients(images, weights).mean(axis=0)[..., 0], np.float32)

    @cached_property
    def _forward(self) -> tf.types.experimental.PolymorphicFunction:
        return tf.function(
            lambda images: self._logits(images, training=False), input_signature=[_IMAGES]
        )

    @cached_property
    def _differentiate(self) -> tf.types.experimental.PolymorphicFunction:
        def differentiate(images: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
            with tf.GradientTape() as tape:
                tape.watch(images)
                score = tf.reduce_sum(self._logits(images, training=False) * weights)
            return tape.gradient(score, images)

        return tf.function(differentiate, input_signature=[_IMAGES, _WEIGHTS])

    @cached_property
    def _cam(self) -> Callable[[NDArray[np.float32], NDArray[np.float32]], list[tf.Tensor]] | None:
        convolutions = [x for x in self.model.layers if isinstance(x, keras.layers.Conv2D)]
        if not convolutions:
            return None
        maps = convolutions[-1].output
        before, after = (
            keras.Model(self.model.inputs[0], maps),
            keras.Model(maps, self._logits.output),
        )

        def differentiate(images: tf.Tensor, weights: tf.Tensor) -> list[tf.Tensor]:
            values = before(images, training=False)
            with tf.GradientTape() as tape:
                tape.watch(values)
                score = tf.reduce_sum(after(values, training=False) * weights)
            return [values, tape.gradient(score, values)]

        return tf.function(differentiate, input_signature=[_IMAGES, tf.TensorSpec((10,))])  # type: ignore[no-any-return]


Method: TypeAlias = Callable[[Attributor, NDArray[np.float32], Target], Map | None]

METHODS: dict[str, Method] = {
    N_("Saliency"): Attributor.saliency,
    N_("Integrated gradients"): lambda attributor, *asked: attributor.integrate(*asked).values,
    "SmoothGrad": Attributor.smooth,
    "Grad-CAM": Attributor.grad_cam,
    N_("Occlusion"): Attributor.occlude,
}

_IMAGES = tf.TensorSpec((None, IMAGE_SIDE, IMAGE_SIDE, 1), tf.float32)
_WEIGHTS = tf.TensorSpec((None, 10), tf.float32)


def _occlusion_masks() -> NDArray[np.bool_]:
    """(n, 28, 28): a square each, in rows and columns, some of them over the edge."""
    starts = range(-(OCCLUDED_SIDE // 2), IMAGE_SIDE - OCCLUDED_SIDE // 2, OCCLUSION_STRIDE)
    bands = np.zeros((len(starts), IMAGE_SIDE), np.bool_)
    for band, start in zip(bands, starts, strict=True):
        band[max(start, 0) : start + OCCLUDED_SIDE] = True
    return (bands[:, None, :, None] & bands[None, :, None, :]).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
