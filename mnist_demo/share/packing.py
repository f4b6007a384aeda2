"""Named arrays and a header as one run of bytes, for a browser that has no NumPy."""

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 4  # bytes; JavaScript lays a Float32Array over nothing else


Numbers = Mapping[str, NDArray[np.float32] | NDArray[np.float16]]


def pack(header: Mapping[str, Any], arrays: Numbers) -> bytes:
    """Length of the header, the header as JSON, then all arrays, little-endian.

    To the header come ``arrays``: name, shape and bytes of a number for each in their order, 4 for
    float32 and 2 for float16. The length is a uint32; header and arrays are filled up to where
    float32 numbers may begin.
    """
    described = [(name, array.shape, array.itemsize) for name, array in arrays.items()]
    text = json.dumps({**header, "arrays": described}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([struct.pack("<I", len(text)), text, *map(_to_bytes, arrays.values())])


def shorten(array: NDArray[np.float32]) -> NDArray[np.float32] | NDArray[np.float16]:
    """The same numbers in half the bytes where all are exact in half precision."""
    with np.errstate(over="ignore"):
        short = array.astype(np.float16)
    return short if np.array_equal(short, array) else array


def _to_bytes(array: NDArray[np.float32] | NDArray[np.float16]) -> bytes:
    values = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    return values + bytes(-len(values) % ALIGNMENT)
