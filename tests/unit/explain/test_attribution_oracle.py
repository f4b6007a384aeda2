"""Attributions against tf-keras-vis, which knows nothing of this project.

It has no integrated gradients and no occlusion; `test_attribution` holds those against their
definitions, and the gradients against finite differences.
"""

import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.explain.attribution import Attributor
from mnist_demo.explain.values import Target
from mnist_demo.handwriting import make_variant, render
from mnist_demo.image.normalization import from_canvas
from mnist_demo.reading.reader import load_reader

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it takes SciPy's zoom from an old place
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.saliency import Saliency

pytestmark = pytest.mark.filterwarnings("ignore:The structure of `inputs`:UserWarning:keras")
NETWORKS = ["keras-cnn", "convnet", "three-layer", "variables", "fashion"]
TARGETS = [Target(4), Target(7, 2)]


@pytest.fixture(scope="module", params=NETWORKS)
def model(request: pytest.FixtureRequest) -> keras.Model:
    return load_reader(request.param).model


@pytest.fixture(scope="module")
def image() -> NDArray[np.float32]:
    image = from_canvas(render(make_variant("4-open", seed=3)))
    return (image - image.min()) / (image.max() - image.min())  # its noise goes by the range


def up_to_logits(model: keras.Model) -> keras.Model:
    return keras.Model(model.inputs[0], model.get_layer("logits").output)


@pytest.mark.parametrize("target", TARGETS)
def test_saliency(model: keras.Model, image: NDArray[np.float32], target: Target) -> None:
    oracle = Saliency(up_to_logits(model))
    expected = oracle(
        lambda logits: tf.reduce_sum(logits * target.weights, axis=1),
        image,
        gradient_modifier=None,
        normalize_map=False,
    )[0]
    found = Attributor(model).saliency(image, target)
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())


def test_smoothgrad(
    model: keras.Model, image: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(1).normal(0, 1, (24, 28, 28, 1))
    monkeypatch.setattr(
        np.random, "normal", lambda mean, deviation, shape: deviation * noise[:, None]
    )
    expected = Saliency(up_to_logits(model))(
        lambda logits: logits[:, 4],
        image,
        smooth_samples=24,
        smooth_noise=0.15,
        gradient_modifier=None,
        normalize_map=False,
    )[0]
    found = Attributor(model).smooth(image, Target(4), seed=1)
    np.testing.assert_allclose(found, expected, atol=1e-3 * np.abs(expected).max())


@pytest.mark.parametrize("target", TARGETS)
def test_grad_cam(model: keras.Model, image: NDArray[np.float32], target: Target) -> None:
    found = Attributor(model).grad_cam(image, target)
    if found is None:
        assert not any(isinstance(layer, keras.layers.Conv2D) for layer in model.layers)
        return
    expected = Gradcam(up_to_logits(model))(
        lambda logits: tf.reduce_sum(logits * target.weights, axis=1),
        image,
        expand_cam=False,
        normalize_cam=False,
    )
    expected = tf.image.resize(np.asarray(expected)[0][..., np.newaxis], (28, 28))[..., 0]
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max() + 1e-7)
