"""Attributions against finite differences and plain loops; what each claims is checked."""

import time
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.explain.attribution import METHODS, Attributor, Method
from mnist_demo.explain.attribution_checks import correlate_ranks, randomize_by_layer
from mnist_demo.explain.values import RandomizedMap, Target
from mnist_demo.handwriting import make_variant, render
from mnist_demo.image.normalization import from_canvas
from mnist_demo.networks import get_network
from mnist_demo.reading.reader import load_reader


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return load_reader("keras-cnn", "plain").model


@pytest.fixture(scope="module")
def attributor(model: keras.Model) -> Attributor:
    return Attributor(model)


@pytest.fixture(scope="module")
def image() -> NDArray[np.float32]:
    return from_canvas(render(make_variant("4-open", seed=3)))


def evaluate(
    model: keras.Model, images: NDArray[np.float32], weights: NDArray[Any]
) -> NDArray[np.float64]:
    """The logits of a second model, put together layer by layer, times weights."""
    x = keras.ops.convert_to_tensor(images)
    for layer in model.layers[1:]:
        x = layer(x)
        if layer.name == "logits":
            return np.asarray(x, np.float64) @ weights
    raise AssertionError


def test_a_target_may_be_one_class_or_one_against_another(
    attributor: Attributor, model: keras.Model, image: NDArray[np.float32]
) -> None:
    logits = evaluate(model, image[None], np.eye(10))[0]
    assert attributor.target(image[None], Target(4))[0] == pytest.approx(logits[4], abs=1e-4)
    difference = attributor.target(image[None], Target(4, 9))[0]
    assert difference == pytest.approx(logits[4] - logits[9], abs=1e-4)
    assert not Target(4, 4).weights.any()


def test_saliency_is_the_gradient_by_finite_differences(
    attributor: Attributor, model: keras.Model, image: NDArray[np.float32]
) -> None:
    target = Target(4, 9)
    noise = np.random.default_rng(6).random(image.shape, np.float32)
    image = 0.7 * image + 0.2 * noise  # equal values would leave open which of them a pooling takes
    saliency = attributor.saliency(image, target)
    assert saliency.shape == (28, 28)
    for row, column in np.argwhere(np.abs(saliency) > np.quantile(np.abs(saliency), 0.97)):
        step = np.zeros((28, 28, 1), np.float32)
        step[row, column] = 1e-3
        pair = evaluate(model, np.stack([image + step, image - step]), target.weights)
        slope = (pair[0] - pair[1]) / 2e-3
        assert slope == pytest.approx(saliency[row, column], rel=0.05, abs=0.02)


def test_integrated_gradients_add_up_to_the_change(
    attributor: Attributor, model: keras.Model, image: NDArray[np.float32]
) -> None:
    target = Target(4)
    integrated = attributor.integrate(image, target)
    empty, full = evaluate(model, np.stack([np.zeros_like(image), image]), target.weights)
    assert integrated.change == pytest.approx(full - empty, abs=1e-3)
    assert integrated.residual == pytest.approx(integrated.values.sum() - (full - empty), abs=1e-3)
    assert abs(integrated.residual) < 0.02 * abs(integrated.change)
    assert not integrated.values[image[..., 0] == 0].any()


def test_integrated_gradients_are_the_mean_gradient_on_the_way_times_the_image(
    attributor: Attributor, image: NDArray[np.float32]
) -> None:
    mean = np.zeros((28, 28))
    for step in range(300):
        mean += attributor.saliency(image * np.float32((step + 0.5) / 300), Target(4)) / 300
    found = attributor.integrate(image, Target(4)).values
    np.testing.assert_allclose(found, mean * image[..., 0], atol=0.02 * np.abs(found).max())


def test_smoothgrad_is_the_mean_saliency_of_noisy_copies(
    attributor: Attributor, image: NDArray[np.float32]
) -> None:
    found = attributor.smooth(image, Target(4), seed=5)
    noise = np.random.default_rng(5).normal(0, 0.15, (24, 28, 28, 1)).astype(np.float32)
    expected = np.mean([attributor.saliency(image + one, Target(4)) for one in noise], axis=0)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_grad_cam_weighs_the_last_maps_by_their_mean_gradient(
    attributor: Attributor, model: keras.Model, image: NDArray[np.float32]
) -> None:
    maps = np.asarray(keras.Model(model.inputs[0], model.get_layer("conv_3").output)(image[None]))
    tail = model.layers[[layer.name for layer in model.layers].index("conv_3") + 1 :]

    def score(values: NDArray[np.float32]) -> NDArray[np.float64]:
        x = keras.ops.convert_to_tensor(values)
        for layer in tail[:-1]:
            x = layer(x)
        return np.asarray(x, np.float64)[:, 4]

    slopes = np.zeros(64)
    for channel in range(64):
        step = np.zeros_like(maps)
        step[..., channel] = 1e-2
        slopes[channel] = (score(maps + step) - score(maps - step))[0] / 2e-2 / 9
    heat = np.maximum(maps[0] @ slopes, 0)
    found = attributor.grad_cam(image, Target(4))
    assert found is not None
    assert found.shape == (28, 28)
    assert found.min() >= 0
    assert found.max() == pytest.approx(heat.max(), rel=0.05)
    centre = found[[4, 14, 23]][:, [4, 14, 23]]  # the middles of the nine pixels
    np.testing.assert_allclose(centre, heat, atol=0.05 * heat.max())


def test_without_convolutions_there_is_no_grad_cam(image: NDArray[np.float32]) -> None:
    assert Attributor(get_network("three-layer").build()).grad_cam(image, Target(1)) is None


def test_occlusion_is_the_mean_fall_of_the_squares_on_a_pixel(
    attributor: Attributor, model: keras.Model, image: NDArray[np.float32]
) -> None:
    found = attributor.occlude(image, Target(4))
    sums, counts = np.zeros((28, 28)), np.zeros((28, 28))
    before = evaluate(model, image[None], Target(4).weights)[0]
    for top in range(-2, 26, 2):
        for left in range(-2, 26, 2):
            square = slice(max(top, 0), top + 5), slice(max(left, 0), left + 5)
            emptied = image.copy()
            emptied[square] = 0
            sums[square] += before - evaluate(model, emptied[None], Target(4).weights)[0]
            counts[square] += 1
    assert counts.min() > 0
    np.testing.assert_allclose(found, sums / counts, atol=1e-3)


def test_randomised_weights_change_the_map_and_not_the_model(
    attributor: Attributor, model: keras.Model, image: NDArray[np.float32]
) -> None:
    before = [weights.copy() for weights in model.get_weights()]
    progress = []

    def randomize(method: Method) -> tuple[RandomizedMap, ...]:
        return randomize_by_layer(
            attributor, image, Target(4), method, lambda *done: progress.append(done)
        )

    found = randomize(METHODS["Saliency"])
    assert [one.layer for one in found] == ["logits", "dense_1", "conv_3", "conv_2", "conv_1"]
    assert all(one.similarity < 0.8 for one in found)
    assert progress == [(done, 5) for done in range(5)]
    blind = randomize(lambda attributor, image, target: image[..., 0])  # ignores the weights
    assert all(one.similarity == pytest.approx(1) for one in blind)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_rank_correlation_by_hand() -> None:
    first = np.array([[1.0, -2.0, 0.0], [3.0, 4.0, 0.0]])
    assert correlate_ranks(first, first * 7) == pytest.approx(1)
    assert correlate_ranks(first, -first) == pytest.approx(-1)
    other = np.array([[3.0, 1.0, 0.0], [2.0, 4.0, 0.0]])  # ranks 3, 1, 2, 4 against 2, 1, 3, 4
    assert correlate_ranks(first, other) == pytest.approx(0.8)
    assert correlate_ranks(first, np.ones((2, 3), np.float32)) == 0
    assert correlate_ranks(np.zeros((2, 2), np.float32), np.zeros((2, 2), np.float32)) == 0


@pytest.mark.parametrize("network", ["keras-cnn", "convnet", "three-layer"])
def test_each_attribution_takes_less_than_its_time(
    network: str, image: NDArray[np.float32]
) -> None:
    attributor = Attributor(get_network(network).build())
    for method in (
        attributor.saliency,
        attributor.integrate,
        attributor.smooth,
        attributor.grad_cam,
        attributor.occlude,
    ):
        method(image, Target(4, 9))
        durations_s = []
        for _ in range(5):
            start_s = time.perf_counter()
            method(image, Target(4, 9))
            durations_s.append(time.perf_counter() - start_s)
        assert min(durations_s) < 0.15
