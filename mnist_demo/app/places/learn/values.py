"""What a step has computed: words, numbers, tables of a few numbers, pictures of many."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.app.numbers import significant
from mnist_demo.app.templates import render
from mnist_demo.figures.pixels import BRIGHTEST, encode_png
from mnist_demo.language import _
from mnist_demo.learn.step import Result

FEW = 24  # that are written as numbers
LONG = 200  # in a row, which takes the whole width
WIDE = 1.5  # times as wide as high, or wider
GRAPH_STYLE = """{
  bgcolor=transparent
  node [shape=box, style=rounded, color="#777a88", fontcolor="#777a88"]
  edge [color="#777a88"]"""  # seen on light and on dark
ZOOM = 2  # of pictures beside each other


@dataclass(frozen=True)
class Value:
    """A value as it is shown, and its kind: a text, a listing of lines, a table, or a picture.

    A picture's numbers are from ``low`` to ``high``; one of a single row is a row, a long one
    a strip, and pictures beside each other are wide.
    """

    name: str
    kind: Literal["text", "listing", "table", "picture", "wide", "row", "strip"]
    shape: str = ""
    table: tuple[tuple[str, ...], ...] = ()
    png: bytes = b""
    low: str = ""
    high: str = ""


def show_values(result: Result) -> None:
    """All values beside each other; pictures share a scale, from black to white."""
    for name, value in result.items():
        if is_graph(value):
            st.graphviz_chart(
                value.replace("{", GRAPH_STYLE, 1), alt=f"{name}: {describe_graph(value)}"
            )
    result = {name: value for name, value in result.items() if not is_graph(value)}
    pictures = [value for value in result.values() if is_picture(value)]
    ends = [end for picture in pictures for end in (float(picture.min()), float(picture.max()))]
    scale = (min(ends), max(ends)) if ends else (0.0, 0.0)
    values = [make_value(name, value, scale) for name, value in result.items()]
    st.html(render("lesson_values", values=values))


def is_picture(value: NDArray[np.generic] | str) -> bool:
    """Whether there are more numbers than one would like to read."""
    return not isinstance(value, str) and value.size > FEW


def is_graph(value: NDArray[np.generic] | str) -> bool:
    """Whether this is a graph in the language of Graphviz."""
    return isinstance(value, str) and value.startswith("digraph")


def describe_graph(graph: str) -> str:
    """Its arrows, for somebody who does not see them."""
    arrows = [line.strip().split(" -> ") for line in graph.splitlines() if "->" in line]
    return _(", ").join(_("{start} to {end}").format(start=a, end=b) for a, b in arrows)


def make_value(name: str, value: NDArray[np.generic] | str, scale: tuple[float, float]) -> Value:
    """A value with its texts, or with its picture on a scale from black to white."""
    if isinstance(value, str):
        return Value(name, "listing" if "\n" in value else "text", table=((value,),))
    shape = " × ".join(map(str, value.shape))
    if is_picture(value):
        return _draw(name, shape, value, scale)
    table = tuple(tuple(map(_write, row)) for row in np.atleast_2d(value))
    return Value(name, "table", shape, table)


def _draw(name: str, shape: str, value: NDArray[np.generic], scale: tuple[float, float]) -> Value:
    pixels = np.atleast_2d(np.squeeze(value)).astype(np.float64)
    low, high = scale
    levels = np.round((pixels - low) / max(high - low, 1e-12) * BRIGHTEST).astype(np.uint8)
    ends = significant(float(pixels.min())), significant(float(pixels.max()))
    rows, columns = pixels.shape
    kind: Literal["picture", "wide", "row", "strip"] = "picture"
    if rows == 1:
        kind = "strip" if columns > LONG else "row"
    elif columns > rows * WIDE:
        kind, levels = "wide", levels.repeat(ZOOM, 0).repeat(ZOOM, 1)
    return Value(name, kind, shape, (), encode_png(levels, "gray"), *ends)


def _write(number: np.generic) -> str:
    if np.issubdtype(number.dtype, np.integer):
        return str(number)
    return significant(float(number), 4)
