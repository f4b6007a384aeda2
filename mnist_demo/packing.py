"""Named arrays and a header as one run of bytes, for a browser that has no NumPy."""

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 4  # bytes; JavaScript lays a Float32Array over nothing else


def pack(header: Mapping[str, Any], arrays: Mapping[str, NDArray[np.float32]]) -> bytes:
    """Length of the header, the header as JSON, then all arrays, little-endian float32.

    To the header come ``arrays``, pairs of a name and a shape in the arrays' order. The length
    is a uint32; blanks fill the header up to where float32 numbers may begin.
    """
    shapes = [(name, array.shape) for name, array in arrays.items()]
    text = json.dumps({**header, "arrays": shapes}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    values = [np.ascontiguousarray(array, "<f4").tobytes() for array in arrays.values()]
    return b"".join([struct.pack("<I", len(text)), text, *values])
