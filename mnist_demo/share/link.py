"""A drawing and the network that reads it, encoded in the address of a page.

JSON, compressed (zlib, which brings a checksum) and encoded for addresses (base64url, RFC 4648).
What is decoded is validated before it is used: anybody can write a link.
"""

import base64
import json
import re
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_demo.errors import LinkError
from mnist_demo.handwriting.canvas_strokes import FARTHEST, BrushStroke
from mnist_demo.image.normalization import IMAGE_SIDE
from mnist_demo.language import N_

FORMAT = 1
PRECISION = 10  # units in a pixel of the canvas
LONGEST = 7_000  # characters; servers reject addresses that are much longer
MOST_BYTES = 200_000  # decompressed
MOST_STROKES = 500
WIDEST_BRUSH = 100
NAME = re.compile(r"[\w .+-]{1,200}")
LABEL = re.compile(r"[\w /-]{0,50}")
NONSENSE = N_(
    "This link holds no drawing that can be opened: it is damaged, or only a part of it was copied."
)
TOO_LONG = N_("This drawing has too many strokes for a link.")


@dataclass(frozen=True, eq=False)
class Link:
    """What a link holds: strokes, or where there are none, the network's image.

    Attributes
    ----------
    network, version
        Their names.
    weights
        First letters of the checksum of the version's weights, by which it is found again.
    hidden_layers
        Names of the layers that are not shown.
    image
        (28, 28, 1) float32 in [0, 1], kept in steps of 1/255.
    label
        Name of its true class; empty where that is not known.
    """

    network: str
    version: str
    weights: str
    hidden_layers: tuple[str, ...] = ()
    strokes: tuple[BrushStroke, ...] = ()
    image: NDArray[np.float32] | None = None
    label: str = ""


def encode_link(link: Link) -> str:
    """Text for an address, which `decode_link` decodes; LinkError where it would be too long.

    A point comes back not more than 1/20 pixel away from where it was.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "names": [link.network, link.version, link.weights],
        "hidden": list(link.hidden_layers),
        "label": link.label,
    }
    if link.image is None:
        content["strokes"] = [_encode_stroke(stroke) for stroke in link.strokes]
    else:
        content["image"] = np.rint(link.image * 255).astype(int).ravel().tolist()
    plain = json.dumps(content, separators=(",", ":")).encode()
    text = base64.urlsafe_b64encode(zlib.compress(plain, 9)).decode().rstrip("=")
    if len(text) > LONGEST or len(plain) > MOST_BYTES or len(link.strokes) > MOST_STROKES:
        raise LinkError(TOO_LONG)
    return text


def decode_link(text: str) -> Link:
    """Link that `encode_link` encoded; LinkError for anything else."""
    try:
        return _read(json.loads(_decompress(text)))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError, zlib.error) as error:
        raise LinkError(NONSENSE) from error


def _decompress(text: str) -> bytes:
    """The bytes, never more than MOST_BYTES of them."""
    if len(text) > LONGEST or not text.isascii():
        raise ValueError("too long, or no letters of an address")
    compressed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    decompressor = zlib.decompressobj()
    content = decompressor.decompress(compressed, MOST_BYTES)
    if not decompressor.eof or decompressor.unused_data:
        raise ValueError("cut off, too large, or followed by something else")
    return content


def _encode_stroke(stroke: BrushStroke) -> list[Any]:
    """Brush, 1 where it is smooth, and x and y by turns: the first point, then the steps on."""
    units = np.rint(stroke.points * PRECISION).astype(int)
    steps = np.diff(units, axis=0, prepend=np.zeros((1, 2), int))
    return [round(float(stroke.brush), 2), int(stroke.is_smooth), steps.ravel().tolist()]


def _read(content: Any) -> Link:
    if content["format"] != FORMAT:
        raise ValueError("of another format")
    network, version, weights = (_check_name(name) for name in content["names"])
    hidden = tuple(_check_name(name) for name in content["hidden"])
    label = _check_label(content.get("label", ""))  # links of before have none
    if "image" in content:
        return Link(network, version, weights, hidden, (), _read_image(content["image"]), label)
    if not 1 <= len(content["strokes"]) <= MOST_STROKES:
        raise ValueError("no strokes, or too many")
    strokes = tuple(_read_stroke(*stroke) for stroke in content["strokes"])
    return Link(network, version, weights, hidden, strokes, label=label)


def _check_name(name: Any) -> str:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError("no name")
    return name


def _check_label(label: Any) -> str:
    if not isinstance(label, str) or not LABEL.fullmatch(label):
        raise ValueError("no label")
    return label


def _read_image(values: Any) -> NDArray[np.float32]:
    pixels = _read_whole_numbers(values)
    if pixels.shape != (IMAGE_SIDE**2,) or pixels.min() < 0 or pixels.max() > 255:
        raise ValueError("no image")
    image = pixels.reshape(IMAGE_SIDE, IMAGE_SIDE, 1) / 255
    return image.astype(np.float32)


def _read_stroke(brush: Any, is_smooth: Any, values: Any) -> BrushStroke:
    steps = _read_whole_numbers(values)
    if not len(steps) or len(steps) % 2 or not 1 <= float(brush) <= WIDEST_BRUSH:
        raise ValueError("no stroke")
    points = steps.reshape(-1, 2).cumsum(axis=0) / PRECISION
    if np.abs(points).max() > FARTHEST:
        raise ValueError("far from the canvas")
    return BrushStroke(points.astype(np.float32), float(brush), bool(is_smooth))


def _read_whole_numbers(values: Any) -> NDArray[np.int64]:
    if not isinstance(values, list) or not all(type(value) is int for value in values):
        raise TypeError("no whole numbers")
    if any(abs(value) > FARTHEST * PRECISION * 2 for value in values):
        raise ValueError("too large a number")
    return np.array(values, np.int64)
