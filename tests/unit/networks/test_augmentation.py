"""Amounts of augmentation: off is off, none is exceeded, and the images of every loop change."""

import dataclasses
import random
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.data.dataset import Dataset
from mnist_demo.image import transforms
from mnist_demo.networks import augmentation, get_network, get_networks
from mnist_demo.networks.augmentation import Augmentation, fit_augmented, move, thicken
from mnist_demo.networks.lessons import variables

COPIES = 400


def shorten(network: str, **changes: Any) -> Any:
    """A few steps of a network's first recipe."""
    recipe = get_network(network).default_recipe
    length = {"epochs": 1} if recipe.steps is None else {"steps": 6}
    return dataclasses.replace(recipe, batch_size=40, **(length | changes))


def change(image: NDArray[np.float32], **amounts: float) -> NDArray[np.float64]:
    """Many changed copies of an image (28, 28), (n, 28, 28)."""
    keras.utils.set_random_seed(1)
    layer = Augmentation(**{"rotation": 0.0, "shift": 0.0, "thickness": 0.0, **amounts})
    copies = np.repeat(image[np.newaxis, ..., np.newaxis], COPIES, axis=0)
    return np.asarray(layer(copies, training=True), np.float64)[..., 0]


def find_moments(images: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centres of mass (n, 2), right and down, and directions of the long axis in degrees (n,)."""
    down, right = np.mgrid[:28, :28]
    mass = images.sum((1, 2))
    centres = np.stack([(images * axis).sum((1, 2)) / mass for axis in (right, down)], axis=1)
    x, y = (axis - centres[:, i, None, None] for i, axis in enumerate((right, down)))
    xx, yy, xy = ((images * product).sum((1, 2)) for product in (x * x, y * y, x * y))
    return centres, np.degrees(np.arctan2(2 * xy, xx - yy) / 2)


@pytest.fixture
def bar() -> NDArray[np.float32]:
    """A flat bar in the middle."""
    image = np.zeros((28, 28), np.float32)
    image[13:15, 6:22] = 1
    return image


@pytest.mark.parametrize("most", [5.0, 30.0])
def test_no_image_is_rotated_by_more(bar: NDArray[np.float32], most: float) -> None:
    centres, degrees = find_moments(change(bar, rotation=most))
    assert 0.9 * most < np.abs(degrees).max() < most + 0.2
    assert degrees.min() < 0 < degrees.max()
    np.testing.assert_allclose(centres, 13.5, atol=0.05)


def test_no_image_is_moved_by_more(bar: NDArray[np.float32]) -> None:
    centres, degrees = find_moments(change(bar, shift=3.0))
    distances = centres - 13.5
    assert np.abs(distances).max(axis=0).min() > 2.8
    assert np.abs(distances).max() < 3.01
    np.testing.assert_allclose(degrees, 0, atol=0.1)


def test_ink_grows_and_shrinks_by_no_more(bar: NDArray[np.float32]) -> None:
    ink = change(bar, thickness=0.5).sum((1, 2))
    thickest, thinnest = (transforms.thicken(bar, amount).sum() for amount in (0.5, -0.5))
    assert thinnest - 0.1 < ink.min() < bar.sum() < ink.max() < thickest + 0.1
    assert ink.min() < bar.sum() - 0.9 * (bar.sum() - thinnest)
    assert ink.max() > bar.sum() + 0.9 * (thickest - bar.sum())


def test_a_batch_is_changed_as_pillow_changes_an_image(tiny_dataset: Dataset) -> None:
    images = tiny_dataset.train_images[:4]
    degrees, right, down = [0.0, 20.0, -35.0, 0.0], [0.0, 0.0, 0.0, 2.5], [0.0, 0.0, 0.0, -3.0]
    amounts = [0.0, 0.4, -0.7, 1.6]
    moved = move(images, np.radians(degrees, dtype=np.float32), *map(tf.constant, (right, down)))
    thickened = thicken(images, tf.constant(amounts), 2)
    for index, image in enumerate(images):
        expected = transforms.rotate(image, degrees[index])
        expected = transforms.shift(expected, right[index], down[index])
        np.testing.assert_allclose(moved[index], expected, atol=2e-3)
        np.testing.assert_allclose(
            thickened[index], transforms.thicken(image, amounts[index]), atol=1e-6
        )


def test_every_batch_changes_in_another_way(bar: NDArray[np.float32]) -> None:
    layer = Augmentation(10.0, 1.0, 0.5)
    batch = bar[np.newaxis, ..., np.newaxis]
    one, other = (np.asarray(layer(batch, training=True)) for _ in range(2))
    assert not np.array_equal(one, other)
    np.testing.assert_array_equal(layer(batch), batch)  # nothing is trained


def test_amounts_of_zero_change_nothing(tiny_dataset: Dataset) -> None:
    recipe = shorten("convnet")
    results = []
    for fit in (recipe.fit, fit_augmented):
        keras.utils.set_random_seed(3)
        model = get_network("convnet").build()
        fit(model, tiny_dataset, recipe, lambda progress: None)
        results.append((*model.get_weights(), np.array(random.random())))
    for one, other in zip(*results, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", list(get_networks()))
def test_the_images_of_every_loop_change(
    name: str, tiny_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where they change into nothing, no weight of a first kernel can learn."""
    starts = []
    make_variables = variables.make_variables

    def make_and_tell() -> Any:
        made = make_variables()
        starts.append(made[0].numpy())
        return made

    monkeypatch.setattr(variables, "make_variables", make_and_tell)
    monkeypatch.setattr(augmentation, "move", lambda images, *_: tf.zeros_like(images))
    model = get_network(name).build()
    starts.append(model.get_weights()[0])
    recipe = shorten(name, rotation=10.0)
    fit_augmented(model, tiny_dataset, recipe, lambda progress: None)
    np.testing.assert_allclose(model.get_weights()[0], starts[-1], atol=1e-7)  # an EMA rounds
    assert "augmentation" not in [layer.name for layer in model.layers]
    fit_augmented(
        model,
        tiny_dataset,
        dataclasses.replace(recipe, rotation=0.0),
        lambda progress: None,
    )
    assert np.abs(model.get_weights()[0] - starts[-1]).max() > 1e-5
