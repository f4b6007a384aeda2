"""Fine-tuning on a few corrections, with real networks and a small rehearsal."""

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.data.dataset import Dataset
from mnist_demo.networks import Progress
from mnist_demo.paths import SHIPPED_MODELS
from mnist_demo.reading.reader import Reader
from mnist_demo.teaching.lesson import Lesson
from mnist_demo.teaching.rehearsal import Amounts, rehearse
from mnist_demo.teaching.teach import USUAL, Curriculum, teach, vary
from mnist_demo.versions.store import Store

QUICK = replace(USUAL, corrections=8, rehearsed=56, least_steps=10)
FEW = Amounts(training=100, drawn=60, non_digits=40)


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Any:
    store = Store(SHIPPED_MODELS, tmp_path_factory.mktemp("models"))
    return lambda network, recipe: store.load(store.shipped(network, recipe))


@pytest.fixture(scope="module")
def pool(tiny_dataset: Dataset) -> Lesson:
    """Drawings in many hands, none of which is rehearsed: it could not be learned."""
    return Lesson(tiny_dataset.test_images, tiny_dataset.test_labels)


def find_misread(pool: Lesson, model: keras.Model, threshold: float | None) -> Lesson:
    """Two or three drawings that are misread or rejected."""
    is_right = find_right(model, pool, threshold)
    rows = np.flatnonzero(~is_right)[:3]
    assert len(rows) >= 2
    return Lesson(pool.images[rows], pool.labels[rows])


def find_logits(model: keras.Model, images: NDArray[Any]) -> NDArray[np.float64]:
    network = keras.Model(model.inputs[0], model.get_layer("logits").output)
    return network.predict(images, batch_size=512, verbose=0).astype(np.float64)


def find_right(model: keras.Model, lesson: Lesson, threshold: float | None) -> Any:
    logits = find_logits(model, lesson.images)
    is_right = logits.argmax(axis=1) == lesson.labels
    if threshold is not None:
        is_right &= np.log(np.exp(logits).sum(axis=1)) >= threshold
    return is_right


@pytest.mark.parametrize(
    ("network", "recipe", "threshold"),
    [("keras-cnn", "robust", 0.0), ("three-layer", "plain", None)],
)
def test_the_corrections_are_read_and_the_rest_stays(
    load: Any, pool: Lesson, tiny_dataset: Dataset, network: str, recipe: str, threshold: Any
) -> None:
    model, before = load(network, recipe), load(network, recipe)
    lesson = find_misread(pool, model, threshold)
    rehearsed = rehearse(tiny_dataset, threshold is not None, 1, FEW)
    reports: list[Progress] = []
    curriculum = Curriculum(lesson, rehearsed, threshold)
    teach(model, curriculum, on_progress=reports.append, effort=QUICK)
    assert find_right(model, lesson, threshold).all()
    assert (reports[-1].accuracy or 0) > 0.8
    assert reports[-1].fraction == 1
    others = Lesson(tiny_dataset.test_images, tiny_dataset.test_labels)
    was, now = (find_right(one, others, threshold).mean() for one in (before, model))
    assert now >= was - 0.05


def test_without_rehearsal_it_forgets(load: Any, pool: Lesson, tiny_dataset: Dataset) -> None:
    model, forgetful, before = (load("three-layer", "plain") for _ in range(3))
    rehearsed = rehearse(tiny_dataset, False, 1, FEW)
    curriculum = Curriculum(find_misread(pool, model, None), rehearsed)
    teach(model, curriculum, effort=QUICK)
    teach(forgetful, curriculum, effort=replace(QUICK, rehearsal_weight=0.0))
    images = rehearsed.astype(np.float32) / 255
    logits = [find_logits(one, images) for one in (before, model, forgetful)]
    drift = [np.square(one - logits[0]).mean() for one in logits]
    assert 0 < drift[1] < drift[2] / 2


def test_it_ends_when_its_time_is_up(load: Any, pool: Lesson) -> None:
    model = load("three-layer", "plain")
    lesson = Lesson(pool.images[:3], (pool.labels[:3] + 1) % 10)
    reports: list[Progress] = []
    rehearsed = np.zeros((8, 28, 28, 1), np.uint8)
    effort = replace(QUICK, cpu_seconds=0.0, check_every=2)
    teach(model, Curriculum(lesson, rehearsed), on_progress=reports.append, effort=effort)
    assert [(one.step, one.fraction) for one in reports] == [(2, 1.0)]


def test_copies_are_changed_gently_and_stay_images(pool: Lesson, reader: Reader) -> None:
    right = np.flatnonzero(reader.read_batch(pool.images).argmax(axis=1) == pool.labels)[:20]
    lesson = Lesson(pool.images[right], pool.labels[right])
    copies = vary(lesson, np.random.default_rng(1))
    assert len(copies) == 8 * len(lesson)
    assert copies.images.dtype == np.float32
    assert not np.array_equal(copies.images[0], lesson.images[0])
    read = reader.read_batch(copies.images).argmax(axis=1)
    assert np.mean(read == copies.labels) > 0.9


def test_what_rejects_rehearses_non_digits_too(tiny_dataset: Dataset) -> None:
    assert len(rehearse(tiny_dataset, False, 1, FEW)) == 160
    images = rehearse(tiny_dataset, True, 1, FEW)
    assert images.shape == (200, 28, 28, 1)
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(images, rehearse(tiny_dataset, True, 1, FEW))
