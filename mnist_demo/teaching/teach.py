"""Fine-tunes a network until it reads a few corrections, and keeps what it says of all else.

On the corrections, each of them varied a little in every step, the loss is the cross-entropy of
what was meant; for a network that rejects, with "no digit" as an eleventh class, as the recipe
``robust`` has it. On what is rehearsed it is the mean squared distance of the logits from those of
before, as a fraction of their variance: so nothing needs to be known of how the network was
trained, nor how large its logits are.

Source of the idea: Li and Hoiem, "Learning without forgetting", ECCV 2016.
"""

import time
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.networks.optimization import OPTIMIZERS, Tensor, cross_entropy
from mnist_demo.networks.recipe import OnProgress, Progress
from mnist_demo.networks.robust.augmentation import Strength, augment
from mnist_demo.networks.robust.training import with_no_digit
from mnist_demo.networks.training_loop import without_softmax
from mnist_demo.teaching.lesson import Lesson

GENTLE = Strength(stretch=0.06, shear=0.1, rotation=0.07, bend=0.35, thickness=0.3, unchanged=0.25)
CHECKED_COPIES = 8  # of each correction
CHUNK = 512


@dataclass(frozen=True, eq=False)
class Curriculum:
    """What is to be learned, and what is not to be forgotten.

    ``rehearsed`` are images (n, 28, 28, 1) uint8, of anything. The version rejects what scores
    below ``threshold``, or nothing.
    """

    lesson: Lesson
    rehearsed: NDArray[np.uint8]
    threshold: float | None = None


@dataclass(frozen=True)
class Effort:
    """How a teaching goes about it, and how much it does at the most.

    ``learned`` is the probability of what was meant with which a correction counts as learned, and
    ``copies`` the fraction of its varied copies that must be read right, too.
    """

    steps: int = 2000
    cpu_seconds: float = 60.0  # half as many by the clock, on two cores with nothing else to do
    corrections: int = 24  # in a batch
    rehearsed: int = 176
    learning_rate: float = 0.0003
    rehearsal_weight: float = 900.0
    least_steps: int = 60  # what was forgotten at first comes back
    learned: float = 0.8
    copies: float = 0.8
    check_every: int = 10


USUAL = Effort()


def teach(
    model: keras.Model,
    curriculum: Curriculum,
    seed: int = 1,
    on_progress: OnProgress = lambda progress: None,
    effort: Effort = USUAL,
) -> None:
    """Change the weights of ``model``, a classifier, until it reads the lesson or time is up.

    What ``on_progress`` gets has as accuracy that of the corrections and their varied copies.
    """
    end_s = time.process_time() + effort.cpu_seconds
    rng = np.random.default_rng(seed)
    teacher, lesson = _Teacher(model, curriculum, effort), curriculum.lesson
    copies = vary(lesson, rng)
    for step in range(1, effort.steps + 1):
        loss = teacher.step(lesson, rng)
        if step % effort.check_every and step < effort.steps:
            continue
        known, varied = teacher.read(lesson), teacher.read(copies)
        is_done = known.min() >= effort.learned and np.mean(varied >= 0.5) >= effort.copies
        is_done &= step >= effort.least_steps
        is_done |= time.process_time() >= end_s
        accuracy = float(np.mean(np.concatenate([known, varied]) >= 0.5))
        on_progress(Progress(1, 1, step, step if is_done else effort.steps, loss, accuracy))
        if is_done:
            return


def vary(lesson: Lesson, rng: np.random.Generator) -> Lesson:
    """`CHECKED_COPIES` gently changed copies of each correction."""
    images = np.repeat(lesson.images, CHECKED_COPIES, axis=0)
    seed = tf.constant(rng.integers(2**31, size=2), tf.int32)
    all_changed = Strength(**(vars(GENTLE) | {"unchanged": 0.0}))
    changed = augment(tf.constant(images), seed, all_changed).numpy()
    return Lesson(np.clip(changed, 0, 1), np.repeat(lesson.labels, CHECKED_COPIES))


class _Teacher:
    """Takes steps, and says how well the corrections are read by now."""

    def __init__(self, model: keras.Model, curriculum: Curriculum, effort: Effort) -> None:
        self._network = without_softmax(model)
        self._weights = self._network.trainable_variables
        self._threshold, self._effort = curriculum.threshold, effort
        self._optimizer = OPTIMIZERS["adam"](effort.learning_rate)
        self._optimizer.build(self._weights)
        self._rehearsed = curriculum.rehearsed
        self._before = self._find_logits(self._rehearsed.astype(np.float32) / np.float32(255))
        self._weight = tf.constant(effort.rehearsal_weight / self._before.var())

    def step(self, lesson: Lesson, rng: np.random.Generator) -> float:
        """Loss of one batch, after which the weights are changed."""
        count = self._effort.corrections
        rows = np.concatenate(
            [rng.permutation(len(lesson)) for _ in range(-(-count // len(lesson)))]
        )
        old = rng.integers(len(self._rehearsed), size=self._effort.rehearsed)
        loss = self._step(
            tf.constant(lesson.images[rows[:count]]),
            tf.constant(lesson.labels[rows[:count]]),
            tf.constant(self._rehearsed[old]),
            tf.constant(self._before[old]),
            tf.constant(rng.integers(2**31, size=2), tf.int32),
        )
        return float(loss)

    @tf.function
    def _step(
        self, images: Tensor, labels: Tensor, rehearsed: Tensor, before: Tensor, seed: Tensor
    ) -> Tensor:
        changed = augment(images, seed, GENTLE)
        batch = tf.concat([changed, tf.cast(rehearsed, tf.float32) / 255], 0)
        with tf.GradientTape() as tape:
            logits = self._network(batch, training=False)  # no dropout: what is rehearsed stays
            new, old = tf.split(logits, [self._effort.corrections, self._effort.rehearsed])
            loss = cross_entropy(labels, self._with_no_digit(new))
            loss += self._weight * tf.reduce_mean(tf.square(old - before))
        self._optimizer.apply(tape.gradient(loss, self._weights), self._weights)
        return loss

    def read(self, lesson: Lesson) -> NDArray[np.float32]:
        """Probability (n,) of what was meant, "no digit" being one of the classes."""
        logits = self._with_no_digit(tf.constant(self._find_logits(lesson.images)))
        probabilities = tf.nn.softmax(logits).numpy()
        return np.asarray(probabilities[np.arange(len(lesson)), lesson.labels])

    def _with_no_digit(self, logits: Tensor) -> Tensor:
        return logits if self._threshold is None else with_no_digit(logits, self._threshold)

    def _find_logits(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        chunks = np.split(images, range(CHUNK, len(images), CHUNK))
        return np.concatenate([self._compute(tf.constant(chunk)) for chunk in chunks])

    @tf.function(reduce_retracing=True)
    def _compute(self, images: Tensor) -> Tensor:
        return self._network(images, training=False)
