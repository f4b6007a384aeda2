"""What an attribution claims, tried out on the network itself."""

from collections.abc import Callable

import keras
import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from mnist_demo.explain.attribution import METHODS, Attributor, Method
from mnist_demo.explain.values import (
    Attribution,
    Claim,
    Deletion,
    GradientStep,
    Map,
    NoiseRepeat,
    RandomizedMap,
    Target,
)
from mnist_demo.progress import OnCount, ignore_count

STEP = 0.01  # length of the step along a gradient; brightness has a range of 1
DELETED = 20  # pixels
TRIALS = 10
FAINTEST_INK = 0.1
OTHER_SEED = 2


def attribute(
    attributor: Attributor, image: NDArray[np.float32], target: Target, method: str
) -> Attribution:
    """Checked map of an image (28, 28, 1) by one of `METHODS`; an empty one claims nothing."""
    values = METHODS[method](attributor, image, target)
    if values is None or not values.any():
        return Attribution(method, values)
    claim = CLAIMS.get(method)
    return Attribution(
        method,
        values,
        claim and claim(attributor, image, target, values),
        delete(attributor, image, target, values),
    )


def take_step(
    attributor: Attributor, image: NDArray[np.float32], target: Target, gradient: Map
) -> GradientStep:
    """A step of the length `STEP` along ``gradient`` (28, 28), from ``image`` (28, 28, 1)."""
    length = float(np.linalg.norm(gradient))
    step = np.float32(STEP / length if length else 0.0) * gradient[..., np.newaxis]
    before, after = attributor.target(np.stack([image, image + step]), target)
    return GradientStep(STEP, STEP * length, float(after - before))


def repeat_with_other_noise(
    attributor: Attributor, image: NDArray[np.float32], target: Target, values: Map
) -> NoiseRepeat:
    """How much SmoothGrad's ``values`` (28, 28) depend on its noise."""
    other = attributor.smooth(image, target, seed=OTHER_SEED)
    return NoiseRepeat(correlate_ranks(values, other))


CLAIMS: dict[str, Callable[[Attributor, NDArray[np.float32], Target, Map], Claim]] = {
    "Saliency": take_step,
    "Integrated gradients": lambda attributor, image, target, _: attributor.integrate(
        image, target
    ),
    "SmoothGrad": repeat_with_other_noise,
}


def delete(
    attributor: Attributor, image: NDArray[np.float32], target: Target, values: Map, seed: int = 1
) -> Deletion | None:
    """Empty the inked pixels of ``image`` (28, 28, 1) with the highest ``values`` (28, 28).

    None where there is not twice as much ink as that.

    Source: Samek and others, "Evaluating the visualization of what a deep neural network has
    learned", 2017.
    """
    inked = np.flatnonzero(image >= FAINTEST_INK)
    if len(inked) < 2 * DELETED:
        return None
    rng = np.random.default_rng(seed)
    highest = inked[np.argsort(-values.ravel()[inked], kind="stable")[:DELETED]]
    others = [rng.choice(inked, DELETED, replace=False) for _ in range(TRIALS)]
    images = np.repeat(image.reshape(1, -1), TRIALS + 2, axis=0)
    for copy, pixels in zip(images[1:], [highest, *others], strict=True):
        copy[pixels] = 0
    before, after, *trials = attributor.target(images.reshape(-1, *image.shape), target)
    return Deletion(DELETED, float(before - after), float(before - np.mean(trials)))


def randomize_by_layer(  # noqa: PLR0913, PLR0917 - a question, and how to ask it
    attributor: Attributor,
    image: NDArray[np.float32],
    target: Target,
    method: Method,
    on_count: OnCount = ignore_count,
    seed: int = 1,
) -> tuple[RandomizedMap, ...]:
    """Maps after the last layer's weights are randomised, then also those of the layer before.

    The model itself stays as it is. A layer's weights are shuffled, so that their distribution is
    kept and nothing but what was learned is lost.

    Source: Adebayo and others, "Sanity checks for saliency maps", NeurIPS 2018.
    """
    rng = np.random.default_rng(seed)
    before = _map(method, attributor, image, target)
    copy = keras.models.clone_model(attributor.model)
    copy.set_weights(attributor.model.get_weights())
    randomized = Attributor(copy)
    layers = [layer for layer in reversed(copy.layers) if layer.weights]
    results = []
    for done, layer in enumerate(layers):
        on_count(done, len(layers))
        layer.set_weights([rng.permuted(w.ravel()).reshape(w.shape) for w in layer.get_weights()])
        values = _map(method, randomized, image, target)
        results.append(RandomizedMap(layer.name, values, correlate_ranks(before, values)))
    return tuple(results)


def _map(method: Method, attributor: Attributor, image: NDArray[np.float32], target: Target) -> Map:
    values = method(attributor, image, target)
    assert values is not None, "a network that has maps has them with any weights"
    return values


def correlate_ranks(first: Map, second: Map) -> float:
    """Spearman's rank correlation in [-1, 1] where either is not zero; 0 where one is constant.

    Pixels that are zero in both say nothing: attributions that multiply by the image have them
    wherever nothing is drawn, with any weights.
    """
    tells = (first != 0) | (second != 0)
    pair = first[tells], second[tells]
    if not tells.any() or any(values.min() == values.max() for values in pair):
        return 0.0
    return float(spearmanr(*pair).statistic)
