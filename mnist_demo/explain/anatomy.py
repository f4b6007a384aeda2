"""A network laid open: what each layer does with the one before, for a browser.

With this and the weights a page can run the network by itself, and do the arithmetic of any output
again without asking anybody.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from mnist_demo.reading.layer_kinds import describe_work, find_problem, find_slope
from mnist_demo.reading.reading import LayerInfo

USUAL_SETTINGS = {  # where a layer has others, its facts here do not tell all of what it does
    "groups": 1,
    "dilation_rate": (1, 1),
    "data_format": "channels_last",
    "axis": -1,
    "max_value": None,
    "threshold": 0,
}


def lay_open(layers: Iterable[LayerInfo]) -> list[dict[str, Any]]:
    """Facts on every layer, the input first: those of `LayerInfo` that it has, and more.

    But for the input there is its ``work`` in a sentence. Where it has them, there are the
    ``slope`` of its activation below zero, its ``epsilon``, and the ``problem`` because of which
    its arithmetic is not explained.
    """
    return [_lay_open(layer) for layer in layers]


def _lay_open(layer: LayerInfo) -> dict[str, Any]:
    facts = asdict(layer) | {
        "settings": None,
        "slope": find_slope(layer),
        "epsilon": layer.settings.get("epsilon"),
    }
    if layer.kind != "InputLayer":
        facts |= {"work": describe_work(layer), "problem": find_problem(layer)}
    return {name: fact for name, fact in facts.items() if fact}
