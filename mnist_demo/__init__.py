"""Draw a digit and see what a trained network makes of it, layer by layer.

What a notebook needs is here: `from_canvas` makes a digit image of a drawing, `load_reader` gives
a trained network as a `Reader`, and its `Reading` has every layer's output. Each is loaded when it
is first asked for, so ``import mnist_demo`` does not load TensorFlow.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mnist_demo.image.normalization import from_canvas
    from mnist_demo.reading.reader import Reader, load_reader
    from mnist_demo.reading.reading import Reading

__all__ = ["Reader", "Reading", "from_canvas", "load_reader"]

_MODULES = {
    "Reader": "mnist_demo.reading.reader",
    "Reading": "mnist_demo.reading.reading",
    "from_canvas": "mnist_demo.image.normalization",
    "load_reader": "mnist_demo.reading.reader",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
