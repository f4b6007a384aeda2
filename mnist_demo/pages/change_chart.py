"""The ten probabilities along one kind of change, and where the answer becomes another one."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.changes import Kind
from mnist_demo.pages.curves_chart import COLOURS, DASHES
from mnist_demo.pages.engine import Engine
from mnist_demo.perturbation import Curve

NAMED = 0.05  # a class that gets more than this somewhere is named
GREY = "#8a8d9b"  # seen on light and on dark
HEIGHT = 360  # pixels
CEILING = 1.2  # of the axis, so that there is room for names
MARK_HEIGHT = 1.15


def describe_curve(engine: Engine, image: NDArray[np.float32], kind: Kind, curve: Curve) -> str:
    """Where the answer stays and what it becomes, in a sentence."""
    names = engine.class_names

    def describe_end(flip: float | None, end: float) -> str:
        if flip is None:
            return f"{kind.describe(end)}, the end of the slider"
        answer = names[_answer_at(engine, image, kind, flip)]
        return f"{kind.describe(flip)}, where it becomes {answer}"

    ends = [
        describe_end(flip, end)
        for flip, end in zip(curve.flips, (kind.low, kind.high), strict=True)
    ]
    return f"**{kind.title}:** the answer {names[curve.given]} holds from {ends[0]}, to {ends[1]}."


def show_curve(
    engine: Engine, image: NDArray[np.float32], kind: Kind, curve: Curve, now: float
) -> None:
    """What there is to see, and the chart: ten classes, the flips, the place of the slider."""
    text = describe_curve(engine, image, kind, curve)
    st.markdown(text)
    flips = [
        {
            "amount": flip,
            "probability": MARK_HEIGHT,
            "text": f"▼ {engine.class_names[_answer_at(engine, image, kind, flip)]}",
        }
        for flip in curve.flips
        if flip is not None
    ]
    st.vega_lite_chart(
        make_chart(curve, kind, engine.class_names, flips, now),
        width="stretch",
        alt=f"Probability of each class along: {kind.title}. " + text.replace("*", ""),
    )
    st.caption(
        "Each line bears the name of its class; classes that never get more than "
        f"{NAMED:.0%} are thin and grey. ▼ with a dashed line: from here on the answer is the one "
        "named. The solid line is where the slider stands."
    )


def make_chart(
    curve: Curve, kind: Kind, names: tuple[str, ...], flips: list[dict[str, Any]], now: float
) -> dict[str, Any]:
    """Vega-Lite chart: a line with its name for each class, and the places that are marked."""
    named = [index for index in range(len(names)) if curve.probabilities[:, index].max() > NAMED]
    rows = [
        {"amount": float(amount), "class": names[index], "probability": float(value)}
        for index in range(len(names))
        for amount, value in zip(curve.amounts, curve.probabilities[:, index], strict=True)
    ]
    labels = [{"class": names[index], **_find_peak(curve, index)} for index in named]
    title = f"{kind.title} ({kind.unit})" if kind.unit else kind.title
    along = {
        "field": "amount",
        "type": "quantitative",
        "title": title,
        "scale": {"domain": [kind.low, kind.high], "nice": False},
    }
    up = {
        "field": "probability",
        "type": "quantitative",
        "title": "Probability",
        "scale": {"domain": [0, CEILING]},
        "axis": {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]},
    }
    of_class = {"field": "class", "type": "nominal", "legend": None}
    colour = of_class | {"scale": {"domain": names, "range": COLOURS}}
    dash = of_class | {"scale": {"domain": names, "range": DASHES[:5]}}
    tooltip = [
        {"field": "class", "title": "Class"},
        {"field": "amount", "title": title, "format": ".2f"},
        {"field": "probability", "title": "Probability", "format": ".1%"},
    ]
    is_named = {"field": "class", "oneOf": [names[index] for index in named]}
    return {
        "height": HEIGHT,
        "data": {"values": rows},
        "encoding": {"x": along, "y": up},
        "layer": [
            {
                "transform": [{"filter": {"not": is_named}}],
                "mark": {"type": "line", "color": GREY, "strokeWidth": 1, "opacity": 0.5},
                "encoding": {"detail": of_class},
            },
            {
                "transform": [{"filter": is_named}],
                "mark": {"type": "line", "strokeWidth": 2.5},
                "encoding": {"color": colour, "strokeDash": dash, "tooltip": tooltip},
            },
            _rule([{"amount": now}], []),
            _rule(flips, [5, 4]),
            {
                "data": {"values": flips},
                "mark": {"type": "text", "color": GREY, "fontSize": 14, "fontWeight": "bold"},
                "encoding": {"text": {"field": "text"}},
            },
            {
                "data": {"values": labels},
                "mark": {"type": "text", "dy": -10, "fontSize": 15, "fontWeight": "bold"},
                "encoding": {"text": {"field": "class"}, "color": colour},
            },
        ],
    }


def _rule(places: list[dict[str, Any]], dash: list[int]) -> dict[str, Any]:
    mark = {"type": "rule", "color": GREY, "strokeWidth": 1.5, "strokeDash": dash}
    return {"data": {"values": places}, "mark": mark, "encoding": {"y": None}}


def _find_peak(curve: Curve, index: int) -> dict[str, float]:
    """Where the name of a class stands: in the middle of the amounts that favour it most."""
    values = curve.probabilities[:, index]
    favoured = np.flatnonzero(values >= 0.95 * values.max())
    middle = favoured[len(favoured) // 2]
    return {"amount": float(curve.amounts[middle]), "probability": float(values[middle])}


def _answer_at(engine: Engine, image: NDArray[np.float32], kind: Kind, amount: float) -> int:
    return engine.reader.read(kind.change(image, amount)).digit
