"""Checks of attributions, on a linear network that can be reckoned by hand."""

import keras
import numpy as np
import pytest
from keras import layers
from numpy.typing import NDArray

from mnist_demo.explain.attribution import METHODS, Attributor
from mnist_demo.explain.attribution_checks import DELETED, attribute, delete, take_step
from mnist_demo.explain.values import IntegratedGradients, NoiseRepeat, Target


@pytest.fixture(scope="module")
def kernel() -> NDArray[np.float32]:
    return np.random.default_rng(1).normal(0, 1, (784, 10)).astype(np.float32)


@pytest.fixture(scope="module")
def attributor(kernel: NDArray[np.float32]) -> Attributor:
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Flatten(name="flatten")(image)
    logits = layers.Dense(10, name="logits")(x)
    model = keras.Model(image, layers.Softmax(name="probabilities")(logits))
    model.set_weights([kernel, np.zeros(10, np.float32)])
    return Attributor(model)


@pytest.fixture
def image() -> NDArray[np.float32]:
    image = np.zeros((28, 28, 1), np.float32)
    image[5:20, 10:18] = 0.8
    return image


def test_a_linear_network_keeps_what_its_gradient_promises(
    attributor: Attributor, image: NDArray[np.float32], kernel: NDArray[np.float32]
) -> None:
    gradient = attributor.saliency(image, Target(3))
    step = take_step(attributor, image, Target(3), gradient)
    assert step.promised == pytest.approx(0.01 * np.linalg.norm(kernel[:, 3]), rel=1e-5)
    assert step.measured == pytest.approx(step.promised, rel=1e-3)
    wrong = take_step(attributor, image, Target(3), np.roll(gradient, 1))
    assert wrong.measured != pytest.approx(wrong.promised, rel=0.1)


def test_what_a_map_ranks_highest_is_deleted(
    attributor: Attributor, image: NDArray[np.float32], kernel: NDArray[np.float32]
) -> None:
    target = Target(3, 7)
    values = (kernel[:, 3] - kernel[:, 7]).reshape(28, 28)
    inked = np.sort(values[image[..., 0] > 0])[::-1]
    deletion = delete(attributor, image, target, values)
    assert deletion is not None
    assert deletion.count == DELETED
    assert deletion.fall == pytest.approx(0.8 * inked[:DELETED].sum(), rel=1e-4)
    assert deletion.fall > deletion.random_fall
    expected = 0.8 * DELETED * inked.mean()
    assert deletion.random_fall == pytest.approx(expected, abs=0.8 * np.sqrt(DELETED) * 2)


def test_too_little_ink_is_not_deleted(attributor: Attributor) -> None:
    image = np.zeros((28, 28, 1), np.float32)
    image[3, :30] = 1
    assert delete(attributor, image, Target(0), image[..., 0]) is None


def test_no_gradient_promises_nothing(attributor: Attributor, image: NDArray[np.float32]) -> None:
    step = take_step(attributor, image, Target(3), np.zeros((28, 28), np.float32))
    assert (step.promised, step.measured) == (0, 0)


def test_an_empty_map_claims_nothing(attributor: Attributor, image: NDArray[np.float32]) -> None:
    """Of a class against itself no pixel counts."""
    found = {name: attribute(attributor, image, Target(3, 3), name) for name in METHODS}
    assert found.pop("Grad-CAM").values is None
    for one in found.values():
        assert one.is_empty
        assert (one.claim, one.deletion) == (None, None)


def test_each_method_checks_what_it_claims(
    attributor: Attributor, image: NDArray[np.float32]
) -> None:
    found = {name: attribute(attributor, image, Target(3), name) for name in METHODS}
    step, integrated = found["Saliency"].claim, found["Integrated gradients"].claim
    saliency, values = found["Saliency"].values, found["Occlusion"].values
    assert saliency is not None
    assert values is not None
    assert step == take_step(attributor, image, Target(3), saliency)
    assert isinstance(integrated, IntegratedGradients)
    assert integrated.residual == pytest.approx(integrated.total - integrated.change, abs=1e-6)
    repeat = found["SmoothGrad"].claim
    assert isinstance(repeat, NoiseRepeat)
    assert repeat.correlation == pytest.approx(1, abs=0.01)  # it is linear
    assert found["Occlusion"].claim is None
    assert found["Occlusion"].deletion == delete(attributor, image, Target(3), values)
