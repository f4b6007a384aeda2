"""Adjustments of an image by an amount, alone and one after the other."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.handwriting import make_variant, render
from mnist_demo.image.adjustments import ADJUSTMENTS, adjust, among_others
from mnist_demo.image.normalization import from_canvas
from mnist_demo.image.transforms import rotate, scale, shift


@pytest.fixture(scope="module")
def image() -> NDArray[np.float32]:
    return from_canvas(render(make_variant("7-plain", seed=2)))


@pytest.mark.parametrize("name", ADJUSTMENTS)
def test_the_neutral_amount_changes_nothing_and_any_amount_gives_an_image(
    name: str, image: NDArray[np.float32]
) -> None:
    adjustment = ADJUSTMENTS[name]
    np.testing.assert_allclose(adjustment.apply(image, adjustment.neutral), image, atol=1e-6)
    for amount in np.linspace(adjustment.low, adjustment.high, 9):
        adjusted = adjustment.apply(image, amount)
        assert adjusted.shape == (28, 28, 1)
        assert adjusted.dtype == np.float32
        assert adjusted.min() >= 0
        assert adjusted.max() <= 1


def test_adjustments_follow_each_other_and_neutral_ones_do_nothing(
    image: NDArray[np.float32],
) -> None:
    neutral = {name: adjustment.neutral for name, adjustment in ADJUSTMENTS.items()}
    assert adjust(image, neutral) is image
    expected = shift(rotate(scale(image, 0.8), 30), 2, 0)
    found = adjust(image, neutral | {"right": 2, "rotation": 30, "scale": 0.8})
    np.testing.assert_array_equal(found, expected)
    rotated = among_others("rotation", {"scale": 0.8, "rotation": -5, "right": 2})
    np.testing.assert_array_equal(rotated.apply(image, 30), expected)


@pytest.mark.parametrize("name", ADJUSTMENTS)
def test_an_amount_snaps_to_where_the_slider_can_stand(name: str) -> None:
    adjustment = ADJUSTMENTS[name]
    low, high = adjustment.ends
    assert (adjustment.snap(low - 1), adjustment.snap(high + 1)) == (low, high)
    assert adjustment.snap(adjustment.neutral + 0.4 * adjustment.step) == adjustment.neutral
    found = adjustment.snap(adjustment.neutral + 2.6 * adjustment.step)
    assert found == pytest.approx(adjustment.neutral + 3 * adjustment.step)
