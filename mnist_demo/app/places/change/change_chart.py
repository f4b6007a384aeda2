"""The ten probabilities along one adjustment, and where the answer becomes another one."""

from typing import TYPE_CHECKING, cast

import numpy as np
import streamlit as st

from mnist_demo.app.components.class_colours import CLASS_COLOURS
from mnist_demo.app.numbers import fixed, percent
from mnist_demo.app.places.curves.curves_chart import DASHES
from mnist_demo.image.adjustments import Adjustment
from mnist_demo.language import N_, _
from mnist_demo.stress.curve import Flip, ProbabilityCurve

if TYPE_CHECKING:  # importing it takes a while, which the app's start does not wait for
    from altair import LayerChart

NAMED = 0.05  # a class that gets more than this somewhere is named
GREY = "#8a8d9b"  # seen on light and on dark
HEIGHT = 300  # pixels
CEILING = 1.2  # of the axis, so that there is room for names
MARK_HEIGHT = 1.15
BEYOND = (
    (N_("Below that, it is rejected."), N_("Below that, it is read as {name}.")),
    (N_("Above that, it is rejected."), N_("Above that, it is read as {name}.")),
)


def describe_amount(adjustment: Adjustment, amount: float) -> str:
    """An amount with its unit, as finely as it matters."""
    gap = "" if adjustment.unit in ("°", "") else " "
    return f"{fixed(amount, adjustment.decimals)}{gap}{adjustment.unit}"


def describe_curve(
    class_names: tuple[str, ...], adjustment: Adjustment, curve: ProbabilityCurve
) -> str:
    """Where the answer stays and what it becomes, in a sentence."""

    def name_end(flip: Flip | None, end: float) -> str:
        amount = describe_amount(adjustment, end if flip is None else flip.amount)
        return amount if flip else _("{amount} (the end of the slider)").format(amount=amount)

    low, high = (
        name_end(flip, end) for flip, end in zip(curve.flips, adjustment.ends, strict=True)
    )
    if curve.given is None:
        text = _("**{title}:** the drawing is rejected from {low} to {high}.")
    else:
        text = _("**{title}:** the answer {name} holds from {low} to {high}.")
    name = None if curve.given is None else class_names[curve.given]
    sentences = [text.format(title=_(adjustment.title), name=name, low=low, high=high)]
    for flip, (rejected, read) in zip(curve.flips, BEYOND, strict=True):
        if flip is None:
            continue
        if flip.answer is None:
            sentences.append(_(rejected))
        else:
            sentences.append(_(read).format(name=class_names[flip.answer]))
    return " ".join(sentences)


def show_curve(
    class_names: tuple[str, ...], adjustment: Adjustment, curve: ProbabilityCurve, now: float
) -> None:
    """What there is to see, and the chart: ten classes, the flips, the place of the slider."""
    text = describe_curve(class_names, adjustment, curve)
    st.markdown(text)
    st.altair_chart(
        make_chart(curve, adjustment, class_names, now),
        width="stretch",
        alt=_("Probability of each class along: {title}. {text}").format(
            title=_(adjustment.title), text=text.replace("*", "")
        ),
    )
    st.caption(
        _(
            "Along the slider moved last, while the others stay. Classes that never get more than "
            "{limit} are thin and grey. ▼ with a dashed line: from here on the answer is the one "
            "named, or ? where the drawing is rejected. The solid line is where the slider stands."
        ).format(limit=percent(NAMED, 0))
    )


def make_chart(
    curve: ProbabilityCurve, adjustment: Adjustment, names: tuple[str, ...], now: float
) -> "LayerChart":
    """A line with its name for each class, and the places that are marked."""
    import altair as alt

    title = _(adjustment.title) + (f" ({adjustment.unit})" if adjustment.unit else "")
    along = alt.X("amount:Q", title=title).scale(domain=adjustment.ends, nice=False)
    up = alt.Y("probability:Q", title=_("Probability")).scale(domain=[0, CEILING])
    up = up.axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
    colour = alt.Color("class:N", legend=None).scale(domain=names, range=CLASS_COLOURS)
    dash = alt.StrokeDash("class:N", legend=None).scale(domain=names, range=DASHES[:5])
    tooltip = [
        alt.Tooltip("class:N", title=_("Class")),
        alt.Tooltip("amount:Q", title=title, format=".2f"),
        alt.Tooltip("probability:Q", title=_("Probability"), format=".1%"),
    ]

    def plot(*rows: dict[str, object]) -> alt.Chart:
        return alt.Chart(alt.InlineData(list(rows))).encode(along, up)

    def plot_classes(indices: list[int]) -> alt.Chart:
        return plot(
            *(
                {"amount": float(amount), "class": names[index], "probability": float(value)}
                for index in indices
                for amount, value in zip(curve.amounts, curve.probabilities[:, index], strict=True)
            )
        )

    is_named = curve.probabilities.max(axis=0) > NAMED
    named, others = np.flatnonzero(is_named).tolist(), np.flatnonzero(~is_named).tolist()
    flips = plot(*(_mark_flip(flip, names) for flip in curve.flips if flip is not None))
    labels = plot(*({"class": names[index], **_find_peak(curve, index)} for index in named))
    no_height = alt.Y()
    layers = [
        plot_classes(others)
        .mark_line(color=GREY, strokeWidth=1, opacity=0.5)
        .encode(detail="class:N"),
        plot_classes(named).mark_line(strokeWidth=2.5).encode(colour, dash, tooltip=tooltip),
        plot({"amount": now}).mark_rule(color=GREY, strokeWidth=1.5).encode(y=no_height),
        flips.mark_rule(color=GREY, strokeWidth=1.5, strokeDash=[5, 4]).encode(y=no_height),
        flips.mark_text(color=GREY, fontSize=14, fontWeight="bold").encode(text="text:N"),
        labels.mark_text(dy=-10, fontSize=15, fontWeight="bold").encode(colour, text="class:N"),
    ]
    return cast(alt.LayerChart, alt.layer(*layers).properties(height=HEIGHT))


def _mark_flip(flip: Flip, names: tuple[str, ...]) -> dict[str, object]:
    name = "?" if flip.answer is None else names[flip.answer]
    return {"amount": flip.amount, "probability": MARK_HEIGHT, "text": f"▼ {name}"}


def _find_peak(curve: ProbabilityCurve, index: int) -> dict[str, object]:
    """Where the name of a class stands: in the middle of the amounts that favour it most."""
    values = curve.probabilities[:, index]
    favoured = np.flatnonzero(values >= 0.95 * values.max())
    middle = favoured[len(favoured) // 2]
    return {"amount": float(curve.amounts[middle]), "probability": float(values[middle])}
