"""Pen strokes of digits as people write them around the world, and of non-digits.

Made from a seed, without any data: prototypes of the strokes, and what a hand does to them.
"""

from mnist_demo.handwriting.drawing import (
    NOT_A_DIGIT,
    Drawing,
    find_strokes,
    place,
    render,
    render_strokes,
)
from mnist_demo.handwriting.making import (
    NON_DIGIT_VARIANTS,
    VARIANTS,
    make_digits,
    make_non_digits,
    make_variant,
)

__all__ = [
    "NON_DIGIT_VARIANTS",
    "NOT_A_DIGIT",
    "VARIANTS",
    "Drawing",
    "find_strokes",
    "make_digits",
    "make_non_digits",
    "make_variant",
    "place",
    "render",
    "render_strokes",
]
