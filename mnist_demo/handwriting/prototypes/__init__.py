"""Ways of writing digits, letters and signs, as lines of the grammar, in the TOML files here."""

import string
import tomllib
from importlib import resources


def _read(name: str) -> str:
    return resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")


def _as_tuples(ways: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(lines) for name, lines in ways.items()}


def _load(name: str) -> dict[str, tuple[str, ...]]:
    """From the names in a file, in their order, to the ways in which each is written."""
    return _as_tuples(tomllib.loads(_read(name)))


_DIGITS = tomllib.loads(_read("digits"))
PARTS: dict[str, str] = _DIGITS["parts"]
"""From the name of a part to its line."""

DIGITS: dict[str, tuple[str, ...]] = _as_tuples(_DIGITS["ways"])
"""From a variant's name, digit first, to the ways in which it is written."""

DIGIT_WIDTHS: dict[str, float] = {
    **dict.fromkeys(string.digits, 0.62),
    **{"0": 0.66, "1": 0.52, "4": 0.68, "7": 0.7},
}
"""Usual width of a digit's box for a height of 1."""

SMALL_LETTERS = _load("small_letters")
LETTERS = _load("capitals") | SMALL_LETTERS | _load("other_letters")
SIGNS = _load("signs")
