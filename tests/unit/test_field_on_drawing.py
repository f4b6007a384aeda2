"""The part of a drawing that a pixel depends on, found by changing all the rest of it."""

import numpy as np
import pytest

from mnist_demo.handwriting import render
from mnist_demo.images import fit, normalize
from mnist_demo.networks import get_network
from mnist_demo.receptive_field import find_fields

PLACES = [
    ("conv_1", (9, 12, 0)),
    ("pool_1", (5, 6, 0)),
    ("conv_2", (4, 5, 0)),
    ("conv_3", (1, 1, 0)),
]


@pytest.fixture(scope="module")
def fields(model):
    return [find_fields(model, name, at)["image"] for name, at in PLACES]


@pytest.fixture(scope="module")
def model():
    return get_network("keras-cnn").build()


def find_pixels(steps, field):
    """Mask (height, width) of the drawing's pixels that count, as the explorer outlines them.

    Those whose middle lies in the field; one on a border belongs to the pixel before it. Where
    the drawing is small, one of its pixels is larger than one of the image.
    """
    x, y, width, height = steps.placement
    rows = np.arange(steps.ink.shape[0]) + 0.5
    columns = np.arange(steps.ink.shape[1]) + 0.5
    more_y, more_x = (max(height, 1) - height) / 2, (max(width, 1) - width) / 2
    in_rows = (rows > y + field.top * height - more_y) & (
        rows <= y + field.bottom * height + more_y
    )
    in_columns = (columns > x + field.left * width - more_x) & (
        columns <= x + field.right * width + more_x
    )
    return in_rows[:, np.newaxis] & in_columns


def prepare_alike(steps, ink):
    """Image of other ink, cropped, scaled and placed as the drawing was."""
    box, (left, top) = steps.box, steps.offset
    fitted = fit(ink[box.top : box.bottom, box.left : box.right])
    image = np.zeros((28, 28), np.float32)
    image[top : top + fitted.shape[0], left : left + fitted.shape[1]] = fitted
    return image


@pytest.mark.parametrize("step", [1, 12])
@pytest.mark.parametrize("number", range(6))
def test_only_ink_in_the_field_reaches_the_pixels_of_the_field(drawings, fields, number, step):
    steps = normalize(render(drawings[number])[::step, ::step])
    np.testing.assert_array_equal(prepare_alike(steps, steps.ink), steps.image[..., 0])
    rng = np.random.default_rng(number)
    scribble = np.maximum(steps.ink, rng.random(steps.ink.shape, np.float32))  # none is erased
    for field in fields:
        place = slice(field.top, field.bottom), slice(field.left, field.right)
        inside = find_pixels(steps, field)
        before = steps.image[..., 0][place]
        outside_changed = prepare_alike(steps, np.where(inside, steps.ink, scribble))
        np.testing.assert_allclose(outside_changed[place], before, atol=1e-6)
        inside_changed = prepare_alike(steps, np.where(inside, scribble, steps.ink))
        assert np.abs(inside_changed[place] - before).max() > 0.1
