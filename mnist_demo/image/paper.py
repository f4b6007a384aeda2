"""A photo of paper: the light on it evened out, and the lines that are printed on it removed."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

WORKING_SIDE = 128  # pixels of the longer side, at which the light is looked at
WIDEST_STROKE = 33  # of these pixels: what is wider and dark is a shadow
SMOOTHING = 5
DARKEST_PAPER = 0.05
LINE_SIDE = 512  # pixels of the longer side, at which lines are looked for
LINE_LENGTH = 0.75  # of the picture's width or height, and most of a line is dark
LINE_FILLED = 0.85
FAINTEST_LINE = 0.06  # darkness
STEEPEST_LINE = 0.14  # pixels down for each to the side
SLOPES = 45
THICKEST_LINE = 7  # pixels
TYPICAL_LINE = 0.9  # quantile of the darkness on lines, most of which no stroke crosses
DARKER_THAN_LINE = 1.3

Grey = NDArray[np.float32]  # (height, width) in [0, 1]
Mask = NDArray[np.bool_]


def has_dark_strokes(grey: Grey) -> bool:
    """Whether what differs much from what is about it, as strokes do, is darker and not lighter."""
    small = _resize(grey, WORKING_SIDE, Image.Resampling.BOX)
    return bool(((small - _smooth(small, WIDEST_STROKE)) ** 3).sum() < 0)


def find_darkness(grey: Grey) -> Grey:
    """How much darker each pixel is than the paper would be there, 0 for paper, 1 for black.

    Shadows are part of the paper, as they are wider than any stroke; printed lines are taken away.
    """
    height, width = grey.shape
    small = _resize(grey, WORKING_SIDE, Image.Resampling.BOX)
    light = Image.fromarray(_smooth(close_strokes(_smooth(small, SMOOTHING)), SMOOTHING))
    paper = np.asarray(light.resize((width, height), Image.Resampling.BILINEAR), np.float32)
    darkness = np.clip(1 - grey / np.maximum(paper, DARKEST_PAPER), 0, 1)
    return remove_lines(np.asarray(darkness, np.float32))


def close_strokes(grey: Grey) -> Grey:
    """The paper alone: strokes are as light as it is, and wider dark areas stay."""
    padded = np.pad(grey, WIDEST_STROKE, "edge")
    closed = -_dilate(-_dilate(padded, WIDEST_STROKE), WIDEST_STROKE)
    inside = slice(WIDEST_STROKE, -WIDEST_STROKE)
    return closed[inside, inside]


def remove_lines(darkness: Grey) -> Grey:
    """Darkness without straight thin lines that run through most of the picture.

    Strokes that cross a line stay: what is much darker than the line, and what goes on on both of
    its sides.
    """
    for axis in (0, 1):
        across = darkness if axis == 0 else darkness.T
        cleared = _remove_level_lines(np.ascontiguousarray(across))
        darkness = cleared if axis == 0 else np.ascontiguousarray(cleared.T)
    return darkness


def _remove_level_lines(darkness: Grey) -> Grey:
    height, width = darkness.shape
    small = _resize(darkness, LINE_SIDE, Image.Resampling.BOX)
    found = _find_level_lines(small)
    if not found.any():
        return darkness
    lines = np.asarray(Image.fromarray(_thicken(found)).resize((width, height)))
    level = float(np.quantile(darkness[lines], TYPICAL_LINE))
    reach = max(1, round((THICKEST_LINE // 2 + 1) * max(1, max(height, width) / LINE_SIDE)))
    padded = np.pad(darkness, ((reach, reach), (0, 0)))
    beside = np.minimum(padded[: -2 * reach], padded[2 * reach :])
    beside[beside < DARKER_THAN_LINE * level] = 0
    kept = np.where(darkness > DARKER_THAN_LINE * level, darkness, beside)
    return np.where(lines, kept, darkness)


def _find_level_lines(darkness: Grey) -> Mask:
    """Pixels of lines that are nearly level, thin and long."""
    height, width = darkness.shape
    length = max(2, round(LINE_LENGTH * width))
    columns = np.arange(width)
    found = np.zeros((height, width), np.bool_)
    is_dark = darkness > FAINTEST_LINE
    near_dark = _thicken(is_dark)  # a line may stray from its slope by a pixel
    for slope in np.linspace(-STEEPEST_LINE, STEEPEST_LINE, SLOPES):
        rows = np.arange(height)[:, None] + np.round(slope * (columns - width / 2)).astype(int)
        rows = np.clip(rows, 0, height - 1)
        sums = np.cumsum(np.pad(near_dark[rows, columns], ((0, 0), (1, 0))), axis=1)
        is_line = sums[:, length:] - sums[:, :-length] >= LINE_FILLED * length
        starts = np.pad(is_line, ((0, 0), (0, length - 1)))
        covered = _reach_right(starts, length)
        ys, xs = np.nonzero(covered)
        found[rows[ys, xs], xs] = True
    return found & (darkness > FAINTEST_LINE / 2) & ~_is_thick(is_dark)


def _reach_right(starts: Mask, length: int) -> Mask:
    """Where a run of ``length`` pixels from any of the starts lies."""
    sums = np.cumsum(np.pad(starts, ((0, 0), (length, 0))), axis=1)
    return np.asarray(sums[:, length:] - sums[:, :-length] > 0)


def _is_thick(mask: Mask) -> Mask:
    """Pixels in a dark column piece that is longer than any line is thick."""
    size = THICKEST_LINE + 1
    if mask.shape[0] < size:
        return np.zeros_like(mask)
    full = sliding_window_view(np.pad(mask, ((size - 1, size - 1), (0, 0))), size, axis=0).all(-1)
    return np.asarray(sliding_window_view(full, size, axis=0).any(-1))


def _thicken(mask: Mask) -> Mask:
    """The mask and the soft edge above and below it."""
    padded = np.pad(mask, ((1, 1), (0, 0)))
    return padded[:-2] | mask | padded[2:]


def _resize(grey: Grey, side: int, resampling: Image.Resampling) -> Grey:
    """Made smaller where the longer side is longer than ``side``."""
    scale = min(1.0, side / max(grey.shape))
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    return np.asarray(Image.fromarray(grey).resize(size, resampling), np.float32)


def _dilate(grey: Grey, size: int) -> Grey:
    """Highest value in a square of an odd size about each pixel."""
    for axis in (0, 1):
        edges = [(0, 0), (0, 0)]
        edges[axis] = (size // 2, size // 2)
        padded = np.pad(grey, edges, constant_values=-np.inf)
        grey = sliding_window_view(padded, size, axis=axis).max(-1)
    return grey


def _smooth(grey: Grey, size: int) -> Grey:
    """Mean of a square of an odd size about each pixel."""
    for axis in (0, 1):
        edges = [(0, 0), (0, 0)]
        edges[axis] = (size // 2, size // 2)
        grey = sliding_window_view(np.pad(grey, edges, "edge"), size, axis=axis).mean(-1)
    return np.asarray(grey, np.float32)
