"""Digit images as other hands might have written them: sheared, rotated, bent, thicker, thinner.

All of it happens to whole batches in TensorFlow, and ends with MNIST's own normalisation, as
`image.normalization` does it: the ink fitted into 20 x 20 pixels, its centre of mass in the middle.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.image.normalization import CENTRE, FITTED_SIDE, INK_THRESHOLD
from mnist_demo.image.normalization import IMAGE_SIDE as SIDE

WAVES = 3

Tensor = Any


@dataclass(frozen=True)
class Strength:
    """Standard deviations of what is done to an image, and how often something is done."""

    stretch: float = 0.10  # of the logarithm of the aspect
    shear: float = 0.18  # pixels to the side for each pixel down
    rotation: float = 0.10  # radians
    bend: float = 0.55  # pixels
    thickness: float = 0.35  # fraction of a 3 x 3 dilation or erosion
    unchanged: float = 0.5  # fraction of images that stay as they are


DEFAULT = Strength()


def augment(images: Tensor, seed: Tensor, strength: Strength = DEFAULT) -> Tensor:
    """Changed images, (n, 28, 28, 1) float32 in [0, 1], of images of the same kind.

    The first ``strength.unchanged`` of them stay as they are, so ``images`` must be shuffled.
    ``seed`` is an int32 tensor of shape (2,): the same seed gives the same images.
    """
    seeds = tf.unstack(tf.random.split(seed, 3))
    kept = tf.cast(strength.unchanged * tf.cast(tf.shape(images)[0], tf.float32), tf.int32)
    changed = _change_thickness(images[kept:], strength.thickness, seeds[0])
    changed = _warp(changed, strength, seeds[1])
    return tf.concat([images[:kept], _change_contrast(changed, seeds[2])], 0)


def _change_thickness(images: Tensor, deviation: float, seed: Tensor) -> Tensor:
    """Each image mixed with its dilation or its erosion over 3 x 3 pixels."""
    fraction = tf.random.stateless_normal((tf.shape(images)[0], 1, 1, 1), seed, stddev=deviation)
    dilated = tf.nn.max_pool2d(images, 3, 1, "SAME")
    eroded = -tf.nn.max_pool2d(-images, 3, 1, "SAME")
    mixed = images + tf.clip_by_value(fraction, 0.0, 1.0) * (dilated - images)
    mixed += tf.clip_by_value(-fraction, 0.0, 0.6) * (eroded - images)
    return mixed / tf.maximum(tf.reduce_max(mixed, (1, 2, 3), keepdims=True), 0.2)


def _change_contrast(images: Tensor, seed: Tensor) -> Tensor:
    """Soft edges made darker or lighter; background and full ink stay."""
    lift = tf.random.stateless_uniform((tf.shape(images)[0], 1, 1, 1), seed, -0.35, 0.35)
    return images + lift * images * (1 - images)


def _warp(images: Tensor, strength: Strength, seed: Tensor) -> Tensor:
    """Images bent, sheared, stretched and rotated, and normalised again, sampled only once."""
    seeds = tf.unstack(tf.random.split(seed, 3))
    count = tf.shape(images)[0]
    matrix = _random_matrices(count, strength, seeds[0])  # (n, 2, 2)
    bend = _random_bends(count, strength.bend, seeds[1])
    corner, scale, offset = _normalize_again(images, matrix, bend, seeds[2])
    targets = corner[:, None] + (_pixels()[None] - offset[:, None] + 0.5) / scale[:, None]
    flat = tf.linalg.matmul(targets, tf.linalg.inv(matrix), transpose_b=True)
    places = flat - bend(flat) + (SIDE - 1) / 2
    return _sample(images, places)


def _pixels(side: int = SIDE) -> Tensor:
    """(side * side, 2) x and y of all pixels."""
    y, x = tf.meshgrid(tf.range(side), tf.range(side), indexing="ij")
    return tf.cast(tf.reshape(tf.stack([x, y], -1), (-1, 2)), tf.float32)


def _random_matrices(count: Tensor, strength: Strength, seed: Tensor) -> Tensor:
    draws = tf.clip_by_value(tf.random.stateless_normal((3, count), seed), -2.5, 2.5)
    stretch, shear = tf.exp(draws[0] * strength.stretch), draws[1] * strength.shear
    angle = draws[2] * strength.rotation
    cosine, sine = tf.cos(angle), tf.sin(angle)
    # rotation @ [[stretch, -shear], [0, 1 / stretch]]
    top = tf.stack([cosine * stretch, -cosine * shear - sine / stretch], -1)
    bottom = tf.stack([sine * stretch, -sine * shear + cosine / stretch], -1)
    return tf.stack([top, bottom], 1)


def _random_bends(count: Tensor, deviation: float, seed: Tensor) -> Any:
    """A smooth displacement for each image: a function from (n, m, 2) places to (n, m, 2)."""
    seeds = tf.unstack(tf.random.split(seed, 3))
    waves = tf.random.stateless_normal((count, 2, WAVES), seeds[0], stddev=0.24)
    phases = tf.random.stateless_uniform((count, 1, WAVES), seeds[1], maxval=6.2832)
    push = tf.random.stateless_normal((count, WAVES, 2), seeds[2], stddev=deviation * 0.8)

    def bend(places: Tensor) -> Tensor:
        return tf.linalg.matmul(tf.sin(tf.linalg.matmul(places, waves) + phases), push)

    return bend


def _normalize_again(
    images: Tensor, matrix: Tensor, bend: Any, seed: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Corner of the changed ink (n, 2), scale (n, 1) and whole-pixel offset (n, 2)."""
    ink = tf.nn.max_pool2d(images, 2, 2, "VALID")  # a quarter of the places is exact enough
    ink = tf.reshape(ink, (-1, SIDE * SIDE // 4, 1))
    start = tf.tile(2 * _pixels(SIDE // 2)[None] - (SIDE - 2) / 2, (tf.shape(images)[0], 1, 1))
    moved = tf.linalg.matmul(start + bend(start), matrix, transpose_b=True)
    far = tf.where(ink >= INK_THRESHOLD, 0.0, 1e3)
    low, high = tf.reduce_min(moved + far, 1) - 0.75, tf.reduce_max(moved - far, 1) + 0.75
    scale = FITTED_SIDE / tf.maximum(tf.reduce_max(high - low, 1, keepdims=True), 1.0)
    mass = tf.reduce_sum(ink * moved, 1) / tf.maximum(tf.reduce_sum(ink, 1), 1e-6)
    offset = tf.round(CENTRE - ((mass - low) * scale - 0.5))
    offset = tf.clip_by_value(offset, 0.0, SIDE - tf.round((high - low) * scale))
    slip = tf.random.stateless_normal(tf.shape(offset), seed, stddev=0.4)
    return low, scale, offset + tf.round(slip)


@cache
def _bicubic_doubling() -> NDArray[np.float32]:
    """Matrix (56, 28) that interpolates a column of 28 pixels at twice as many places."""
    distance = np.abs((np.arange(2 * SIDE)[:, None] + 0.5) / 2 - 0.5 - np.arange(SIDE)[None])
    near = (1.5 * distance - 2.5) * distance**2 + 1
    far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
    return np.where(distance < 1, near, np.where(distance < 2, far, 0.0)).astype(np.float32)


def _sample(images: Tensor, places: Tensor) -> Tensor:
    """Brightness at places (n, 784, 2), bilinear in the image at twice its size."""
    doubling = tf.constant(_bicubic_doubling())
    large = doubling @ images[..., 0] @ tf.transpose(doubling)  # (n, 56, 56)
    large = tf.pad(tf.clip_by_value(large, 0.0, 1.0), ((0, 0), (1, 1), (1, 1)))
    side = 2 * SIDE + 2
    spots = tf.clip_by_value(places * 2 + 1.5, 0.0, side - 1.001)
    whole = tf.floor(spots)
    part = spots - whole
    index = tf.cast(whole[..., 1] * side + whole[..., 0], tf.int32)
    table = tf.reshape(large, (-1, side * side))
    corners = [tf.gather(table, index + step, batch_dims=1) for step in (0, 1, side, side + 1)]
    x, y = part[..., 0], part[..., 1]
    top = corners[0] + x * (corners[1] - corners[0])
    bottom = corners[2] + x * (corners[3] - corners[2])
    sampled = tf.reshape(top + y * (bottom - top), (-1, SIDE, SIDE, 1))
    return sampled / tf.maximum(tf.reduce_max(sampled, (1, 2, 3), keepdims=True), 0.2)
