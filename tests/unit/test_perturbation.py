"""Changes of an image by an amount, and where they flip the answer."""

import numpy as np
import pytest

from mnist_demo import changes
from mnist_demo.attribution import Attributor
from mnist_demo.changes import KINDS, among_others, change_all
from mnist_demo.handwriting import make_variant, render
from mnist_demo.images import find_centre_of_mass, from_canvas
from mnist_demo.inference import load_reader
from mnist_demo.perturbation import (
    RANDOM_CHANGES,
    SmallestFlip,
    count_random_flips,
    find_smallest_flip,
    trace_curve,
)


@pytest.fixture(scope="module")
def reader():
    return load_reader("keras-cnn", "plain")


@pytest.fixture(scope="module")
def image():
    return from_canvas(render(make_variant("7-plain", seed=2)))


@pytest.mark.parametrize("name", KINDS)
def test_the_neutral_amount_changes_nothing_and_any_amount_gives_an_image(name, image):
    kind = KINDS[name]
    np.testing.assert_allclose(kind.change(image, kind.neutral), image, atol=1e-6)
    for amount in np.linspace(kind.low, kind.high, 9):
        changed = kind.change(image, amount)
        assert changed.shape == (28, 28, 1)
        assert changed.dtype == np.float32
        assert changed.min() >= 0
        assert changed.max() <= 1


def test_moving_moves_the_centre_of_mass(image):
    x, y = find_centre_of_mass(image[..., 0])
    moved = changes.shift(image, 2.5)
    assert find_centre_of_mass(moved[..., 0]) == pytest.approx((x + 2.5, y), abs=0.02)
    moved = changes.lower(image, -1.25)
    assert find_centre_of_mass(moved[..., 0]) == pytest.approx((x, y - 1.25), abs=0.02)
    whole = np.roll(image, 3, axis=1)
    np.testing.assert_allclose(changes.shift(image, 3), whole, atol=1e-6)


def test_turning_is_clockwise_and_about_the_middle(image):
    np.testing.assert_allclose(changes.turn(image, 90), np.rot90(image, -1), atol=1e-5)


def test_scaling_is_about_the_middle():
    square = np.zeros((28, 28, 1), np.float32)
    square[10:18, 10:18] = 1
    doubled = changes.scale(square, 2)
    assert doubled.sum() == pytest.approx(4 * 64, rel=0.05)
    assert find_centre_of_mass(doubled[..., 0]) == pytest.approx((13.5, 13.5), abs=0.01)


def test_thickness_is_a_dilation_or_an_erosion():
    square = np.zeros((28, 28, 1), np.float32)
    square[10:16, 10:16] = 1
    assert changes.thicken(square, 1).sum() == 64
    assert changes.thicken(square, 2).sum() == 100
    assert changes.thicken(square, -1).sum() == 16
    assert changes.thicken(square, 0.5).sum() == pytest.approx(36 + 0.5 * 28)


def test_noise_is_the_same_each_time(image):
    first, second = changes.add_noise(image, 0.2), changes.add_noise(image, 0.2)
    np.testing.assert_array_equal(first, second)


def test_changes_follow_each_other_and_neutral_ones_do_nothing(image):
    neutral = {name: kind.neutral for name, kind in KINDS.items()}
    assert change_all(image, neutral) is image
    expected = changes.shift(changes.turn(changes.scale(image, 0.8), 30), 2)
    found = change_all(image, neutral | {"right": 2, "turn": 30, "scale": 0.8})
    np.testing.assert_array_equal(found, expected)
    turned = among_others("turn", {"scale": 0.8, "turn": -5, "right": 2})
    np.testing.assert_array_equal(turned.change(image, 30), expected)


def test_amounts_are_told_as_finely_as_they_matter():
    assert KINDS["turn"].describe(-12.3) == "−12°"
    assert KINDS["right"].describe(1.5) == "1.5 px"
    assert KINDS["scale"].describe(0.5) == "0.50 ×"
    assert KINDS["noise"].describe(0.125) == "0.12"


def test_a_curve_flips_where_its_answers_do(reader, image):
    for kind in KINDS.values():
        curve = trace_curve(reader.classify, image, kind)
        assert curve.probabilities.shape == (len(curve.amounts), 10)
        assert (np.diff(curve.amounts) > 0).all()
        assert curve.given == reader.read(image).digit
        for flip, edge in zip(curve.flips, (kind.low, kind.high), strict=True):
            is_side = (
                curve.amounts <= kind.neutral if edge == kind.low else curve.amounts >= kind.neutral
            )
            changed = (curve.probabilities.argmax(axis=1) != curve.given) & is_side
            assert (flip is not None) == changed.any()
            if flip is not None:
                tiny = (edge - kind.neutral) / 500
                assert reader.read(kind.change(image, flip)).digit != curve.given
                assert reader.read(kind.change(image, flip - tiny)).digit == curve.given


def test_the_smallest_flip_flips_and_less_does_not(reader, image):
    flip = find_smallest_flip(reader.classify, Attributor(reader.model).gradients, image)
    assert flip is not None
    assert flip.given == reader.read(image).digit
    assert reader.read(flip.image).digit == flip.answer != flip.given
    assert flip.image.min() >= 0
    assert flip.image.max() <= 1
    np.testing.assert_allclose(flip.image - image, flip.change, atol=1e-6)
    assert flip.distance == pytest.approx(float(np.sqrt((flip.change**2).sum())), rel=1e-5)
    assert reader.read(image + np.float32(0.98) * flip.change).digit == flip.given
    assert flip.distance < 4
    assert count_random_flips(reader.classify, image, flip) == 0


def test_random_changes_are_as_long_as_the_flip(image):
    grey = np.full_like(image, 0.5)
    flip = SmallestFlip(grey, np.full_like(grey, 0.1), given=3, answer=4)
    seen = []

    def classify(images):
        seen.append(images)
        answers = np.where(np.arange(len(images)) < 5, 4, 3)
        return np.eye(10, dtype=np.float32)[answers], np.eye(10, dtype=np.float32)[answers]

    assert count_random_flips(classify, grey, flip) == 5
    lengths = np.linalg.norm((seen[0] - grey).reshape(RANDOM_CHANGES, -1), axis=1)
    np.testing.assert_allclose(lengths, flip.distance, rtol=1e-4)


def test_the_smallest_flip_of_a_linear_classifier_is_the_way_to_its_border():
    rng = np.random.default_rng(2)
    kernel = rng.normal(0, 1, (784, 10)).astype(np.float32)
    image = np.full((28, 28, 1), 0.5, np.float32)

    def classify(images):
        logits = images.reshape(len(images), -1) @ kernel
        return logits, logits

    def gradients(images, weights):
        return (weights @ kernel.T).reshape(images.shape)

    logits = classify(image[None])[0][0]
    given = logits.argmax()
    distances = [
        (logits[given] - logits[i]) / np.linalg.norm(kernel[:, given] - kernel[:, i])
        for i in range(10)
        if i != given
    ]
    flip = find_smallest_flip(classify, gradients, image)
    assert flip is not None
    assert flip.distance == pytest.approx(min(distances), rel=0.01)


def test_where_nothing_helps_there_is_no_flip(image):
    def classify(images):
        logits = np.tile(np.eye(10, dtype=np.float32)[3], (len(images), 1))
        return logits, logits

    assert find_smallest_flip(classify, lambda images, _: np.zeros_like(images), image) is None
