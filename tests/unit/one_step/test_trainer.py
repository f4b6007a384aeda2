"""Steps of a training against NumPy: losses, gradients, optimizers; zeros, stopping, answers."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_demo.data.dataset import Dataset
from mnist_demo.data.samples import ImageSamples
from mnist_demo.networks import get_network
from mnist_demo.networks.catalogue import LESSONS
from mnist_demo.networks.recipe import LOSSES, OPTIMIZERS
from mnist_demo.one_step import trainer as trainer_module
from mnist_demo.one_step.arithmetic import write_out
from mnist_demo.one_step.divergence import find_divergence
from mnist_demo.one_step.trainer import Trainer, scale_weights
from tests.sixth_network import SIXTH, registered

CROSS_ENTROPY, SQUARED_ERROR = "sparse_categorical_crossentropy", "mean_squared_error"
RATE = 0.01


@pytest.fixture(scope="module")
def samples(tiny_dataset: Dataset) -> ImageSamples:
    return ImageSamples(tiny_dataset.train_images, tiny_dataset.train_labels)


@pytest.fixture
def begin(samples: ImageSamples) -> Callable[..., Trainer]:
    """Function to a training of a network that begins as that does, always with the same luck."""

    def begin(
        network: Any = "three-layer",
        optimizer: Any = "sgd",
        loss: Any = CROSS_ENTROPY,
        factor: Any = 1.0,
    ) -> Any:
        known = get_network(network)
        recipe = replace(known.default_recipe, optimizer=optimizer, loss=loss)
        model = known.build()
        scale_weights(model, factor)
        return Trainer(known, recipe, model, samples, seed=1)

    return begin


def compute_loss(weights: Any, images: Any, labels: Any, loss: Any) -> Any:
    """Loss of a dense network on a batch, in double precision."""
    x = images.reshape(len(images), -1).astype(np.float64)
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        x = np.maximum(x @ kernel + bias, 0)
    logits = x @ weights[-2] + weights[-1]
    if loss == SQUARED_ERROR:
        return ((logits - np.eye(10)[labels]) ** 2).mean()
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return -np.log(exponentials / exponentials.sum(axis=1, keepdims=True))[
        np.arange(len(labels)), labels
    ].mean()


@pytest.mark.parametrize(
    ("network", "loss"), [("three-layer", CROSS_ENTROPY), ("variables", SQUARED_ERROR)]
)
def test_gradients_are_those_of_finite_differences(
    begin: Callable[..., Trainer], network: str, loss: str
) -> None:
    trainer = begin(network, loss=loss)
    trainer.run(1, 16, RATE)
    step = trainer.last
    assert step is not None
    weights = [one.before.astype(np.float64) for one in step.updates.values()]
    batch = (step.images, step.labels, loss)
    assert step.record.loss == pytest.approx(compute_loss(weights, *batch), rel=1e-5)
    for array, update in zip(weights, step.updates.values(), strict=True):
        place = np.unravel_index(np.abs(update.gradient).argmax(), array.shape)
        middle, h = array[place], 1e-6
        around = []
        for side in (h, -h):
            array[place] = middle + side
            around.append(compute_loss(weights, *batch))
        array[place] = middle
        difference = (around[0] - around[1]) / (2 * h)
        assert update.gradient[place] == pytest.approx(difference, rel=1e-3)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_of_a_batch_is_the_mean_of_its_pictures(
    begin: Callable[..., Trainer], loss: str
) -> None:
    trainer = begin(loss=loss)
    trainer.run(2, 32, RATE)
    step = trainer.last
    assert step is not None
    assert step.losses.shape == step.labels.shape == (32,)
    assert step.losses.std() > 0
    assert step.losses.mean() == pytest.approx(step.record.loss, rel=1e-5)


class Expected:
    """Keras's optimizers in double precision, for one array of weights."""

    def __init__(self, weights: Any) -> None:
        self.w = weights.astype(np.float64)
        self.m = np.zeros_like(self.w)
        self.v = np.zeros_like(self.w)

    def sgd(self, g: Any, t: Any) -> None:
        self.w -= RATE * g

    def momentum(self, g: Any, t: Any) -> None:
        self.m = 0.9 * self.m - RATE * g
        self.w += self.m

    def rmsprop(self, g: Any, t: Any) -> None:
        self.v = 0.9 * self.v + 0.1 * g**2
        self.w -= RATE * g / np.sqrt(self.v + 1e-7)

    def adam(self, g: Any, t: Any) -> None:
        self.m = 0.9 * self.m + 0.1 * g
        self.v = 0.999 * self.v + 0.001 * g**2
        alpha = RATE * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        self.w -= alpha * self.m / (np.sqrt(self.v) + 1e-7)


def calculate(text: str) -> Any:
    """The value of a line of arithmetic, as somebody with a calculator reads it."""
    text = re.sub(r"√([\d.]+)", r"√(\1)", text)
    for sign, code in {"·": "*", "−": "-", "²": "**2", "^": "**", "√": "sqrt"}.items():
        text = text.replace(sign, code)
    return eval(text, {"sqrt": np.sqrt})


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_does_what_its_formula_says(
    begin: Callable[..., Trainer], optimizer: str
) -> None:
    trainer = begin(optimizer=optimizer)
    expected: Any = None
    for number in (1, 2, 3):
        trainer.run(1, 16, RATE)
        step = trainer.last
        assert step is not None
        update = step.updates["dense_2/kernel"]
        expected = expected or Expected(update.before)
        getattr(expected, optimizer)(update.gradient.astype(np.float64), number)
        np.testing.assert_allclose(update.after, expected.w, rtol=1e-4, atol=2e-6)
        assert np.abs(update.step).max() > 1e-4
        np.testing.assert_array_equal(update.step, update.before - update.after)

        flat = np.abs(update.gradient).argmax()
        place = tuple(map(int, np.unravel_index(flat, update.gradient.shape)))
        lines = write_out(optimizer, step, "dense_2/kernel", place)
        assert lines[-1].value == pytest.approx(update.after[place], abs=2e-6)
        for line in lines:
            text = line.substitute(lambda value: f"{value:.9g}".replace("-", "−"))
            assert calculate(text) == pytest.approx(line.value, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("network", LESSONS)
def test_zeros_give_no_kernel_a_gradient(begin: Callable[..., Trainer], network: str) -> None:
    trainer = begin(network, "adam", factor=0.0)
    trainer.run(2, 4, RATE)
    step = trainer.last
    assert step is not None
    assert step.has_no_gradient
    assert step.is_all_zero
    changed = [name for name, one in step.updates.items() if one.gradient.any()]
    assert changed == ["logits/bias"]


@pytest.mark.parametrize(
    ("network", "optimizer"), [("three-layer", "adam"), ("three-layer", "sgd"), ("sixth", "sgd")]
)
def test_a_learning_rate_of_a_thousand_diverges(
    begin: Callable[..., Trainer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    network: str,
    optimizer: str,
) -> None:
    (tmp_path / "sixth.py").write_text(SIXTH)
    with registered(tmp_path, monkeypatch):
        trainer = begin(network, optimizer)
        trainer.run(1, 16, 1000.0)
        assert find_divergence(trainer.course) is None  # its batch was read before the step
        trainer.run(3, 16, 1000.0)
    divergence = find_divergence(trainer.course)
    assert divergence is not None
    assert divergence.largest is not None
    assert divergence.largest.ratio > 100


def test_a_sensible_training_does_not_diverge_and_learns(begin: Callable[..., Trainer]) -> None:
    trainer = begin(optimizer="adam")
    trainer.run(60, 32, 0.001)
    assert find_divergence(trainer.course) is None
    assert trainer.course[-1].loss < trainer.course[0].loss / 2
    assert [one.number for one in trainer.course] == list(range(1, 61))


def test_a_network_with_other_variables_trains_and_answers_as_keras_does(
    begin: Callable[..., Trainer],
    samples: ImageSamples,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "sixth.py").write_text(SIXTH)
    with registered(tmp_path, monkeypatch):
        model = get_network("sixth").build()
        trainer = begin("sixth", "adam")
    trainer.run(3, 32, RATE)
    assert trainer.last is not None
    before, now = trainer.answer(samples.pixels[0])
    assert before is not None
    assert not np.allclose(before, now)
    for variable, update in zip(
        model.trainable_variables, trainer.last.updates.values(), strict=True
    ):
        variable.assign(update.after)
    averages = [variable for variable in model.non_trainable_variables if "moving" in variable.path]
    assert len(averages) == 2
    for variable, values in zip(model.non_trainable_variables, trainer._others, strict=True):
        if "moving" in variable.path:
            assert not np.allclose(variable.numpy(), values)
        variable.assign(values)
    np.testing.assert_allclose(model(samples.pixels[:1], training=False)[0], now, atol=1e-6)


def test_before_the_first_step_there_is_one_answer(
    begin: Callable[..., Trainer], samples: ImageSamples
) -> None:
    before, now = begin().answer(samples.pixels[0])
    assert before is None
    assert now.sum() == pytest.approx(1)


def test_what_stops_a_run_loses_no_step(begin: Callable[..., Trainer]) -> None:
    trainer = begin()

    def stop(done: int, total: int) -> None:
        assert total == 5
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trainer.run(5, 4, RATE, stop)
    assert trainer.last is not None
    assert trainer.last.record == trainer.course[-1]
    assert len(trainer.course) == 2


def test_a_long_course_keeps_its_first_step_and_the_last(
    begin: Callable[..., Trainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer_module, "MOST_RECORDS", 3)
    trainer = begin()
    trainer.run(7, 1, RATE)
    assert [one.number for one in trainer.course] == [1, 5, 6, 7]


def test_a_batch_is_never_larger_than_the_samples(
    begin: Callable[..., Trainer], samples: ImageSamples
) -> None:
    trainer = begin()
    trainer.run(1, 1000, RATE)
    assert trainer.last is not None
    assert len(trainer.last.labels) == len(samples)


def test_ten_times_too_large_is_ten_times_as_large() -> None:
    model = get_network("three-layer").build()
    before = model.get_weights()
    scale_weights(model, 10.0)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_allclose(new, 10 * old)


def test_a_weight_that_is_no_number_is_shown_as_one(begin: Callable[..., Trainer]) -> None:
    trainer = begin(optimizer="adam")
    trainer.run(1, 4, RATE)
    assert trainer.last is not None
    update = trainer.last.updates["logits/bias"]
    lost = replace(update, after=np.full_like(update.after, np.inf))
    assert np.isneginf(lost.step).all()
