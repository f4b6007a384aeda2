"""One chart of several trainings, told apart by colour, dashes and the shape of their points."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from mnist_demo.language import N_, _
from mnist_demo.versions.history import Point

if TYPE_CHECKING:  # importing it takes a while, which the app's start does not wait for
    from altair import LayerChart

AXES = {N_("Batches"): "step", N_("Epochs"): "epochs", N_("Seconds"): "seconds"}
QUANTITIES = {
    "loss": N_("Loss"),
    "accuracy": N_("Accuracy"),
    "mean squared error": N_("Mean squared error"),
    "test accuracy": N_("Test accuracy"),
}
"""Titles of those that the lessons look at; a user's network may look at others."""

DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 4]]
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross"]  # five, and six of the others
COLOURS = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377"]  # Tol's bright scheme
MARKS = 12  # shapes along one curve
HEIGHT = 340  # pixels, and for each row of the legend
LEGEND_ROW_HEIGHT = 24


@dataclass(frozen=True)
class Curve:
    """The course of one training, by a name for the legend.

    ``batches`` of an epoch are taken from the ends of its epochs where they are not known.
    """

    title: str
    points: tuple[Point, ...]
    batches: int | None = None


def show_chart(curves: list[Curve], quantity: str, axis: str) -> None:
    """Chart of loss, accuracy or a metric along one of `AXES`; nothing where there is no value."""
    rows = {curve.title: list(_rows(curve, quantity)) for curve in curves}
    rows = {title: values for title, values in rows.items() if values}
    if rows:
        changes = (
            _("{title} from {first} to {last}").format(
                title=title,
                first=f"{values[0]['value']:.3f}",
                last=f"{values[-1]['value']:.3f}",
            )
            for title, values in rows.items()
        )
        st.altair_chart(
            make_chart(rows, quantity, axis),
            width="stretch",
            alt=_("{quantity} of {count} training runs along their {axis}: {changes}").format(
                quantity=_name(quantity),
                count=len(rows),
                axis=_(axis).lower(),
                changes=_("; ").join(changes),
            ),
        )


def make_chart(rows: dict[str, list[dict[str, Any]]], quantity: str, axis: str) -> "LayerChart":
    """A line for each training, a shape now and then, and numbers at the pointer."""
    import altair as alt

    def tell_apart(channel: Any, values: list[Any]) -> Any:
        legend = alt.Legend(title=None, orient="bottom", columns=1, labelLimit=600)
        return channel("training:N", legend=legend).scale(domain=list(rows), range=values)

    up = alt.Y("value:Q", title=_name(quantity))
    if "accuracy" in quantity:
        up = up.scale(zero=False).axis(format=".0%")
    else:
        up = up.scale(type="log", nice=False)
    tooltip = [
        alt.Tooltip("training:N", title=_("Training")),
        alt.Tooltip("step:Q", title=_("Batch"), format=","),
        alt.Tooltip("epoch:Q", title=_("Epoch")),
        alt.Tooltip("value:Q", title=_name(quantity), format=".4f"),
    ]
    chart = alt.Chart(alt.InlineData([row for values in rows.values() for row in values])).encode(
        alt.X(f"{AXES[axis]}:Q", title=_(axis)), up, tell_apart(alt.Color, COLOURS), tooltip=tooltip
    )
    lines = chart.mark_line().encode(tell_apart(alt.StrokeDash, DASHES))
    marks = chart.mark_point(filled=True, size=80, strokeWidth=0, opacity=1)
    marks = marks.encode(tell_apart(alt.Shape, SHAPES)).transform_filter("datum.is_marked")
    height = HEIGHT + LEGEND_ROW_HEIGHT * len(rows)
    return cast("LayerChart", alt.layer(lines, marks, height=height))


def _name(quantity: str) -> str:
    return _(QUANTITIES.get(quantity, quantity.capitalize()))


def _rows(curve: Curve, quantity: str) -> Iterator[dict[str, Any]]:
    """A row for each point at which ``quantity`` is known."""
    points = [point for point in curve.points if _value(point, quantity) is not None]
    batches = curve.batches or max((point.step / point.epoch for point in points), default=1)
    for index, point in enumerate(points):
        yield {
            "training": curve.title,
            "step": point.step,
            "epoch": point.epoch,
            "epochs": point.step / batches,
            "seconds": point.seconds,
            "value": _value(point, quantity),
            "is_marked": index % max(1, len(points) // MARKS) == 0,
        }


def _value(point: Point, quantity: str) -> float | None:
    return {"loss": point.loss, "accuracy": point.accuracy, **point.metrics}.get(quantity)
