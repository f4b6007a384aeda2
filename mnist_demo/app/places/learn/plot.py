"""Curves that a step has computed, and the points on them."""

from typing import TYPE_CHECKING, cast

import numpy as np
import streamlit as st

from mnist_demo.app.numbers import significant
from mnist_demo.app.places.learn.values import show_values
from mnist_demo.language import _
from mnist_demo.learn.step import Result

if TYPE_CHECKING:  # importing it takes a while, which the app's start does not wait for
    from altair import LayerChart

COLOURS = ("#6d65e8", "#c2570c", "#0f8a6c")  # seen on light and on dark
DASHES = ([1, 0], [6, 3], [2, 2])
GREY = "#8a8d9b"
HEIGHT = 260  # pixels


def show_plot(result: Result) -> None:
    """The chart of curves and points, and below it what is neither."""
    x = result["x"]
    curves, points, rest = sort_values(result)
    chart = make_chart(x, curves, points)
    st.altair_chart(chart, width="stretch", alt=_describe(x, curves, points))
    shown = {f"{name} [x, y]": value for name, value in points.items()}
    if shown or rest:
        show_values(shown | rest)


def _describe(x: np.ndarray, curves: Result, points: Result) -> str:
    """The curves' names and the places of the points, for somebody who does not see them."""
    over = _("Curves over x from {low} to {high}: {names}").format(
        low=significant(x[0]), high=significant(x[-1]), names=_(", ").join(curves)
    )
    places = (
        _("{name} at {x}: {y}").format(name=name, x=significant(at), y=significant(up))
        for name, (at, up) in points.items()
    )
    return _("; ").join([over, *places])


def sort_values(result: Result) -> tuple[Result, Result, Result]:
    """Curves over x, points [x, y], and what is neither; a curve of two numbers is no point."""
    x = result["x"]
    curves: Result = {}
    points: Result = {}
    rest: Result = {}
    for name, value in result.items():
        if name != "x":
            is_curve, is_point = _has_shape(value, x.shape), _has_shape(value, (2,))
            kind = curves if is_curve else points if is_point else rest
            kind[name] = value
    return curves, points, rest


def make_chart(x: "np.ndarray", curves: Result, points: Result) -> "LayerChart":
    """A line for each curve, with its name above the chart, and a dot with its name."""
    import altair as alt

    names = list(curves)
    colour = alt.Color("curve:N", title=None, sort=names)
    colour = colour.scale(domain=names, range=COLOURS[: len(names)])
    colour = colour.legend(orient="top", labelLimit=400)
    dash = alt.StrokeDash("curve:N", title=None, sort=names)
    dash = dash.scale(domain=names, range=DASHES[: len(names)])
    step = 1 if np.all(x == np.round(x)) else alt.Undefined
    axis = alt.Axis(labelFlush=True, tickMinStep=step)  # no half steps
    along, up = alt.X("x:Q", title="x", axis=axis), alt.Y("y:Q", title=None)
    rows = [
        {"x": float(at), "y": float(value), "curve": name}
        for name, values in curves.items()
        for at, value in zip(x, values, strict=True)
        if np.isfinite(value)
    ]
    dots = [
        {"x": float(at), "y": float(value), "name": name} for name, (at, value) in points.items()
    ]
    lines = alt.Chart(alt.InlineData(rows)).mark_line(strokeWidth=2.5, clip=True)
    marked = alt.Chart(alt.InlineData(dots)).encode(along, up)
    layers = [lines.encode(along, up, colour, dash)]
    if dots:  # a layer without marks has no text for a screen reader
        layers += [
            marked.mark_point(size=90, filled=True, color=GREY, opacity=1),
            marked.mark_text(dy=-14, fontSize=13, fontWeight="bold", color=GREY).encode(
                text="name:N"
            ),
        ]
    return cast(alt.LayerChart, alt.layer(*layers).properties(height=HEIGHT))


def _has_shape(value: object, shape: tuple[int, ...]) -> bool:
    return isinstance(value, np.ndarray) and value.shape == shape
