"""Digit images redrawn with another pen: the line is found, and drawn again thinner or thicker.

So the hands of MNIST's writers are seen through the pens of a canvas. Binary images are
skeletonized many at a time: a number of 64 bits holds one pixel of 64 images.
"""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

ENLARGEMENT = 2
REACH = 6  # enlarged pixels: no pen has a larger radius
RADII = (0.3, 2.3)  # in pixels of a digit image: pens of 3 to 23 % of its height
PACKED = 64

Bits = NDArray[np.uint64]


def redraw(images: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    """The lines of digit images (n, 28, 28, 1), drawn anew with round pens of any width.

    The result is (n, 60, 60) uint8 with ink of up to 255, twice as large as the images.
    """
    lines = skeletonize(enlarge(images[..., 0]) > 110)
    radii = rng.uniform(*RADII, len(images)) * ENLARGEMENT
    ink = np.clip(radii[:, None, None] - measure_distance(lines) + 0.5, 0, 1)
    return np.round(ink * 255).astype(np.uint8)


def enlarge(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Images (n, 28, 28) at twice the size, bilinear, with two pixels of background around."""
    side = images.shape[-1]
    distance = np.abs((np.arange(2 * side)[:, None] + 0.5) / 2 - 0.5 - np.arange(side))
    weights = np.maximum(1 - distance, 0).astype(np.float32)
    return np.pad(weights @ images.astype(np.float32) @ weights.T, ((0, 0), (2, 2), (2, 2)))


def skeletonize(masks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The middle lines, one pixel wide, of masks (n, height, width) with an empty border.

    Source: Zhang and Suen, "A fast parallel algorithm for thinning digital patterns",
    Communications of the ACM 27, 1984.
    """
    bits = _pack_masks(masks)
    while True:
        before = bits.copy()
        for is_second in (False, True):
            bits[1:-1, 1:-1] &= ~_find_removable(bits, is_second)
        if np.array_equal(bits, before):
            return _unpack_masks(bits, len(masks))


def _find_removable(bits: Bits, is_second: bool) -> Bits:
    """Pixels (height - 2, width - 2, words) that half a round of thinning takes away."""
    height, width, _ = bits.shape
    steps = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
    ring = [bits[1 + y : height - 1 + y, 1 + x : width - 1 + x] for y, x in steps]
    north, _, east, _, south, _, west, _ = ring
    beginnings = [
        ~here & following for here, following in zip(ring, ring[1:] + ring[:1], strict=True)
    ]
    any_beginning, two_beginnings = _count(beginnings)
    _, two_neighbours = _count(ring)
    _, two_gaps = _count([~pixel for pixel in ring])
    kept, spared = (north & west, east | south) if is_second else (east & south, north | west)
    is_edge = ~(kept & spared)
    return any_beginning & ~two_beginnings & two_neighbours & two_gaps & is_edge


def _count(flags: list[Bits]) -> tuple[Bits, Bits]:
    """Where at least one, and where at least two, of the flags are set."""
    one, two = np.zeros_like(flags[0]), np.zeros_like(flags[0])
    for flag in flags:
        two |= one & flag
        one |= flag
    return one, two


def _pack_masks(masks: NDArray[np.bool_]) -> Bits:
    """Masks (n, height, width) as (height, width, words) of 64 masks each."""
    spare = -len(masks) % PACKED
    padded = np.pad(masks, ((0, spare), (0, 0), (0, 0))).transpose(1, 2, 0)
    return np.packbits(padded, axis=-1).view(np.uint64)


def _unpack_masks(bits: Bits, count: int) -> NDArray[np.bool_]:
    pixels = np.unpackbits(bits.view(np.uint8), axis=-1).astype(bool)
    return pixels.transpose(2, 0, 1)[:count]


def measure_distance(lines: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Distance in pixels to the nearest pixel of a line, (n, height, width); REACH at most."""
    squares = np.where(lines, 0, REACH**2).astype(np.uint8)
    for axis in (1, 2):
        nearest = squares.copy()
        for step in range(1, REACH):
            low, high = [slice(None)] * 3, [slice(None)] * 3
            low[axis], high[axis] = slice(None, -step), slice(step, None)
            for here, there in ((low, high), (high, low)):
                shifted = np.minimum(squares[tuple(there)], REACH**2) + np.uint8(step**2)
                np.minimum(nearest[tuple(here)], shifted, out=nearest[tuple(here)])
        squares = nearest
    return np.sqrt(squares, dtype=np.float32)
