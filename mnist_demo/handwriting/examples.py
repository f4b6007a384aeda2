"""The ten example drawings that the project brings along, one of each digit."""

import json
from functools import cache
from typing import Any

import numpy as np

from mnist_demo.errors import AssetError
from mnist_demo.handwriting.canvas_strokes import CANVAS_SIDE
from mnist_demo.handwriting.drawing import Drawing
from mnist_demo.paths import ASSETS

EXAMPLES_FILE = ASSETS / "examples.json"


@cache
def read_examples() -> dict[str, Drawing]:
    """The drawings by digit, from ``assets/examples.json``.

    The file holds, for each digit, ``brush`` in pixels of a canvas of 320 and ``strokes``, lists
    of [x, y] in the same pixels. AssetError where it is missing or damaged.
    """
    try:
        return _parse(json.loads(EXAMPLES_FILE.read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise AssetError(EXAMPLES_FILE.name) from error


def _parse(examples: dict[str, Any]) -> dict[str, Drawing]:
    return {
        digit: Drawing(
            tuple(np.array(stroke, np.float32) for stroke in example["strokes"]),
            int(digit),
            "example",
            example["brush"],
            CANVAS_SIDE,
        )
        for digit, example in examples.items()
    }
