"""The course of trainings: loss and accuracy of any versions, and of the training that runs now."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from mnist_demo.errors import ModelVersionError
from mnist_demo.history import Point
from mnist_demo.jobs import Status
from mnist_demo.pages.curves_chart import AXES, Curve, show_chart
from mnist_demo.pages.training_panel import get_job
from mnist_demo.pages.version_choice import describe, get_version
from mnist_demo.store import Card, Store, Version, open_store

STYLE = Path(__file__).parent / "curves.css"
POLL_INTERVAL_S = 1.0
LOSS_NOTE = (
    "Losses of different kinds cannot be compared: the mean squared error of one network may be "
    "lower than the cross-entropy of a better one. Loss and accuracy are those of the training "
    "images, of the last batch or of the epoch so far, as each lesson has it; the test accuracy is "
    "in the table below."
)


@dataclass(frozen=True)
class Shown:
    """A version with its curve."""

    title: str
    version: Version
    points: tuple[Point, ...]


def show() -> None:
    """Draw the page: which versions, their curves, and the numbers they were trained with."""
    st.html(STYLE)
    st.header("How the training went", anchor=False)
    store = open_store()
    versions = {version.name: version for version in [*store.versions(), *store.candidates()]}
    if not versions:
        st.error("There is no model version to show.", icon=":material/error:")
        return
    chosen = _choose_versions(versions, store)
    axis = st.segmented_control(
        "Across",
        list(AXES),
        default=next(iter(AXES)),
        required=True,
        key="curves-axis",
        help="What the curves run along: batches that the network has learned from, epochs, or "
        "the seconds it took.",
    )
    shown = [_read(store, version) for version in chosen]
    is_running = get_job().status.state == "running"
    st.fragment(_show_curves, run_every=POLL_INTERVAL_S if is_running else None)(
        shown, axis, is_running
    )
    if shown:
        _show_table(shown)


def _choose_versions(versions: dict[str, Version], store: Store) -> list[Version]:
    """At first the versions of the network in use."""
    try:
        network = get_version(store).card.network
    except ModelVersionError:
        network = ""
    names = st.multiselect(
        "Versions",
        list(versions),
        [name for name, version in versions.items() if version.card.network == network],
        format_func=lambda name: _name(versions[name], store),
        placeholder="Choose versions to compare",
        help="Any number of versions of any networks.",
    )
    return [versions[name] for name in names]


def _name(version: Version, store: Store) -> str:
    return f"{version.card.network}, {describe(version, store)}"


def _read(store: Store, version: Version) -> Shown:
    title = _name(version, store)
    try:
        points = store.read_history(version)
    except ModelVersionError as error:
        st.error(str(error), icon=":material/error:")
        return Shown(title, version, ())
    if not points:
        st.caption(f"{title}: the course of this training was not kept.")
    return Shown(title, version, points)


def _show_curves(shown: list[Shown], axis: str, was_running: bool) -> None:
    status = get_job().status
    if (status.state == "running") != was_running:
        st.rerun()
    curves = [Curve(item.title, item.points) for item in shown if item.points]
    if status.course and was_running:
        title, batches = f"{status.title}, training now", status.progress["batches"]
        curves.append(Curve(title, _read_course(status), batches))
    if not curves:
        st.info("Choose versions to see their curves.", icon=":material/show_chart:")
        return
    show_chart(curves, "loss", axis)
    st.caption(LOSS_NOTE)
    show_chart(curves, "accuracy", axis)
    points = (point for curve in curves for point in curve.points)
    for name in dict.fromkeys(name for point in points for name in point.metrics):
        show_chart(curves, name, axis)


def _read_course(status: Status) -> tuple[Point, ...]:
    """Points of the training that runs now."""
    return tuple(
        Point(
            (event["epoch"] - 1) * event["batches"] + event["batch"],
            event["epoch"],
            event["seconds"],
            event["loss"],
            event["accuracy"],
            event["metrics"],
        )
        for event in status.course
    )


def _show_table(shown: list[Shown]) -> None:
    """What each version was trained with, a row for each."""
    st.subheader("What they were trained with", anchor=False)
    rows = [_describe(item.version.card) for item in shown]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th scope='col'>{name}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{row.get(name, '–')}</td>" for name in columns) + "</tr>"
        for row in rows
    )
    st.html(
        "<div class='trainings' tabindex='0' role='region' aria-label='What they were trained "
        f"with'><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _describe(card: Card) -> dict[str, str]:
    described = {
        "network": card.network,
        "recipe": card.recipe,
        "test accuracy": f"{card.test_accuracy:.2%}",
        "test loss": f"{card.test_loss:.4f}",
        "took": f"{card.duration_s:.0f} s",
        "images": card.dataset,
        "seed": str(card.seed),
    }
    settings = {name.replace("_", " "): str(value) for name, value in card.settings.items()}
    return described | settings
