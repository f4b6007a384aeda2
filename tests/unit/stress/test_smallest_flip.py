"""The smallest change that flips an answer."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.explain.attribution import Attributor
from mnist_demo.handwriting import make_variant, render
from mnist_demo.image.normalization import from_canvas
from mnist_demo.reading.reader import Reader, load_reader
from mnist_demo.stress.smallest_flip import (
    RANDOM_CHANGES,
    SmallestFlip,
    count_random_flips,
    find_smallest_flip,
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader("keras-cnn", "plain")


@pytest.fixture(scope="module")
def image() -> NDArray[np.float32]:
    return from_canvas(render(make_variant("7-plain", seed=2)))


def never_rejecting(classify: Callable[..., Any]) -> Any:
    return SimpleNamespace(classify=classify, rejection_threshold=None)


def test_the_smallest_flip_flips_and_less_does_not(
    reader: Reader, image: NDArray[np.float32]
) -> None:
    flip = find_smallest_flip(reader, Attributor(reader.model).gradients, image)
    assert flip is not None
    assert flip.given == reader.read(image).digit
    assert reader.read(flip.image).digit == flip.answer != flip.given
    assert flip.image.min() >= 0
    assert flip.image.max() <= 1
    np.testing.assert_allclose(flip.image - image, flip.change, atol=1e-6)
    assert flip.distance == pytest.approx(float(np.sqrt((flip.change**2).sum())), rel=1e-5)
    assert reader.read(image + np.float32(0.98) * flip.change).digit == flip.given
    assert flip.distance < 4
    assert count_random_flips(reader, image, flip) == 0


def test_random_changes_are_as_long_as_the_flip(image: NDArray[np.float32]) -> None:
    grey = np.full_like(image, 0.5)
    flip = SmallestFlip(grey, np.full_like(grey, 0.1), given=3, answer=4)
    seen = []

    def classify(images: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        seen.append(images)
        answers = np.where(np.arange(len(images)) < 5, 4, 3)
        return np.eye(10, dtype=np.float32)[answers], np.eye(10, dtype=np.float32)[answers]

    assert count_random_flips(never_rejecting(classify), grey, flip) == 5
    lengths = np.linalg.norm((seen[0] - grey).reshape(RANDOM_CHANGES, -1), axis=1)
    np.testing.assert_allclose(lengths, flip.distance, rtol=1e-4)


def test_the_smallest_flip_of_a_linear_classifier_is_the_way_to_its_border() -> None:
    rng = np.random.default_rng(2)
    kernel = rng.normal(0, 1, (784, 10)).astype(np.float32)
    image = np.full((28, 28, 1), 0.5, np.float32)

    def classify(images: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        logits = images.reshape(len(images), -1) @ kernel
        return logits, logits

    def gradients(images: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        return (weights @ kernel.T).reshape(images.shape)

    logits = classify(image[None])[0][0]
    given = logits.argmax()
    distances = [
        (logits[given] - logits[i]) / np.linalg.norm(kernel[:, given] - kernel[:, i])
        for i in range(10)
        if i != given
    ]
    flip = find_smallest_flip(never_rejecting(classify), gradients, image)
    assert flip is not None
    assert flip.distance == pytest.approx(min(distances), rel=0.01)


def test_where_nothing_helps_there_is_no_flip(image: NDArray[np.float32]) -> None:
    def classify(images: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        logits = np.tile(np.eye(10, dtype=np.float32)[3], (len(images), 1))
        return logits, logits

    assert (
        find_smallest_flip(
            never_rejecting(classify), lambda images, _: np.zeros_like(images), image
        )
        is None
    )


def test_a_rejection_is_another_answer(reader: Reader, image: NDArray[np.float32]) -> None:
    """With a threshold just below the score of the image, nearly any change is rejected."""
    wary = SimpleNamespace(
        classify=reader.classify, rejection_threshold=reader.read(image).score - 0.01
    )
    flip = find_smallest_flip(wary, Attributor(reader.model).gradients, image)
    assert flip is not None
    assert flip.answer is None
    assert reader.read(flip.image).score < wary.rejection_threshold


def test_what_is_rejected_as_it_is_has_no_answer_to_flip(
    reader: Reader, image: NDArray[np.float32]
) -> None:
    strict = SimpleNamespace(classify=reader.classify, rejection_threshold=1e9)
    assert find_smallest_flip(strict, Attributor(reader.model).gradients, image) is None
