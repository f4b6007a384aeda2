"""Geometric changes of an image, each against a fact about it."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from mnist_demo.handwriting import make_variant, render
from mnist_demo.image import transforms
from mnist_demo.image.normalization import find_centre_of_mass, find_ink, from_canvas


@pytest.fixture(scope="module")
def image() -> NDArray[np.float32]:
    return from_canvas(render(make_variant("7-plain", seed=2)))


def test_moving_moves_the_centre_of_mass(image: NDArray[np.float32]) -> None:
    x, y = find_centre_of_mass(image[..., 0])
    moved = transforms.shift(image, 2.5, 0)
    assert find_centre_of_mass(moved[..., 0]) == pytest.approx((x + 2.5, y), abs=0.02)
    moved = transforms.shift(image, 0, -1.25)
    assert find_centre_of_mass(moved[..., 0]) == pytest.approx((x, y - 1.25), abs=0.02)
    whole = np.roll(image, 3, axis=1)
    np.testing.assert_allclose(transforms.shift(image, 3, 0), whole, atol=1e-6)


def test_rotation_is_clockwise_and_about_the_middle(image: NDArray[np.float32]) -> None:
    np.testing.assert_allclose(transforms.rotate(image, 90), np.rot90(image, -1), atol=1e-5)


def test_scaling_is_about_the_middle() -> None:
    square = np.zeros((28, 28, 1), np.float32)
    square[10:18, 10:18] = 1
    doubled = transforms.scale(square, 2)
    assert doubled.sum() == pytest.approx(4 * 64, rel=0.05)
    assert find_centre_of_mass(doubled[..., 0]) == pytest.approx((13.5, 13.5), abs=0.01)


def test_thickness_is_a_dilation_or_an_erosion() -> None:
    square = np.zeros((28, 28, 1), np.float32)
    square[10:16, 10:16] = 1
    assert transforms.thicken(square, 1).sum() == 64
    assert transforms.thicken(square, 2).sum() == 100
    assert transforms.thicken(square, -1).sum() == 16
    assert transforms.thicken(square, 0.5).sum() == pytest.approx(36 + 0.5 * 28)


def test_noise_is_the_same_each_time(image: NDArray[np.float32]) -> None:
    first, second = transforms.add_noise(image, 0.2), transforms.add_noise(image, 0.2)
    np.testing.assert_array_equal(first, second)


def test_whole_pixels_are_moved_as_they_are_and_background_comes_in() -> None:
    image = np.zeros((28, 28, 1), np.float32)
    image[5, 6] = 1
    image[0, 27] = 0.5
    assert np.argwhere(transforms.shift(image, 2, -1)).tolist() == [[4, 8, 0]]
    assert transforms.shift(image, -1, 2)[7, 5] == 1
    assert transforms.shift(image, -1, 2)[2, 26] == 0.5


def test_no_rotation_leaves_its_frame() -> None:
    ink = np.ones((40, 90), np.float32)
    framed = transforms.pad_for_rotation(ink)
    for degrees in range(0, 360, 7):
        assert transforms.rotate(framed, degrees).sum() == pytest.approx(ink.sum(), rel=0.01)


@pytest.mark.parametrize("pixels", [1, 3])
def test_dilation_and_erosion_against_pillow(pixels: int) -> None:
    ink = find_ink(render(make_variant("7-plain", seed=2)))
    levels = Image.fromarray(np.rint(ink * 255).astype(np.uint8))
    for change, rank_filter in (
        (transforms.dilate, ImageFilter.MaxFilter),
        (transforms.erode, ImageFilter.MinFilter),
    ):
        expected = np.asarray(levels.filter(rank_filter(2 * pixels + 1))) / 255
        np.testing.assert_allclose(change(ink, pixels), expected, atol=0.003)


def test_erosions_end_before_the_ink_is_lost() -> None:
    bar = np.zeros((40, 60), np.float32)
    bar[10:30, 10:50] = 0.8
    sums = [eroded.sum() for eroded in transforms.erosions(bar)]
    assert sums == [18 * 38, 16 * 36, 14 * 34, 12 * 32]  # the next would be 0.37 of the bar
    assert not list(transforms.erosions(np.eye(9, dtype=np.float32)))


def test_the_longer_side_is_as_asked_for_and_the_proportions_stay() -> None:
    assert transforms.resize_longer_side(np.ones((100, 50), np.float32), 20).shape == (20, 10)
    assert transforms.resize_longer_side(np.ones((2, 500), np.float32), 20).shape == (1, 20)


def test_what_is_placed_in_the_middle_has_equal_borders() -> None:
    square = transforms.place_in_middle(np.ones((4, 7), np.float32), 10)
    assert np.argwhere(square).min(axis=0).tolist() == [3, 1]
    assert np.argwhere(square).max(axis=0).tolist() == [6, 7]
