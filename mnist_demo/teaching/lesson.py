"""A lesson: drawings with what they were meant to be, and what makes one doubtful."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mnist_demo.errors import LessonError
from mnist_demo.image.normalization import check_images
from mnist_demo.reading.classifier import Classifier
from mnist_demo.reading.rejection import find_rejected

LEAST = 3  # corrections in a lesson; fewer say little of a hand
MOST = 40
SURE = 0.99  # a probability
ALIKE = 0.9  # cosine of the angle between two images


@dataclass(frozen=True, eq=False)
class Lesson:
    """Images (n, 28, 28, 1) float32 in [0, 1], and their labels (n,) int64, 0 to 9."""

    images: NDArray[np.float32]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def to_bytes(self) -> bytes:
        """Content of a lesson's file, which `from_bytes` reads."""
        file = io.BytesIO()
        np.savez(file, images=self.images, labels=self.labels)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Lesson":
        """Lesson that `to_bytes` wrote; LessonError for anything else."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as file:
                images, labels = file["images"], file["labels"]
            check_images(images)
            if labels.dtype != np.int64 or labels.shape != images.shape[:1] or not labels.size:
                raise ValueError("no labels")
            if not np.isin(labels, range(10)).all():
                raise ValueError("no digits")
        except Exception as error:  # a damaged zip raises nearly anything
            raise LessonError("The drawings to learn from are damaged.") from error
        return cls(images, labels)


@dataclass(frozen=True)
class Doubt:
    """So many drawings are to be taught as ``label``, and seem to be ``answer``."""

    label: int
    answer: int
    count: int


def find_doubts(lesson: Lesson, witnesses: Sequence[Classifier]) -> tuple[Doubt, ...]:
    """Labels that all ``witnesses`` contradict, each with a probability of at least `SURE`.

    One network may be sure of a mistake. So there must be `LEAST` such drawings of a label, and a
    witness that reads more hands than the version to be taught makes the doubt a better one.
    """
    opinions = [_find_sure(lesson.images, witness) for witness in witnesses]
    agreed = [
        (label, answers[0])
        for label, *answers in zip(lesson.labels.tolist(), *opinions, strict=True)
        if set(answers) not in ({label}, {None}) and len(set(answers)) == 1
    ]
    counts = Counter(agreed).items()
    return tuple(Doubt(label, answer, count) for (label, answer), count in counts if count >= LEAST)


def find_contradictions(lesson: Lesson) -> tuple[tuple[int, int], ...]:
    """Pairs of drawings, by their indices, that look alike and have different labels."""
    flat = lesson.images.reshape(len(lesson), -1)
    flat = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    likeness = flat @ flat.T
    return tuple(
        (one, other)
        for one, other in combinations(range(len(lesson)), 2)
        if lesson.labels[one] != lesson.labels[other] and likeness[one, other] >= ALIKE
    )


def _find_sure(images: NDArray[np.float32], witness: Classifier) -> list[int | None]:
    """What each image is to the witness; None where it rejects it, or is not sure."""
    logits, probabilities = witness.classify(images)
    is_sure = probabilities.max(axis=1) >= SURE
    is_sure &= ~find_rejected(logits, witness.rejection_threshold)
    answers = probabilities.argmax(axis=1).tolist()
    return [answer if sure else None for answer, sure in zip(answers, is_sure, strict=True)]
