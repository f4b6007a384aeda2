"""The pieces that a drawing of several digits may be cut into, from left to right.

Ink that hangs together is one piece at first. A piece that may be more than one digit is cut along
seams: ways from top to bottom that cross little ink, as at a thin bridge between two digits.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.image.normalization import INK_THRESHOLD, find_box

WORKING_HEIGHT = 56  # pixels that all ink is looked at with
SEAM_REACH = 7  # pixels to either side that a seam may bend
NARROWEST = 0.4  # of the height: a stroke that is less wide is one digit at the most
LEAST_INK = 0.1  # of a piece, that lies on each side of a seam and between two of them
THICKEST_BRIDGE = 0.3  # of the height: a seam that crosses more ink than this is no seam
MOST_CROSSINGS = 2
LARGEST_CRUMB = 0.02  # of the ink: such a piece belongs to the one beside it
BEND_COST = 0.05  # of a pixel of ink, for each pixel to the side

Mask = NDArray[np.bool_]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Pieces:
    """What a drawing may be parted into, from left to right, or in the order of drawing.

    Attributes
    ----------
    masks
        (n, height, width) bool: where each piece is.
    bridges
        (n - 1,) int64: at how many places each was cut from the next.
    """

    masks: Mask
    bridges: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.masks)

    def select(self, first: int, last: int) -> Mask:
        """Pixels (height, width) of the pieces from ``first`` to ``last``, both included."""
        return np.asarray(self.masks[first : last + 1].any(axis=0))


def find_pieces(ink: NDArray[np.float32]) -> Pieces:
    """Pieces of a drawing's ink (height, width) in [0, 1], without specks."""
    box = find_box(ink)
    inside = box.crop(ink)
    pieces = _join_crumbs(_cut(_label(_shrink(inside) >= INK_THRESHOLD)))
    rows = np.arange(box.height) * pieces.shape[0] // box.height
    columns = np.arange(box.width) * pieces.shape[1] // box.width
    labels = np.zeros(ink.shape, np.int64)
    enlarged = _spread(pieces)[rows[:, None], columns]
    labels[box.top : box.bottom, box.left : box.right] = np.where(inside > 0, enlarged, 0)
    bridges = [_count_bridges(pieces, piece) for piece in range(1, pieces.max())]
    masks = labels == np.arange(1, pieces.max() + 1)[:, None, None]
    return Pieces(masks, np.array(bridges, np.int64))


def take_strokes(masks: Mask) -> Pieces:
    """Strokes as they were drawn, where their masks (n, height, width) are known."""
    return Pieces(masks, np.zeros(len(masks) - 1, np.int64))


def _count_bridges(pieces: Labels, piece: int) -> int:
    """At how many places a piece touches the next one."""
    beside = _take_highest(np.where(pieces == piece + 1, 1, 0)) > 0
    return int(_label((pieces == piece) & beside).max())


def _shrink(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Ink in `WORKING_HEIGHT` rows, at the most."""
    height, width = ink.shape
    scale = min(1.0, WORKING_HEIGHT / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BOX))


def _label(mask: Mask) -> Labels:
    """Number of the connected piece of each pixel, from 1; 0 outside the mask."""
    from scipy.ndimage import label  # takes a third of a second: no page waits for it

    return np.asarray(label(mask, np.ones((3, 3)))[0], np.int64)


def _take_highest(labels: Labels) -> Labels:
    """Highest label within a pixel of each."""
    tall = labels.copy()
    np.maximum(tall[1:], labels[:-1], out=tall[1:])
    np.maximum(tall[:-1], labels[1:], out=tall[:-1])
    highest = tall.copy()
    np.maximum(highest[:, 1:], tall[:, :-1], out=highest[:, 1:])
    np.maximum(highest[:, :-1], tall[:, 1:], out=highest[:, :-1])
    return highest


def _spread(labels: Labels) -> Labels:
    """Labels with those of neighbours where there were none: soft edges belong to their stroke."""
    return np.where(labels > 0, labels, _take_highest(labels))


def _cut(strokes: Labels) -> Labels:
    """Pieces of strokes: every wide one is cut along its seams, from left to right."""
    pieces = np.zeros_like(strokes)
    for stroke in _order(strokes):
        mask = strokes == stroke
        part = np.ones_like(strokes)
        if np.count_nonzero(mask.any(axis=0)) > NARROWEST * len(mask):
            for seam in _find_seams(mask):
                part += np.arange(strokes.shape[1]) >= seam[:, None]
        pieces = np.where(mask, part + pieces.max(), pieces)
    return pieces


def _order(strokes: Labels) -> NDArray[np.int64]:
    """Numbers of the strokes by their middle columns."""
    return np.argsort(_measure(strokes)[1], kind="stable") + 1


def _measure(labels: Labels) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fraction of all ink and middle column of each label from 1 on."""
    columns = np.broadcast_to(np.arange(labels.shape[1]), labels.shape)
    sizes = np.bincount(labels.ravel())[1:]
    sums = np.bincount(labels.ravel(), columns.ravel())[1:]
    return sizes / sizes.sum(), sums / np.maximum(sizes, 1)


def _find_seams(mask: Mask) -> list[Labels]:
    """Columns (rows,) of seams that cross little ink, each with some ink more on its left."""
    filled = np.flatnonzero(mask.any(axis=0))
    costs, seams = _trace_seams(mask, np.arange(filled[0], filled[-1] + 1))
    rows = np.arange(len(mask))
    crossed = mask[rows, seams].astype(np.int64)  # (n, rows)
    crossings = np.maximum(np.diff(crossed, axis=1, prepend=0), 0).sum(axis=1)
    before = np.pad(np.cumsum(mask, axis=1), ((0, 0), (1, 0)))[rows, seams].sum(axis=1)
    left = before / mask.sum()
    is_cut = (left > LEAST_INK) & (left < 1 - LEAST_INK) & (crossings <= MOST_CROSSINGS)
    costs[~is_cut] = np.inf
    found = []
    while costs[index := int(costs.argmin())] <= THICKEST_BRIDGE * len(mask):
        found.append((left[index], seams[index]))
        costs[np.abs(left - left[index]) < LEAST_INK] = np.inf
    return [seam for _, seam in sorted(found, key=lambda one: one[0])]


def _trace_seams(mask: Mask, centres: NDArray[np.int64]) -> tuple[NDArray[np.float64], Labels]:
    """The cheapest way from top to bottom about each of some columns: cost (n,), columns (n, rows).

    A seam costs what it crosses of ink, and a little for leaving its column.
    """
    reach = np.arange(-SEAM_REACH, SEAM_REACH + 1)
    padded = np.pad(mask, ((0, 0), (SEAM_REACH, SEAM_REACH))).astype(np.float64)
    windows = padded[:, centres[:, None] + reach + SEAM_REACH]  # (rows, n, 2 * reach + 1)
    total = windows[0]
    sides = np.full((len(centres), len(reach) + 2), np.inf)
    origins = []
    for row in windows[1:]:
        sides[:, 1:-1] = total
        choices = np.stack([sides[:, :-2] + BEND_COST, total, sides[:, 2:] + BEND_COST])
        origins.append(choices.argmin(axis=0) - 1)
        total = choices.min(axis=0) + row
    seams = _follow_back(total.argmin(axis=1), origins, centres)
    return total.min(axis=1), np.clip(seams, 0, mask.shape[1] - 1)


def _follow_back(ends: Labels, origins: list[Labels], centres: NDArray[np.int64]) -> Labels:
    """Columns (n, rows) of the seams that end at `ends`."""
    every = np.arange(len(ends))
    places = [ends]
    for origin in reversed(origins):
        places.append(places[-1] + origin[every, places[-1]])
    return np.stack(places[::-1], axis=1) - SEAM_REACH + centres[:, None]


def _join_crumbs(pieces: Labels) -> Labels:
    """Pieces numbered again, crumbs with the piece whose middle column is nearest."""
    fractions, middles = _measure(pieces)
    whole = np.flatnonzero(fractions >= LARGEST_CRUMB)
    nearest = np.abs(middles[:, None] - middles[whole]).argmin(axis=1)
    nearest[whole] = np.arange(len(whole))
    return np.concatenate([[0], nearest + 1])[pieces]
