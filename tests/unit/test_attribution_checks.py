"""Checks of attributions, on a linear network that can be reckoned by hand."""

import keras
import numpy as np
import pytest
from keras import layers

from mnist_demo.attribution import Attributor, Target
from mnist_demo.attribution_checks import DELETED, delete, take_step


@pytest.fixture(scope="module")
def kernel():
    return np.random.default_rng(1).normal(0, 1, (784, 10)).astype(np.float32)


@pytest.fixture(scope="module")
def attributor(kernel):
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Flatten(name="flatten")(image)
    logits = layers.Dense(10, name="logits")(x)
    model = keras.Model(image, layers.Softmax(name="probabilities")(logits))
    model.set_weights([kernel, np.zeros(10, np.float32)])
    return Attributor(model)


@pytest.fixture
def image():
    image = np.zeros((28, 28, 1), np.float32)
    image[5:20, 10:18] = 0.8
    return image


def test_a_linear_network_keeps_what_its_gradient_promises(attributor, image, kernel):
    gradient = attributor.saliency(image, Target(3))
    step = take_step(attributor, image, Target(3), gradient)
    assert step.promised == pytest.approx(0.01 * np.linalg.norm(kernel[:, 3]), rel=1e-5)
    assert step.measured == pytest.approx(step.promised, rel=1e-3)
    wrong = take_step(attributor, image, Target(3), np.roll(gradient, 1))
    assert wrong.measured != pytest.approx(wrong.promised, rel=0.1)


def test_what_a_map_ranks_highest_is_deleted(attributor, image, kernel):
    target = Target(3, 7)
    values = (kernel[:, 3] - kernel[:, 7]).reshape(28, 28)
    inked = np.sort(values[image[..., 0] > 0])[::-1]
    deletion = delete(attributor, image, target, values)
    assert deletion.count == DELETED
    assert deletion.fall == pytest.approx(0.8 * inked[:DELETED].sum(), rel=1e-4)
    assert deletion.fall > deletion.random_fall
    expected = 0.8 * DELETED * inked.mean()
    assert deletion.random_fall == pytest.approx(expected, abs=0.8 * np.sqrt(DELETED) * 2)


def test_too_little_ink_is_not_deleted(attributor):
    image = np.zeros((28, 28, 1), np.float32)
    image[3, :30] = 1
    assert delete(attributor, image, Target(0), image[..., 0]) is None


def test_no_gradient_promises_nothing(attributor, image):
    step = take_step(attributor, image, Target(3), np.zeros((28, 28), np.float32))
    assert (step.promised, step.measured) == (0, 0)
