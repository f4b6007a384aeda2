"""One chart of several trainings, told apart by colour, dashes and the shape of their points."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import streamlit as st

from mnist_demo.history import Point

AXES = {"Batches": "step", "Epochs": "epochs", "Seconds": "seconds"}
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 4]]
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross"]  # five, and six of the others
COLOURS = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377"]  # Tol's bright scheme
MARKS = 12  # shapes along one curve
PLOT_HEIGHT = 300  # pixels
LEGEND_HEIGHT = 70
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
    rows = [row for curve in curves for row in _rows(curve, quantity)]
    if not rows:
        return
    names = list(dict.fromkeys(row["training"] for row in rows))
    st.vega_lite_chart(
        make_chart(rows, names, quantity, axis),
        width="stretch",
        alt=f"{quantity.capitalize()} of {len(names)} trainings along their {axis.lower()}: "
        f"{'; '.join(_summarize(name, rows, quantity) for name in names)}",
    )


def make_chart(
    rows: list[dict[str, Any]], names: list[str], quantity: str, axis: str
) -> dict[str, Any]:
    """Vega-Lite chart: a line for each training, a shape now and then, numbers at the pointer."""
    across = {"field": AXES[axis], "type": "quantitative", "title": axis}
    up: dict[str, Any] = {"field": quantity, "type": "quantitative", "title": quantity.capitalize()}
    is_share = "accuracy" in quantity
    up["scale"] = {"zero": False} if is_share else {"type": "log", "nice": False}
    if is_share:
        up["axis"] = {"format": ".0%"}
    legend = {"title": None, "orient": "bottom", "columns": 1, "labelLimit": 600}
    training = {"field": "training", "type": "nominal", "legend": legend}
    colour = training | {"scale": {"domain": names, "range": COLOURS}}
    tooltip = [
        {"field": "training", "title": "Training"},
        {"field": "step", "title": "Batch", "format": ","},
        {"field": "epoch", "title": "Epoch"},
        {"field": quantity, "title": quantity.capitalize(), "format": ".4f"},
    ]
    dash = training | {"scale": {"domain": names, "range": DASHES}}
    shape = training | {"scale": {"domain": names, "range": SHAPES}}
    return {
        "data": {"values": rows},
        "height": PLOT_HEIGHT + LEGEND_HEIGHT + LEGEND_ROW_HEIGHT * len(names),
        "encoding": {"x": across, "y": up, "color": colour},
        "layer": [
            {"mark": {"type": "line"}, "encoding": {"strokeDash": dash, "tooltip": tooltip}},
            {
                "transform": [{"filter": "datum.is_marked"}],
                "mark": {
                    "type": "point",
                    "filled": True,
                    "size": 80,
                    "strokeWidth": 0,
                    "opacity": 1,
                },
                "encoding": {"shape": shape, "tooltip": tooltip},
            },
        ],
    }


def _rows(curve: Curve, quantity: str) -> Iterator[dict[str, Any]]:
    """A row for each point at which ``quantity`` is known."""
    points = [point for point in curve.points if _value(point, quantity) is not None]
    stride = max(1, len(points) // MARKS)
    batches = curve.batches or max((p.step / p.epoch for p in points), default=1)
    for index, point in enumerate(points):
        yield {
            "training": curve.title,
            "step": point.step,
            "epoch": point.epoch,
            "epochs": point.step / batches,
            "seconds": point.seconds,
            quantity: _value(point, quantity),
            "is_marked": index % stride == 0,
        }


def _value(point: Point, quantity: str) -> float | None:
    return {"loss": point.loss, "accuracy": point.accuracy, **point.metrics}.get(quantity)


def _summarize(name: str, rows: list[dict[str, Any]], quantity: str) -> str:
    values = [row[quantity] for row in rows if row["training"] == name]
    return f"{name} from {values[0]:.3f} to {values[-1]:.3f}"
