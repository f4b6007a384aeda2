"""Drawings in any number from a seed, the same ones each time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.random import Generator

from mnist_demo.handwriting.deform import write
from mnist_demo.handwriting.drawing import NOT_A_DIGIT, USUAL_CANVAS_SIZE, Drawing, place
from mnist_demo.handwriting.non_digits import KINDS, Strokes
from mnist_demo.handwriting.prototypes import DIGIT_WIDTHS, DIGITS, LETTERS, SIGNS

Pens: TypeAlias = tuple[float, float] | None

WRITTEN_TOGETHER = 16
USUAL_WIDTH = 0.75  # of letters and signs, for a height of 1

VARIANTS: dict[int, tuple[str, ...]] = {
    digit: tuple(name for name in DIGITS if name.startswith(f"{digit}-")) for digit in range(10)
}
"""From a digit to the names of the ways in which it is written."""

_VARIANTS_BY_WAY = {
    digit: [name for name in names for _ in DIGITS[name]] for digit, names in VARIANTS.items()
}
_TEXTS: dict[str, tuple[str, ...]] = {
    **DIGITS,
    **{f"letter-{letter}": texts for letter, texts in LETTERS.items()},
    **{f"sign-{sign}": texts for sign, texts in SIGNS.items()},
}
_LIKE_DIGITS = ("walk", "struck-out")
_LETTERS_LIKE_DIGITS = "adefhpruyUY"
_GROUPS_OF_NON_DIGITS = (
    (0.36, tuple(f"letter-{letter}" for letter in LETTERS)),
    (0.16, tuple(f"letter-{letter}" for letter in _LETTERS_LIKE_DIGITS)),
    (0.1, tuple(f"sign-{sign}" for sign in SIGNS)),
    (0.26, tuple(kind for kind in KINDS if kind not in _LIKE_DIGITS)),
    (0.12, _LIKE_DIGITS),
)
NON_DIGIT_VARIANTS: tuple[str, ...] = tuple(
    dict.fromkeys(name for _, names in _GROUPS_OF_NON_DIGITS for name in names)
)
"""Names of all that `make_non_digits` draws."""


def make_digits(
    count: int,
    seed: int,
    labels: Sequence[int] | None = None,
    size: int = USUAL_CANVAS_SIZE,
    pens: Pens = None,
) -> list[Drawing]:
    """`count` drawings of digits; the ways of writing a digit are equally frequent.

    `labels`, one digit for each drawing, are drawn evenly at random where not given;
    `size` is the side of the canvas in pixels, `pens` what `place` takes. The same arguments give
    the same drawings.
    """
    if labels is not None and len(labels) != count:
        raise ValueError(f"{count} drawings need {count} labels, not {len(labels)}")
    rng = np.random.default_rng(seed)
    digits = rng.integers(0, 10, count) if labels is None else np.asarray(labels)
    variants = [str(rng.choice(_VARIANTS_BY_WAY[int(digit)])) for digit in digits]
    return _draw_all(variants, rng, size, pens)


def make_non_digits(
    count: int, seed: int, size: int = USUAL_CANVAS_SIZE, pens: Pens = None
) -> list[Drawing]:
    """`count` drawings of letters (half of them), signs and nonsense, labelled NOT_A_DIGIT."""
    rng = np.random.default_rng(seed)
    fractions = [fraction for fraction, _ in _GROUPS_OF_NON_DIGITS]
    groups = rng.choice(len(fractions), count, p=fractions)
    variants = [str(rng.choice(_GROUPS_OF_NON_DIGITS[group][1])) for group in groups]
    return _draw_all(variants, rng, size, pens)


def make_variant(variant: str, seed: int, size: int = USUAL_CANVAS_SIZE) -> Drawing:
    """One drawing of a variant such as "7-crossed", "letter-k", "sign-heart" or "scribble"."""
    if variant not in _TEXTS and variant not in KINDS:
        raise ValueError(f"there is no way of writing named {variant!r}")
    return _draw_all([variant], np.random.default_rng(seed), size)[0]


def _draw_all(
    variants: Sequence[str], rng: Generator, size: int, pens: Pens = None
) -> list[Drawing]:
    """A drawing of each variant, in their order."""
    written = _write_all(variants, rng)
    return [
        replace(place(strokes, rng, size, _label(variant), pens), variant=variant)
        for variant, strokes in zip(variants, written, strict=True)
    ]


def _label(variant: str) -> int:
    return int(variant[0]) if variant in DIGITS else NOT_A_DIGIT


def _write_all(variants: Sequence[str], rng: Generator) -> list[Strokes]:
    """Strokes of each variant; those after one way are written together, a few at a time."""
    waiting: dict[tuple[str, str], list[int]] = defaultdict(list)
    written: dict[int, Strokes] = {}
    for index, variant in enumerate(variants):
        if variant in KINDS:
            written[index] = KINDS[variant](rng)
        else:
            waiting[variant, _choose(_TEXTS[variant], rng)].append(index)
    for (variant, text), indices in waiting.items():
        for first in range(0, len(indices), WRITTEN_TOGETHER):
            few = indices[first : first + WRITTEN_TOGETHER]
            width = DIGIT_WIDTHS.get(variant[0], USUAL_WIDTH)
            hands = write(text, len(few), rng, width)
            written.update(zip(few, hands, strict=True))
    return [written[index] for index in range(len(variants))]


def _choose(texts: tuple[str, ...], rng: Generator) -> str:
    return texts[int(rng.integers(len(texts)))]
