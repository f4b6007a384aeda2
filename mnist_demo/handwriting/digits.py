"""How the ten digits are written around the world."""

import string

from mnist_demo.handwriting.high_digits import HIGH_DIGITS
from mnist_demo.handwriting.low_digits import LOW_DIGITS

PROTOTYPES: dict[str, tuple[str, ...]] = LOW_DIGITS | HIGH_DIGITS
"""From a variant's name, digit first, to the prototypes that it is written after."""

WIDTHS: dict[str, float] = {
    **dict.fromkeys(string.digits, 0.62),
    **{"0": 0.66, "1": 0.52, "4": 0.68, "7": 0.7},
}
"""Usual width of a digit's box for a height of 1."""
