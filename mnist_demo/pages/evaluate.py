"""How well does it read? Measures of a version, and every picture behind them."""

from pathlib import Path

import numpy as np
import streamlit as st

from mnist_demo.datasets import CLASS_NAMES, DIGITS
from mnist_demo.errors import ModelVersionError
from mnist_demo.evaluation import Outcome
from mnist_demo.evaluation.measures import Reliability
from mnist_demo.pages import draw
from mnist_demo.pages.canvas import get_canvas, show_as_drawing
from mnist_demo.pages.evaluate_data import Data, choose_data
from mnist_demo.pages.evaluate_parts import NO_DIGIT, REFUSED, Cell, choose_cell, pick_picture
from mnist_demo.pages.evaluate_task import Measured, get_place, show_task
from mnist_demo.pages.version_choice import describe, get_version
from mnist_demo.store import Store, Version, open_store

STYLE = Path(__file__).parent / "evaluate.css"
PICTURES = 40  # at once


def show() -> None:
    """Draw the page: what to measure, then the measures, then the pictures."""
    st.html(STYLE)
    st.header("How well does it read?", anchor=False)
    store = open_store()
    version = _choose_version(store)
    data = None if version is None else choose_data(version)
    if version is None or data is None:
        return
    place = get_place(version.key, data.key)
    measured = show_task(place, store, version, data)
    if measured is not None:
        _show_measured(measured, version, data)


def _choose_version(store: Store) -> Version | None:
    versions = {version.name: version for version in store.versions()}
    if not versions:
        st.error("There is no model version to measure.", icon=":material/error:")
        return None
    names = list(versions)
    try:
        current = names.index(get_version(store).name)
    except (ModelVersionError, ValueError):
        current = 0
    name = st.selectbox(
        "Version to measure",
        names,
        index=current,
        format_func=lambda name: (
            f"{versions[name].card.network}, {describe(versions[name], store)}"
        ),
        help="At first the one that reads your drawings.",
    )
    return versions[name]


def _show_measured(measured: Measured, version: Version, data: Data) -> None:
    outcome = measured.outcome
    names = CLASS_NAMES.get(version.card.dataset, DIGITS)
    _show_figures(outcome, names)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        st.subheader("What it takes for what", anchor=False)
        st.caption("Choose a cell to see the pictures in it.")
        key = f"{version.key}-{data.key}"
        cell = choose_cell(outcome, names, f"evaluate-matrix-{key}")
    with right:
        st.subheader("Can its probabilities be trusted?", anchor=False)
        _show_reliability(outcome.reliability)
    _show_pictures(measured, cell, names, version, key)


def _show_figures(outcome: Outcome, class_names: tuple[str, ...]) -> None:
    low, high = outcome.accuracy_interval
    error = outcome.reliability.expected_calibration_error
    figures = (
        ("Accuracy", _percent(outcome.accuracy), f"{outcome.right:,} of {outcome.digits:,} right"),
        ("Confidence interval", f"{low:.2%} – {high:.2%}", "the true accuracy, 95 % of the time"),
        ("Calibration error", _percent(error), "how far its probabilities are from the truth"),
        *_describe_refusals(outcome, class_names),
    )
    items = "".join(
        f"<div><dt>{name}</dt><dd><b>{value}</b><small>{text}</small></dd></div>"
        for name, value, text in figures
    )
    st.html(f"<dl class='measures' data-testid='measures'>{items}</dl>")
    if outcome.threshold is None:
        things = "a digit" if class_names == DIGITS else "clothing"
        st.caption(f"This version never refuses: it takes everything for {things}.")


def _describe_refusals(
    outcome: Outcome, class_names: tuple[str, ...]
) -> tuple[tuple[str, str, str], ...]:
    """Name, value and meaning of each figure; with clothing there is nothing else to refuse."""
    known, others = _percent(outcome.digits_refused), _percent(outcome.non_digits_refused)
    if class_names == DIGITS:
        return (
            ("Digits refused", known, "“not a digit I know”, but it is one"),
            ("Others refused", others, "letters, signs and scribbles"),
        )
    return (("Clothing refused", known, "though it is of a kind that the version knows"),)


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{share:.2%}"


def _show_reliability(reliability: Reliability) -> None:
    """Bars of the accuracy in each bin of the top probability; on the line both are equal."""
    bins = len(reliability.counts)
    bars = "".join(
        f"<div class='bin' title='{_describe_bin(reliability, i)}' style='left:{i / bins:.2%};"
        f"width:{1 / bins:.2%};height:{reliability.accuracy[i]:.2%}'></div>"
        for i in np.flatnonzero(reliability.counts).tolist()
    )
    ticks = "".join(
        f"<span class='tick' style='left:{share:.0%};bottom:-1.5rem;transform:translateX(-50%)'>"
        f"{share:.0%}</span>"
        f"<span class='tick' style='right:calc(100% + 0.4rem);bottom:calc({share:.0%} - 0.5em)'>"
        f"{share:.0%}</span>"
        for share in (0, 0.5, 1)
    )
    st.html(
        "<figure class='reliability'><div class='plot' role='img' aria-label='Share of right "
        f"answers against how sure the version was'>{bars}{ticks}</div><figcaption>Across: how "
        "sure it was. Up: how often it was right. On the line both are equal; bars above it "
        "mean too modest, below it too sure.</figcaption></figure>"
    )
    with st.expander("The same in numbers"):
        filled = np.flatnonzero(reliability.counts).tolist()
        st.markdown("\n".join(f"- {_describe_bin(reliability, i)}" for i in filled))


def _describe_bin(reliability: Reliability, index: int) -> str:
    low, high = reliability.edges[index : index + 2]
    return (
        f"{low:.0%} to {high:.0%} sure: {reliability.accuracy[index]:.1%} of "
        f"{reliability.counts[index]:,} right"
    )


def _show_pictures(
    measured: Measured, cell: Cell, names: tuple[str, ...], version: Version, key: str
) -> None:
    indices = cell.select(measured.outcome)
    row = "No digit" if cell.row == NO_DIGIT else names[cell.row]
    what = "refused" if cell.column == REFUSED else f"read as {names[cell.column]}"
    st.subheader(f"{row}, {what}: {len(indices):,}", anchor=False)
    st.caption("Choose a picture to put it through the layers on the draw page.")
    pages = max(1, -(-len(indices) // PICTURES))
    page = 1
    if pages > 1:
        page = st.number_input(
            f"Page of {pages}", 1, pages, width=160, help=f"{PICTURES} pictures on each."
        )
    chosen = indices[(page - 1) * PICTURES : page * PICTURES]
    picked = pick_picture(
        measured.samples, measured.outcome, chosen, names, f"evaluate-pictures-{key}"
    )
    if picked is not None:
        _open(measured, picked, version)


def _open(measured: Measured, index: int, version: Version) -> None:
    """Put a sample on the canvas, and go there with the same version."""
    image = measured.samples.images(np.array([index]))[0]
    get_canvas().put(show_as_drawing(image, measured.samples.drawing(index)))
    st.session_state["network"] = version.card.network
    st.session_state["version"] = version.name
    st.switch_page(st.Page(draw.show, title="Draw", url_path="draw", default=True))
