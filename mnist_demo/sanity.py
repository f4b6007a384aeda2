"""Does an attribution look at the network at all? Its weights are spoilt, layer by layer.

Source: Adebayo and others, "Sanity checks for saliency maps", NeurIPS 2018.
"""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

from mnist_demo.attribution import Attributor, Map


@dataclass(frozen=True)
class Spoilt:
    """The map (28, 28) once ``layer`` and all layers after it have random weights.

    ``similarity`` is the rank correlation of its values, with their signs, with those before, in
    [-1, 1]: near 1 means that the map does not depend on what the network has learned.
    """

    layer: str
    values: Map
    similarity: float


def randomize_by_layer(
    model: keras.Model, attribute: Callable[[Attributor], Map], seed: int = 1
) -> tuple[Spoilt, ...]:
    """Maps after the last layer's weights are spoilt, then also the one before it, and so on.

    ``model`` itself stays as it is. A layer's weights are shuffled, so that their distribution is
    kept and nothing but what was learned is lost.
    """
    rng = np.random.default_rng(seed)
    before = attribute(Attributor(model))
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    attributor = Attributor(copy)
    results = []
    for layer in reversed([layer for layer in copy.layers if layer.weights]):
        layer.set_weights([rng.permuted(w.ravel()).reshape(w.shape) for w in layer.get_weights()])
        values = attribute(attributor)
        results.append(Spoilt(layer.name, values, correlate_ranks(before, values)))
    return tuple(results)


def correlate_ranks(first: Map, second: Map) -> float:
    """Spearman's rank correlation in [-1, 1] where either is not zero; equal values share a rank.

    Pixels that are zero in both say nothing: attributions that multiply by the image have them
    wherever nothing is drawn, with any weights.
    """
    tells = (first != 0) | (second != 0)
    if not tells.any():
        return 0.0
    ranks = [_rank(values[tells]) for values in (first, second)]
    deviations = [rank - rank.mean() for rank in ranks]
    norm = float(np.sqrt((deviations[0] ** 2).sum() * (deviations[1] ** 2).sum()))
    return float(deviations[0] @ deviations[1]) / norm if norm else 0.0


def _rank(values: np.ndarray) -> np.ndarray:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean_ranks = last - (counts - 1) / 2
    return np.asarray(mean_ranks[inverse], np.float64)
