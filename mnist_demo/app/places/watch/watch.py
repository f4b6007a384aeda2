"""Watch it learn: a network in training reads the drawing, from its random weights on."""

from typing import Any

import streamlit as st

from mnist_demo.app.components.checks import is_dict_of, is_flag, is_one_of
from mnist_demo.app.components.modules import make_component
from mnist_demo.app.places.watch.files import address_training
from mnist_demo.app.session import LEFT_ALONE, report_of
from mnist_demo.app.sidebar.training_panel import get_job, is_allowed, start_training
from mnist_demo.app.sidebar.version_choice import get_network_name
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.language import _
from mnist_demo.networks import get_network
from mnist_demo.training.process import Job

KEY = "watch"
BATCHES = (None, 0, 1, 10, 100)  # all that there are, and none for now

_watch = make_component(
    "places/watch/watch.js",
    html="<div class='network-picture watch'></div>",
    sheets=["components/picture/picture.css"],
)


def show() -> None:
    """Draw the section: the last training, and a button that begins one from scratch."""
    job = get_job()
    st.caption(
        _(
            "Training begins with random weights and changes them a little with each batch. Here "
            "your browser reads your drawing with the weights of that moment."
        )
    )
    if is_allowed() and job.status.state != "running":
        _offer_start()
    if job.snapshots is None:
        st.info(_("Nothing has been trained here yet."), icon=":material/visibility:")
    _watch(
        data=_tell(job),
        key=KEY,
        checks={"allowed": is_dict_of({"batches": is_one_of(BATCHES)}), "gone": is_flag},
        on_allowed_change=_allow,
    )
    LEFT_ALONE.set(True)  # the network in training follows the pen by itself


def _offer_start() -> None:
    st.button(
        _("Train from scratch"),
        key="start-paused",
        icon=":material/start:",
        on_click=_start,
        help=_(
            "Train the network chosen in the sidebar, with its recipe, from random weights, batch "
            "by batch as you choose. “Retrain this network” there does it in one go."
        ),
    )


def _start() -> None:
    start_training(get_job(), get_network_name(), "--paused")
    st.rerun()  # the sidebar stops it


def _tell(job: Job) -> dict[str, Any]:
    """What `Told` in watch.js says."""
    network = get_network(job.status.title or get_network_name())
    return {
        "address": address_training(job),
        "title": _(network.title),
        "classes": [_(name) for name in DATASETS[network.dataset].classes],
        "mayChange": is_allowed(),
        "isStepwise": "--paused" in job.arguments,
    }


def _allow() -> None:
    """Let the training pass as many batches as was asked for."""
    if is_allowed():
        get_job().allow(report_of(KEY).get()["allowed"]["batches"])
