"""Training images changed at random, in every batch anew: rotated, moved, thicker or thinner."""

import math
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from mnist_demo.data.dataset import Dataset
from mnist_demo.image.normalization import IMAGE_SIDE as SIDE
from mnist_demo.networks.optimization import Tensor
from mnist_demo.networks.recipe import AUGMENTATION, OnProgress, Recipe

MIDDLE = (SIDE - 1) / 2


class Augmentation(keras.layers.Layer):  # type: ignore[misc]
    """Changes images by at most these degrees and pixels; only where it is told that they train."""

    def __init__(self, rotation: float, shift: float, thickness: float) -> None:
        super().__init__(name="augmentation")
        self.rotation, self.shift, self.thickness = math.radians(rotation), shift, thickness
        self.seeds = keras.random.SeedGenerator()

    def call(self, images: Tensor, training: bool = False) -> Tensor:
        """Images of the same shape, which holds 28 x 28 numbers in [0, 1] for each of n."""
        if not training:
            return images
        shape = tf.shape(images)
        amounts, angles, right, down = (
            self._draw(shape[0], most)
            for most in (self.thickness, self.rotation, self.shift, self.shift)
        )
        changed = tf.reshape(images, (-1, SIDE, SIDE, 1))
        changed = thicken(changed, amounts, math.ceil(self.thickness))
        return tf.reshape(move(changed, angles, right, down), shape)

    def _draw(self, count: Tensor, most: float) -> Tensor:
        """Amounts (n,) from -most to most."""
        return keras.random.uniform((count,), -most, most, seed=self.seeds)


def thicken(images: Tensor, amounts: Tensor, most: int) -> Tensor:
    """Images (n, 28, 28, 1), their ink grown by amounts (n,) from -most to most pixels.

    It does to a batch what `image.transforms.thicken` does to an image.
    """
    amounts = tf.reshape(amounts, (-1, 1, 1, 1))
    for done in range(most):
        dilated = tf.nn.max_pool2d(images, 3, 1, "SAME")
        eroded = -tf.nn.max_pool2d(-images, 3, 1, "SAME")
        fraction = tf.clip_by_value(tf.abs(amounts) - done, 0.0, 1.0)
        images += fraction * (tf.where(amounts > 0, dilated, eroded) - images)
    return images


def move(images: Tensor, angles: Tensor, right: Tensor, down: Tensor) -> Tensor:
    """Images (n, 28, 28, 1) rotated clockwise about the middle by radians, and moved by pixels."""
    cosine, sine = tf.cos(angles), tf.sin(angles)
    x = MIDDLE - cosine * (MIDDLE + right) - sine * (MIDDLE + down)
    y = MIDDLE + sine * (MIDDLE + right) - cosine * (MIDDLE + down)
    zeros = tf.zeros_like(x)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([cosine, sine, x, -sine, cosine, y, zeros, zeros], axis=1),
        output_shape=(SIDE, SIDE),
        fill_value=0.0,
        interpolation="BILINEAR",
    )


def make_augmentation(recipe: Recipe) -> Callable[..., Tensor]:
    """What ``recipe`` changes images by, to be called with ``training=True``."""
    amounts = {name: getattr(recipe, name) for name in AUGMENTATION}
    return Augmentation(**amounts) if any(amounts.values()) else lambda images, training: images


def fit_augmented(
    model: keras.Model, dataset: Dataset, recipe: Recipe, on_progress: OnProgress
) -> None:
    """Train by ``recipe`` with images that change before the first layer sees them."""
    if not any(getattr(recipe, name) for name in AUGMENTATION):
        recipe.fit(model, dataset, recipe, on_progress)
        return
    image = keras.Input(model.input_shape[1:], name="image")
    changed = make_augmentation(recipe)(image)

    def call(layer: keras.Layer, inputs: Any, **options: Any) -> Any:
        return layer(changed if inputs is image else inputs, **options)

    pupil = keras.models.clone_model(model, image, call_function=call)
    pupil.set_weights(model.get_weights())
    recipe.fit(pupil, dataset, recipe, on_progress)
    model.set_weights(pupil.get_weights())
