"""The smallest change that changes an answer, against searches of another kind."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from mnist_demo.handwriting import make_digits, render
from mnist_demo.image.normalization import find_centre_of_mass, find_ink, from_canvas
from mnist_demo.reading.reader import Reader
from mnist_demo.stress.robustness import CHANGES, Trials, find_failures, try_drawing, try_image


@pytest.fixture(scope="module")
def ink() -> NDArray[np.float32]:
    return find_ink(render(make_digits(8, seed=5)[7]))


@pytest.fixture(scope="module")
def trials(ink: NDArray[np.float32]) -> Trials:
    return try_drawing(ink)


def answer_by(rule: Callable[..., Any]) -> Any:
    """A classifier that answers 1 where ``rule(image)`` is true, otherwise 0."""

    def classify(images: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        probabilities = np.zeros((len(images), 10), np.float32)
        for row, image in zip(probabilities, images, strict=True):
            row[int(rule(image))] = 1
        return np.log(probabilities + 1e-9), probabilities

    return SimpleNamespace(classify=classify, rejection_threshold=None)


def never(image: NDArray[np.float32]) -> bool:
    return False


def test_the_drawing_itself_is_what_the_page_reads(trials: Trials) -> None:
    rgba = render(make_digits(8, seed=5)[7])
    np.testing.assert_array_equal(trials.given, from_canvas(rgba))


def test_a_network_that_always_says_the_same_never_fails(trials: Trials) -> None:
    assert find_failures(trials, answer_by(never)) == dict.fromkeys(CHANGES)
    assert trials.largest("shift") == 8
    assert trials.largest("rotation") == 90
    assert trials.largest("thinning") > 0


def test_a_network_that_fails_at_once_fails_at_the_least_change(trials: Trials) -> None:
    given = trials.given
    failures = find_failures(trials, answer_by(lambda image: not np.array_equal(image, given)))
    assert {change: failure.trial.amount for change, failure in failures.items() if failure} == {
        "shift": 1,
        "rotation": 1,
        "thinning": min(t.amount for t in trials.changed if t.change == "thinning"),
    }
    assert all(failure and failure.answer == 1 for failure in failures.values())


def score_by(rule: Callable[..., Any], rejection_threshold: float | None = None) -> Any:
    """A classifier that always answers 0, with a score of 1 where ``rule(image)``, otherwise -1."""

    def classify(images: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        logits = np.full((len(images), 10), -100, np.float32)
        logits[:, 0] = [1 if rule(image) else -1 for image in images]
        return logits, np.eye(10, dtype=np.float32)[np.zeros(len(images), int)]

    return SimpleNamespace(classify=classify, rejection_threshold=rejection_threshold)


def test_a_rejection_is_a_failure_only_where_the_version_rejects(trials: Trials) -> None:
    def is_given(image: NDArray[np.float32]) -> bool:
        return np.array_equal(image, trials.given)

    assert find_failures(trials, score_by(is_given)) == dict.fromkeys(CHANGES)
    assert find_failures(trials, score_by(is_given, -2.0)) == dict.fromkeys(CHANGES)
    failures = find_failures(trials, score_by(is_given, 0.0))
    assert [failure and failure.answer for failure in failures.values()] == [None] * 3
    assert [failure.trial.amount for failure in failures.values() if failure][:2] == [1, 1]


def test_what_is_rejected_as_it_is_has_no_failures(trials: Trials) -> None:
    classifier = score_by(lambda image: not np.array_equal(image, trials.given), 0.0)
    assert find_failures(trials, classifier) == dict.fromkeys(CHANGES)


@pytest.mark.parametrize("limit", [1.5, 3.2, 5.0, 6.4])
def test_the_smallest_shift_against_a_search_by_centre_of_mass(
    trials: Trials, limit: float
) -> None:
    """The image is moved in a large frame, where nothing can get lost, by brute force."""
    start = np.array(find_centre_of_mass(trials.given[..., 0]))

    def is_far(image: NDArray[np.float32]) -> bool:
        return np.hypot(*(find_centre_of_mass(image[..., 0]) - start)) >= limit

    expected = min(
        np.hypot(x, y)
        for x in range(-9, 10)
        for y in range(-9, 10)
        if is_far(np.pad(trials.given, ((9, 9), (9, 9), (0, 0)))[9 - y : 37 - y, 9 - x : 37 - x])
    )
    failure = find_failures(trials, answer_by(is_far))["shift"]
    assert failure is not None
    assert failure.trial.amount == pytest.approx(expected)


def orientation(image: NDArray[np.float32]) -> float:
    """Direction of the longest axis in degrees, from second moments."""
    image = np.asarray(image, np.float64)
    rows, columns = np.indices(image.shape)
    weights = image / image.sum()
    x, y = columns - (weights * columns).sum(), rows - (weights * rows).sum()
    xx, yy, xy = (weights * x * x).sum(), (weights * y * y).sum(), (weights * x * y).sum()
    return np.degrees(np.arctan2(2 * xy, xx - yy)) / 2


@pytest.mark.parametrize("limit", [5, 20, 40])
def test_the_smallest_turn_of_a_bar_against_its_second_moments(limit: int) -> None:
    bar = np.zeros((280, 280), np.float32)
    bar[130:150, 40:240] = 1
    failure = find_failures(
        try_drawing(bar), answer_by(lambda image: abs(orientation(image[..., 0])) >= limit)
    )["rotation"]
    assert failure is not None
    assert failure.trial.amount == pytest.approx(limit, abs=2)


def test_turns_are_clockwise_and_back(trials: Trials) -> None:
    bar = np.zeros((280, 280), np.float32)
    bar[130:150, 40:240] = 1
    turns = {t.text: t.image for t in try_drawing(bar).changed if t.change == "rotation"}
    assert orientation(turns["30° clockwise"][..., 0]) == pytest.approx(30, abs=2)  # y points down
    assert orientation(turns["30° counterclockwise"][..., 0]) == pytest.approx(-30, abs=2)


def test_the_least_thinning_of_a_bar_against_its_thickness() -> None:
    """20 of 200 pixels are 2 of the network's 20; a fourth of it is gone after 0.5."""
    bar = np.zeros((280, 280), np.float32)
    bar[130:150, 40:240] = 1
    failure = find_failures(
        try_drawing(bar), answer_by(lambda image: image.sum() / image.max() <= 1.55 * 20)
    )["thinning"]
    assert failure is not None
    assert failure.trial.amount == pytest.approx(0.5, abs=0.15)


def test_thinning_ends_before_the_ink_is_lost(trials: Trials) -> None:
    thinnings = [t for t in trials.changed if t.change == "thinning"]
    amounts = [t.amount for t in thinnings]
    assert amounts == sorted(amounts)
    sums = [t.image.sum() for t in thinnings]
    assert sums[-1] < trials.given.sum()


def test_a_picture_of_a_data_set_stays_in_its_place(trials: Trials) -> None:
    image = trials.given
    trials = try_image(image)
    assert trials.given is image
    centre = find_centre_of_mass(image[..., 0])
    for trial in trials.changed:
        assert trial.image.shape == (28, 28, 1)
        assert 0 <= trial.image.min() <= trial.image.max() <= 1
        if trial.change == "thinning":
            moved = np.subtract(find_centre_of_mass(trial.image[..., 0]), centre)
            assert np.hypot(*moved) < 0.7
    shrunk = next(t.image for t in trials.changed if t.change == "thinning")
    assert 0 < shrunk.sum() < image.sum()


def test_a_picture_is_turned_about_the_middle_of_its_frame() -> None:
    image = np.zeros((28, 28, 1), np.float32)
    image[3:6, 12:16] = 1
    quarter = next(t for t in try_image(image).changed if t.text == "90° clockwise").image
    np.testing.assert_allclose(quarter[..., 0], np.rot90(image[..., 0], -1), atol=0.35)


def test_thinning_against_pillow_on_the_ink_itself(ink: NDArray[np.float32]) -> None:
    """The first thinning takes one pixel off either side of every stroke."""
    first = next(t for t in try_drawing(ink).changed if t.change == "thinning")
    levels = Image.fromarray(np.rint(ink * 255).astype(np.uint8)).filter(ImageFilter.MinFilter(3))
    rgba = np.dstack([np.asarray(levels)] * 3 + [np.full(ink.shape, 255, np.uint8)])
    np.testing.assert_allclose(first.image, from_canvas(rgba), atol=0.06)


def test_what_is_too_thin_to_be_thinned_is_only_moved_and_turned() -> None:
    hair = np.zeros((100, 100), np.float32)
    hair[10:90, 50] = 1
    trials = try_drawing(hair)
    assert trials.largest("thinning") == 0
    assert find_failures(trials, answer_by(never))["thinning"] is None


def test_the_shipped_network_survives_less_than_it_claims_to(
    reader: Reader, trials: Trials
) -> None:
    failures = find_failures(trials, reader)
    given = reader.read(trials.given)
    assert not given.is_rejected
    assert any(failures.values())
    for failure in filter(None, failures.values()):
        reading = reader.read(failure.trial.image)
        assert failure.answer != given.digit
        assert failure.answer == (None if reading.is_rejected else reading.digit)
