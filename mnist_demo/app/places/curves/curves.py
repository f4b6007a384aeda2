"""Versions and the course of their trainings: loss and accuracy, also of the one that runs now."""

import streamlit as st

from mnist_demo.app.components.poll import poll
from mnist_demo.app.places.curves.curves_chart import AXES, Curve, show_chart
from mnist_demo.app.places.curves.examples_chart import show_examples_chart
from mnist_demo.app.places.curves.pair import show_pair
from mnist_demo.app.places.train.versions_table import show_versions
from mnist_demo.app.runtime.own import open_store
from mnist_demo.app.sidebar.training_panel import get_job
from mnist_demo.app.sidebar.version_choice import get_network_name, name_version
from mnist_demo.app.trouble import plain, show_error
from mnist_demo.errors import ModelVersionError
from mnist_demo.language import N_, _
from mnist_demo.networks import get_network
from mnist_demo.training.process import Status
from mnist_demo.versions.card import Version
from mnist_demo.versions.history import Point
from mnist_demo.versions.store import Store

POLL_INTERVAL_S = 1.0
LOSS_NOTE = N_(
    "Losses of different kinds cannot be compared: the mean squared error of one network may be "
    "lower than the cross-entropy of a better one. Loss and accuracy are those of the training "
    "images, of the last batch or of the epoch so far, depending on the lesson; the test accuracy "
    "is in the table above."
)


def show() -> None:
    """Draw the section: all versions, and the curves of those that are chosen."""
    store, job = open_store(), get_job()
    is_running = job.status.state == "running"
    if is_running:
        poll(POLL_INTERVAL_S, "poll-curves")
    versions = show_versions(store)
    curves = [_read(store, version) for version in versions]
    st.caption(
        _(
            "New visitors read with the default version of a network. The handwriting is rendered "
            "by this project. To fill in what has not been measured (–), open “How well it reads”."
        )
    )
    axis = st.segmented_control(
        _("Across"),
        list(AXES),
        format_func=_,
        default=next(iter(AXES)),
        required=True,
        key="curves-axis",
        help=_(
            "What the curves run along: batches that the network has learned from, epochs, or "
            "the seconds it took."
        ),
    )
    _show_curves([curve for curve in curves if curve.points], axis, job.status)
    network = get_network_name()
    everybody = (*store.versions(network), *store.candidates())
    show_examples_chart(one.card for one in everybody if one.card.network == network)
    if len(versions) == 2:
        show_pair(store, versions)


def _read(store: Store, version: Version) -> Curve:
    title = name_version(version, store)
    try:
        points = store.read_history(version)
    except ModelVersionError as error:
        show_error(error)
        return Curve(title, ())
    if not points:
        text = _("{title}: the history of this training was not kept.")
        st.caption(text.format(title=plain(title)))
    return Curve(title, points)


def _show_curves(curves: list[Curve], axis: str, status: Status) -> None:
    if status.last and status.state == "running":
        course = tuple(Point.of(event.progress, event.seconds) for event in status.course)
        network = get_network(status.title)
        title = _("{network}, training now").format(network=_(network.title))
        curves = [*curves, Curve(title, course, status.last.progress.batches)]
    if not curves:
        st.info(_("Choose versions to see their curves."), icon=":material/show_chart:")
        return
    show_chart(curves, "accuracy", axis)
    show_chart(curves, "loss", axis)
    st.caption(_(LOSS_NOTE))
    points = (point for curve in curves for point in curve.points)
    for name in dict.fromkeys(name for point in points for name in point.metrics):
        show_chart(curves, name, axis)
