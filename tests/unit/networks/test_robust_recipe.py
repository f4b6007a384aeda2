"""The data of the robust recipe, its augmentation and its calibration."""

import dataclasses
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo import handwriting
from mnist_demo.data.dataset import Dataset
from mnist_demo.handwriting.redrawing import measure_distance, redraw, skeletonize
from mnist_demo.image.normalization import from_canvas
from mnist_demo.networks import get_network
from mnist_demo.networks.lessons.keras_cnn import build
from mnist_demo.networks.recipe import Progress, Recipe
from mnist_demo.networks.robust import examples as robust_data
from mnist_demo.networks.robust import training as robust
from mnist_demo.networks.robust.augmentation import Strength, augment
from mnist_demo.networks.robust.examples import NO_DIGIT, Examples
from mnist_demo.networks.robust.teacher import build_teacher
from mnist_demo.networks.training_loop import without_softmax
from mnist_demo.reading.rejection import score
from mnist_demo.versions.store import open_store


@pytest.fixture(scope="module")
def images() -> NDArray[np.float32]:
    drawings = handwriting.make_digits(64, seed=3, size=112)
    return np.stack([from_canvas(handwriting.render(drawing)) for drawing in drawings])


@pytest.fixture(scope="module")
def dataset(images: NDArray[np.float32]) -> Dataset:
    labels = np.array([d.label for d in handwriting.make_digits(64, seed=3, size=112)])
    return Dataset("small", images, labels, images, labels)


def as_bytes(images: NDArray[Any]) -> NDArray[np.uint8]:
    return np.round(images * 255).astype(np.uint8)


def test_augmented_images_are_normalised_as_drawings_are(images: NDArray[np.float32]) -> None:
    changed = augment(images, tf.constant([1, 2]), Strength(unchanged=0.0)).numpy()
    assert changed.shape == images.shape
    assert 0 <= changed.min() < changed.max() <= 1 + 1e-6
    for image in changed[..., 0]:
        rows, columns = np.nonzero(image > 0.25)
        longer_side = max(np.ptp(rows), np.ptp(columns)) + 1
        assert 16 <= longer_side <= 24
        centre = np.array([image.sum(1) @ np.arange(28), image.sum(0) @ np.arange(28)])
        assert np.abs(centre / image.sum() - 14).max() < 3


def test_augmentation_without_strength_hardly_changes_an_image(images: NDArray[np.float32]) -> None:
    none = Strength(stretch=0, shear=0, rotation=0, bend=0, thickness=0, unchanged=0)
    changed = augment(images, tf.constant([1, 2]), none).numpy()
    slips = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    alike = [
        max(np.corrcoef(np.roll(a, slip, (0, 1)).ravel(), b.ravel())[0, 1] for slip in slips)
        for a, b in zip(images, changed, strict=True)
    ]
    assert np.median(alike) > 0.9  # a contrast remains, once a slip by a pixel is undone
    strong = augment(images, tf.constant([1, 2]), Strength(unchanged=0)).numpy()
    less_alike = [
        np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(images, strong, strict=True)
    ]
    assert np.median(less_alike) < np.median(alike)


def test_untouched_share_stays_as_it_is_and_a_seed_repeats_itself(
    images: NDArray[np.float32],
) -> None:
    strength = Strength(unchanged=0.25)
    one, again, other = (augment(images, tf.constant([1, n]), strength).numpy() for n in (2, 2, 3))
    assert np.array_equal(one, again)
    assert np.array_equal(one[:16], images[:16])
    assert not np.array_equal(one[16:], other[16:])


def test_thinning_leaves_the_middle_line_of_a_bar_and_the_hole_of_a_ring() -> None:
    masks = np.zeros((2, 40, 40), bool)
    masks[0, 5:35, 17:24] = True
    y, x = np.mgrid[:40, :40] - 19.5
    masks[1] = np.abs(np.hypot(x, y) - 12) < 3
    bar, ring = skeletonize(masks)
    assert bar[10:30].sum(axis=1).tolist() == [1] * 20
    assert np.abs(np.nonzero(bar)[1] - 20).max() <= 3
    assert np.abs(np.hypot(x, y)[ring] - 12).max() < 1.6
    assert 60 < ring.sum() < 100  # the circumference, one pixel wide


def test_distance_is_the_euclidean_one_as_far_as_it_reaches() -> None:
    lines = np.zeros((1, 21, 21), bool)
    lines[0, 10, 4] = lines[0, 3, 15] = True
    y, x = np.mgrid[:21, :21]
    exact = np.minimum(np.hypot(y - 10, x - 4), np.hypot(y - 3, x - 15))
    assert np.allclose(measure_distance(lines)[0], np.minimum(exact, 6), atol=1e-6)


def test_redrawn_digits_have_pens_of_many_widths(images: NDArray[np.float32]) -> None:
    copies = np.repeat(as_bytes(images[:1]), 50, axis=0)
    amounts = redraw(copies, np.random.default_rng(1)).sum(axis=(1, 2), dtype=np.int64)
    assert amounts.max() > 2.5 * amounts.min()


def test_some_drawings_have_specks_and_some_are_clipped_and_none_is_emptied() -> None:
    paper = handwriting.render(handwriting.make_variant("8-one-stroke", 1, 140))
    rng = np.random.default_rng(1)
    papers = [robust_data.spoil(paper.copy(), rng) for _ in range(400)]
    is_clipped = [spoiled.shape != paper.shape for spoiled in papers]
    is_speckled = [(spoiled > paper).any() for spoiled in papers if spoiled.shape == paper.shape]
    assert 0.02 < np.mean(is_clipped) < 0.12
    assert 0.04 < np.mean(is_speckled) < 0.2
    whole = np.count_nonzero(paper[..., 0])
    assert min(np.count_nonzero(spoiled[..., 0]) for spoiled in papers) > 0.7 * whole


def test_non_digits_are_made_in_the_number_asked_for(dataset: Dataset) -> None:
    digits = robust_data.take_training_images(dataset)
    examples = robust_data.make_non_digits(30, 5, digits)
    assert examples.images.shape == (30, 28, 28, 1)
    assert examples.images.dtype == np.uint8
    assert set(examples.labels) == {NO_DIGIT}


@pytest.mark.parametrize(("size", "expected"), [(100, [30, 15, 30, 25]), (1, [1, 1, 1, 1])])
def test_batches_hold_each_kind_in_its_share(
    dataset: Dataset, size: int, expected: list[int]
) -> None:
    material = robust.gather_material(dataset, np.random.default_rng(1))
    marks = [
        Examples(np.zeros((5, 28, 28, 1), np.uint8), np.full(5, n, np.int32)) for n in range(4)
    ]
    material = robust.Material(marks[0], marks[1:], material.held_out)
    for batch in robust.mix(material, size, 3, np.random.default_rng(2)):
        assert np.bincount(batch.labels, minlength=4).tolist() == expected


def test_calibration_keeps_answers_and_sets_the_rejection_rate_and_an_honest_temperature(
    dataset: Dataset,
) -> None:
    keras.utils.set_random_seed(1)
    model, rng = build(), np.random.default_rng(1)
    images = as_bytes(rng.random((400, 28, 28, 1)))
    network = without_softmax(model)
    logits = network.predict(images / np.float32(255), verbose=0)
    layer = model.get_layer("logits")
    scale = 3 / logits.std()  # much too sure of labels that are partly noise
    layer.set_weights([weights * scale for weights in layer.get_weights()])
    before = network.predict(images / np.float32(255), verbose=0)
    labels = np.where(rng.random(400) < 0.7, before.argmax(axis=1), rng.integers(0, 10, 400))
    robust.calibrate(model, Examples(images, labels.astype(np.int32)), threshold=0.5)
    after = network.predict(images / np.float32(255), verbose=0)
    assert np.array_equal(after.argmax(axis=1), before.argmax(axis=1))
    assert (score(after) < 0.5).mean() == pytest.approx(robust.REJECTED_FRACTION, abs=0.003)
    assert robust.find_temperature(after, labels) == pytest.approx(1, abs=0.03)


def test_temperature_is_found() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, (4000, 10)).astype(np.float32)
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(10, p=p / p.sum()) for p in chances.astype(float)])
    assert robust.find_temperature(2 * logits, labels) == pytest.approx(2, rel=0.08)


def test_a_short_training_reports_and_repeats_itself(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robust, "DRAWN_FOR_AN_EPOCH", (20, 20, 20))
    recipe = Recipe("robust", "Robust", robust.fit_robust, batch_size=50, epochs=2, steps=3)
    outcomes = []
    for _ in range(2):
        keras.utils.set_random_seed(4)
        model = build()
        reports: list[Progress] = []
        robust.fit_robust(model, dataset, recipe, reports.append)
        assert [(p.epoch, p.batch) for p in reports] == [(1, 3), (2, 3)]
        outcomes.append(model.get_weights())
    for one, other in zip(*outcomes, strict=True):
        assert np.allclose(one, other, atol=1e-4)


def test_the_teacher_has_logits_and_twice_the_parameters() -> None:
    teacher, pupil = build_teacher(), build()
    assert teacher.count_params() == 198_442
    assert 2 < teacher.count_params() / pupil.count_params() < 2.2
    assert teacher(np.zeros((3, 28, 28, 1), np.float32)).shape == (3, 10)


def test_the_distance_from_a_teacher_is_a_cross_entropy_with_its_known_gradient() -> None:
    rng = np.random.default_rng(1)
    logits, taught = (tf.constant(rng.normal(0, 3, (6, 11)), tf.float64) for _ in range(2))
    with tf.GradientTape() as tape:
        tape.watch(logits)
        distance = robust.measure_distance(logits, taught)
    soft = [np.exp(z / 2) / np.exp(z / 2).sum(axis=1, keepdims=True) for z in (logits, taught)]
    expected = -4 * (soft[1] * np.log(soft[0])).sum(axis=1).mean()
    assert float(distance) == pytest.approx(expected, rel=1e-6)
    assert robust.SOFTENING == 2
    np.testing.assert_allclose(  # softmax less softmax, as of any cross entropy, times 2
        tape.gradient(distance, logits), 2 * (soft[0] - soft[1]) / len(logits), atol=1e-9
    )
    assert float(robust.measure_distance(taught, taught)) < float(distance)


def test_the_pupil_comes_nearer_to_its_teacher_and_the_teacher_learns_from_labels_alone(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = Examples(as_bytes(dataset.train_images), dataset.train_labels.astype(np.int32))
    wrong = Examples(examples.images, (examples.labels + 1) % 10)
    recipe = Recipe("robust", "Robust", robust.fit_robust, batch_size=64, learning_rate=0.003)
    monkeypatch.setattr(robust, "SOFT_FRACTION", 1.0)  # so that no label reaches the pupil
    keras.utils.set_random_seed(4)
    trainer = robust.Trainer(build(), recipe, 60)
    for _ in range(60):
        trainer.step(wrong, np.random.default_rng(1))
    images = tf.cast(wrong.images, tf.float32) / 255
    networks = trainer.teacher, trainer.network
    answers = [np.argmax(network(images, training=True), axis=1) for network in networks]
    assert (answers[0] == wrong.labels).mean() > 0.9  # it was told so
    assert (answers[1] == wrong.labels).mean() > 0.6  # and passes it on


def test_cards_record_the_average_of_the_weights() -> None:
    assert get_network("keras-cnn").recipe("robust").settings["averaging"] == 0.999
    assert open_store().shipped("keras-cnn", "robust").card.settings["averaging"] == 0.999


def test_the_average_is_that_of_the_recipe(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robust, "calibrate", lambda *_: None)
    examples = Examples(as_bytes(dataset.train_images), dataset.train_labels.astype(np.int32))
    recipe = Recipe("robust", "Robust", robust.fit_robust, batch_size=64)
    steps = []
    for averaging in (None, 0.999):
        keras.utils.set_random_seed(4)
        model = build()
        trainer = robust.Trainer(model, dataclasses.replace(recipe, averaging=averaging), 3)
        passed = [model.get_weights()]
        for _ in range(3):
            trainer.step(examples, np.random.default_rng(1))
            passed.append(model.get_weights())
        trainer.finish()
        steps.append((passed, model.get_weights()))
    (passed, last), (passed_again, averaged) = steps
    for one, other in zip(passed[-1], last, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    for first, *rest, average in zip(*passed_again, averaged, strict=True):
        expected = first
        for step, weights in enumerate(rest, start=1):  # its warm-up: as if five came before
            expected = expected + (weights - expected) * 5 / (step + 5)
        np.testing.assert_allclose(average, expected, atol=1e-6)


def test_where_no_digit_can_fall_over_there_are_non_digits_all_the_same(dataset: Dataset) -> None:
    digits = robust_data.take_training_images(dataset)
    few = digits.take(np.flatnonzero(digits.labels == 1))
    made = robust_data.make_non_digits(20, 5, few)
    assert made.images.shape == (20, 28, 28, 1)
    assert (made.labels == NO_DIGIT).all()
