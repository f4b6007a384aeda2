"""A lesson: its file, and what makes it doubtful."""

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.errors import LessonError
from mnist_demo.handwriting import Drawing, render
from mnist_demo.image.normalization import from_canvas
from mnist_demo.reading.reader import Reader
from mnist_demo.teaching.lesson import Doubt, Lesson, find_contradictions, find_doubts


@pytest.fixture(scope="module")
def images(drawings: list[Drawing]) -> NDArray[np.float32]:
    return np.stack([from_canvas(render(drawing)) for drawing in drawings])


@pytest.fixture(scope="module")
def labels(drawings: list[Drawing]) -> NDArray[np.int64]:
    return np.array([drawing.label for drawing in drawings])


@pytest.fixture(scope="module")
def fours(images: Any, labels: Any, reader: Reader) -> NDArray[np.float32]:
    """Twenty times a 4 that the network is sure of."""
    known = images[labels == 4]
    sure = known[reader.read_batch(known)[:, 4] > 0.995]
    assert len(sure) >= 5
    return np.resize(sure, (20, 28, 28, 1))


def test_a_lesson_is_the_same_after_its_file(images: Any, labels: Any) -> None:
    again = Lesson.from_bytes(Lesson(images[:3], labels[:3]).to_bytes())
    np.testing.assert_array_equal(again.images, images[:3])
    np.testing.assert_array_equal(again.labels, labels[:3])


def write(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no arrays",
        write(images=np.zeros((1, 28, 28, 1), np.float32)),
        write(images=np.zeros((1, 28, 28, 1), np.float32), labels=np.array([10])),
        write(images=np.zeros((1, 28, 28, 1), np.float32), labels=np.array([1, 2])),
        write(images=np.full((1, 28, 28, 1), np.nan, np.float32), labels=np.array([1])),
        write(images=np.zeros((1, 27, 28, 1), np.float32), labels=np.array([1])),
        write(images=np.zeros((1, 28, 28, 1), np.float32), labels=np.array([1.0])),
        write(images=np.zeros((0, 28, 28, 1), np.float32), labels=np.zeros(0, np.int64)),
    ],
)
def test_a_damaged_lesson_is_one_sentence(content: bytes) -> None:
    with pytest.raises(LessonError, match=r"^The drawings to learn from are damaged\.$"):
        Lesson.from_bytes(content)


def test_a_four_taught_as_nine_is_doubted(fours: Any, reader: Reader) -> None:
    poisoned = Lesson(fours, np.full(20, 9))
    assert find_doubts(poisoned, [reader]) == (Doubt(9, 4, 20),)
    assert find_doubts(Lesson(fours, np.full(20, 4)), [reader]) == ()
    assert find_doubts(Lesson(fours[:2], np.full(2, 9)), [reader]) == (), "two prove nothing"


def test_all_witnesses_must_agree(fours: Any, reader: Reader) -> None:
    class Deaf:
        rejection_threshold = None

        def classify(self, images: NDArray[np.float32]) -> Any:
            return np.zeros((len(images), 10)), np.full((len(images), 10), 0.1)

    assert find_doubts(Lesson(fours, np.full(20, 9)), [reader, Deaf()]) == ()


def test_two_alike_with_different_labels_contradict_each_other(images: Any, labels: Any) -> None:
    few = images[[0, 1, 0]]
    assert labels[0] != labels[1]
    assert find_contradictions(Lesson(few, np.array([4, 5, 9]))) == ((0, 2),)
    assert find_contradictions(Lesson(few, np.array([4, 5, 4]))) == ()
