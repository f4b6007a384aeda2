"""How well does it read? Measures of a version, and every picture behind them."""

from pathlib import Path

import numpy as np
import streamlit as st

from mnist_demo.app.numbers import percent
from mnist_demo.app.places.evaluate.evaluate_data import Data, choose_data
from mnist_demo.app.places.evaluate.evaluate_parts import Cell, choose_cell, pick_picture
from mnist_demo.app.places.evaluate.evaluate_task import find_outcome
from mnist_demo.app.runtime.own import open_store
from mnist_demo.app.sidebar.version_choice import get_version, name_version
from mnist_demo.app.stage.canvas import content_of_sample
from mnist_demo.app.stage.scene import put_on_stage
from mnist_demo.app.templates import render
from mnist_demo.app.trouble import plain, show_error
from mnist_demo.data.catalogue import DATASETS, DatasetInfo
from mnist_demo.errors import DatasetError, ModelVersionError
from mnist_demo.evaluation import Outcome, Samples
from mnist_demo.evaluation.measures import Reliability
from mnist_demo.evaluation.outcome import NO_DIGIT, REJECTED
from mnist_demo.language import _
from mnist_demo.versions.card import Version

STYLE = Path(__file__).parent / "measures.css"
PICTURES = 40  # at once
ACCENT, GREY = "#6d65e8", "#8a8d9b"  # seen on light and on dark


def show() -> None:
    """Draw the section: what the version in use is measured on, its measures, and the pictures."""
    st.html(STYLE)
    store = open_store()
    try:
        version = get_version(store)
    except ModelVersionError as error:
        show_error(error)
        return
    text = _("The version in use: {version}.")
    st.caption(text.format(version=plain(name_version(version, store))))
    data = choose_data(version)
    outcome = data and find_outcome(store, version, data)
    if data and outcome:
        _show_outcome(outcome, version, data)


def _show_outcome(outcome: Outcome, version: Version, data: Data) -> None:
    dataset = DATASETS[version.card.dataset]
    names = tuple(map(_, dataset.classes))
    _show_figures(outcome, dataset)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        st.subheader(_("What is read as what"), anchor=False)
        st.caption(
            _(
                "Each picture counts once, under its answer or under “rejected”. Choose a cell to "
                "see its pictures."
            )
        )
        key = f"{version.key}-{data.key}"
        cell = choose_cell(outcome, names, f"evaluate-matrix-{key}")
    with right:
        st.subheader(_("Can its probabilities be trusted?"), anchor=False)
        _show_reliability(outcome.reliability)
    try:
        samples = data.load()
    except DatasetError as error:
        show_error(error)
        return
    if not np.array_equal(samples.labels, outcome.labels):
        text = _("The pictures here are not those that were measured.")
        st.error(text, icon=":material/error:")
        return
    picked = _show_pictures(samples, outcome, cell, names, key)
    if picked is not None:
        image = samples.images(np.array([picked]))[0]
        put_on_stage(content_of_sample(image, samples.drawing(picked)))


def _show_figures(outcome: Outcome, dataset: DatasetInfo) -> None:
    low, high = outcome.accuracy_interval
    error = outcome.reliability.expected_calibration_error
    figures = (
        (
            _("Accuracy"),
            percent(outcome.accuracy, 2),
            _("{count} of {total} right").format(
                count=f"{outcome.right:,}", total=f"{outcome.digits:,}"
            ),
        ),
        (
            _("Confidence interval"),
            f"{percent(low, 2)} – {percent(high, 2)}",
            _("{share} confidence").format(share=percent(0.95, 0)),
        ),
        (
            _("Calibration error"),
            percent(error, 2),
            _("how far its probabilities are from the truth"),
        ),
        *describe_rejections(outcome, dataset),
    )
    st.html(render("measures", figures=figures))
    if outcome.threshold is None:
        text = _("This version never rejects: it takes everything for {kind}.")
        st.caption(text.format(kind=_(dataset.a_word)))


def describe_rejections(outcome: Outcome, dataset: DatasetInfo) -> tuple[tuple[str, str, str], ...]:
    """Name, value and meaning of each figure; with clothing there is nothing else to reject."""
    known, others = percent(outcome.digits_rejected, 2), percent(outcome.non_digits_rejected, 2)
    if dataset.are_digits:
        return (
            (_("Digits rejected"), known, _("“not a digit I know”, but it is one")),
            (_("Others rejected"), others, _("letters, signs and scribbles")),
        )
    title = _("{kind} rejected").format(kind=_(dataset.word).capitalize())
    return ((title, known, _("though it is of a kind that the version knows")),)


def _show_reliability(reliability: Reliability) -> None:
    """Bars of the accuracy in each bin of the top probability; on the line both are equal."""
    import altair as alt

    rows = [
        {
            "low": reliability.edges[index],
            "high": reliability.edges[index + 1],
            "accuracy": reliability.accuracy[index],
            "text": _describe_bin(reliability, index),
        }
        for index in np.flatnonzero(reliability.counts).tolist()
    ]
    percents = alt.Axis(format=".0%", tickCount=5)
    bars = alt.Chart(alt.InlineData(rows)).mark_rect(opacity=0.6, color=ACCENT)
    bars = bars.encode(
        alt.X("low:Q", title=_("How sure it was"), axis=percents).scale(domain=[0, 1]),
        alt.X2("high"),
        alt.Y("accuracy:Q", title=_("How often it was right"), axis=percents).scale(domain=[0, 1]),
        y2=alt.datum(0),
        tooltip=alt.Tooltip("text:N", title=_("Answers")),
    )
    ends = alt.InlineData([{"low": end, "accuracy": end} for end in (0, 1)])
    line = alt.Chart(ends).mark_line(color=GREY).encode(x="low:Q", y="accuracy:Q")
    st.altair_chart(
        (bars + line).properties(height=320),
        width="stretch",
        alt=_("; ").join(str(row["text"]) for row in rows),
    )
    st.caption(
        _(
            "On the line, confidence matches accuracy. Bars above it mean too little confidence, "
            "bars below it too much."
        )
    )


def _describe_bin(reliability: Reliability, index: int) -> str:
    low, high = reliability.edges[index : index + 2]
    return _("{low} to {high} sure: {part} of {count} right").format(
        low=percent(low, 0),
        high=percent(high, 0),
        part=percent(reliability.accuracy[index]),
        count=f"{reliability.counts[index]:,}",
    )


def _show_pictures(
    samples: Samples, outcome: Outcome, cell: Cell, names: tuple[str, ...], key: str
) -> int | None:
    """The pictures in a cell of the matrix; the index of the one that has just been chosen."""
    indices = outcome.select(cell.row, cell.column)
    label, answer = _("Not a digit"), _("rejected")
    if cell.row != NO_DIGIT:
        label = names[cell.row]
    if cell.column != REJECTED:
        answer = _("read as {answer}").format(answer=names[cell.column])
    title = _("{label}, {answer}: {count}")
    st.subheader(title.format(label=label, answer=answer, count=f"{len(indices):,}"), anchor=False)
    st.caption(_("Choose a picture to put it on the stage."))
    pages = max(1, -(-len(indices) // PICTURES))
    page = 1
    if pages > 1:
        page = st.number_input(
            _("Page of {count}").format(count=pages),
            1,
            pages,
            width=160,
            help=_("{count} pictures on each.").format(count=PICTURES),
        )
    chosen = indices[(page - 1) * PICTURES : page * PICTURES]
    return pick_picture(samples, outcome, chosen, names, f"evaluate-pictures-{key}")
