"""One diverging scale for many pictures: zero is white, and the numbers are known."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_demo.figures.pixels import draw_signed, palette_css
from mnist_demo.language import N_

COLOURS = N_("Orange is below zero, white is zero, violet is above.")


@dataclass(frozen=True)
class SignedScale:
    """From ``-reach`` (orange) over zero (white) to ``reach`` (violet).

    It is stretched around zero: a quarter of the reach is half-way to the end, so that small
    values can be told from zero beside ones that are ten times as large. Orange and violet are
    told apart by everybody (Brewer's PuOr scheme, safe for the colour-blind).
    """

    reach: float

    @classmethod
    def over(cls, arrays: Iterable[NDArray[np.float32]]) -> "SignedScale":
        """Scale that just holds all values of ``arrays``."""
        reach = max((float(np.abs(array).max(initial=0)) for array in arrays), default=0.0)
        return cls(reach)

    @property
    def gradient(self) -> str:
        """Its colours as the stops of a CSS gradient, from -reach to reach."""
        return palette_css("PuOr", 17)

    @property
    def ticks(self) -> tuple[tuple[float, float], ...]:
        """Places in [0, 1] along the scale, and the values that stand there."""
        values = [fraction * self.reach for fraction in (-1, -0.25, 0, 0.25, 1)]
        return tuple((float(self._place(np.float64(value))), value) for value in values)

    def draw(self, values: NDArray[np.float32]) -> bytes:
        """PNG of one (height, width) array, one pixel for each number."""
        return draw_signed(np.asarray(2 * self._place(values) - 1, np.float32), reach=1.0)

    def _place(self, values: NDArray[np.floating] | np.float64) -> NDArray[np.floating]:
        """Places of values along the scale, in [0, 1]; 0.5 for zero."""
        fractions = np.clip(np.asarray(values) / (self.reach or 1.0), -1, 1)
        return np.asarray((np.sign(fractions) * np.sqrt(np.abs(fractions)) + 1) / 2)
