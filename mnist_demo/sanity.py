"""Does an attribution look at the network at all? Its weights are spoilt, layer by layer.

Source: Adebayo and others, "Sanity checks for saliency maps", NeurIPS 2018.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import keras
import numpy as np

from mnist_demo.attribution import Attributor, Map

Method: TypeAlias = Callable[[Attributor], Map]
OnProgress: TypeAlias = Callable[[int, int], None]  # layers that are done, and all of them


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
    attributor: Attributor,
    methods: Mapping[str, Method],
    on_progress: OnProgress = lambda done, total: None,
    seed: int = 1,
) -> dict[str, tuple[Spoilt, ...]]:
    """Maps of each method after the last layer's weights are spoilt, then also those before it.

    The model itself stays as it is. A layer's weights are shuffled, so that their distribution is
    kept and nothing but what was learned is lost.
    """
    rng = np.random.default_rng(seed)
    before = {name: method(attributor) for name, method in methods.items()}
    copy = keras.models.clone_model(attributor.model)
    copy.set_weights(attributor.model.get_weights())
    spoiled = Attributor(copy)
    layers = [layer for layer in reversed(copy.layers) if layer.weights]
    results: dict[str, list[Spoilt]] = {name: [] for name in methods}
    for done, layer in enumerate(layers):
        on_progress(done, len(layers))
        layer.set_weights([rng.permuted(w.ravel()).reshape(w.shape) for w in layer.get_weights()])
        for name, method in methods.items():
            values = method(spoiled)
            similarity = correlate_ranks(before[name], values)
            results[name].append(Spoilt(layer.name, values, similarity))
    return {name: tuple(spoilt) for name, spoilt in results.items()}


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
