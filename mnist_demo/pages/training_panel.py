"""Sidebar: a button that retrains, the progress of a training, and what becomes of its result."""

import os
import random

import streamlit as st

from mnist_demo.errors import DemoError, ModelVersionError
from mnist_demo.jobs import Job, Status
from mnist_demo.pages.version_choice import get_network_name, get_version, is_registry_loaded
from mnist_demo.store import Card, Store, Version

RETRAINING_VARIABLE = "MNIST_DEMO_RETRAINING"
POLL_INTERVAL_S = 0.5


@st.cache_resource(show_spinner=False)
def get_job() -> Job:
    """The one training of this server, the same for all visitors."""
    return Job()


def show_retraining(store: Store) -> None:
    """Retrain button, progress of a running training, and the decision about a finished one."""
    if os.environ.get(RETRAINING_VARIABLE, "").lower() == "off":
        return
    st.subheader("Retrain", anchor=False)
    job = get_job()
    is_running = job.status.state == "running"
    st.fragment(_show_job, run_every=POLL_INTERVAL_S if is_running else None)(is_running)
    if not is_running:
        _show_start(job, store)
    for candidate in store.candidates():
        _show_decision(store, candidate)


def _show_job(was_running: bool) -> None:
    job = get_job()
    status = job.status
    if (status.state == "running") != was_running:
        st.rerun()
    match status.state:
        case "running":
            _show_progress(job, status)
        case "failed":
            st.error(status.message, icon=":material/error:")
            if status.details:
                with st.expander("What the training printed"):
                    st.code(status.details, language=None)
        case "stopped":
            st.info("The training was stopped. Nothing has changed.", icon=":material/stop_circle:")


def _show_start(job: Job, store: Store) -> None:
    network = get_network_name()
    if is_registry_loaded():
        from mnist_demo.pages.recipe_choice import choose_training  # needs TensorFlow

        choose_training(network, store)
    st.button(
        "Retrain this network",
        key="retrain",
        icon=":material/model_training:",
        type="primary",
        width="stretch",
        on_click=_start,
        args=(job, network),
        help="Train this network again, from new random weights, in a process of its own. "
        "You can go on drawing.",
    )


def _start(job: Job, network: str) -> None:
    arguments = ["--network", network, "--candidate", "--json"]
    arguments += ["--seed", str(random.randrange(2**31))]  # the card keeps it
    if is_registry_loaded():
        from mnist_demo.pages.recipe_choice import get_arguments  # needs TensorFlow

        arguments += get_arguments(network)
    try:
        job.start("mnist_demo.training", arguments, network)
    except DemoError as error:
        st.toast(str(error), icon=":material/error:")


def _show_progress(job: Job, status: Status) -> None:
    progress = status.progress
    st.progress(status.fraction or 0.0, text=f"{status.title}: {_describe_progress(status)}")
    if progress:
        accuracy = progress["accuracy"]
        left, right = st.columns(2)
        left.metric("Loss", f"{progress['loss']:.4f}")
        right.metric("Accuracy", "–" if accuracy is None else f"{accuracy:.2%}")
        for name, value in progress["metrics"].items():
            st.caption(f"{name.capitalize()}: {value:.4f}")
    st.button(
        "Stop training",
        icon=":material/stop:",
        width="stretch",
        on_click=job.stop,
        help="End the training. What it has learned so far is dropped; your version stays.",
    )


def _describe_progress(status: Status) -> str:
    progress = status.progress
    if not progress or status.stage != "Training":
        return f"{status.stage} …"
    text = f"epoch {progress['epoch']} of {progress['epochs']}, "
    text += f"batch {progress['batch']:,} of {progress['batches']:,}"
    left_s = progress["seconds_left"]
    return text if left_s is None else f"{text}, {_as_time(left_s)} left"


def _as_time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _show_decision(store: Store, candidate: Version) -> None:
    """The test accuracy beside that of the version in use, and two buttons."""
    card = candidate.card
    now = _accuracy_in_use(store, card)
    with st.container(border=True):
        st.markdown("**A new version is ready**")
        st.caption(f"{card.network}, {card.recipe}: accuracy on the test set of {card.dataset}")
        left, right = st.columns(2)
        change = None if now is None else f"{card.test_accuracy - now:+.2%}"
        left.metric("Yours now", "–" if now is None else f"{now:.2%}")
        right.metric("New", f"{card.test_accuracy:.2%}", change)
        left, right = st.columns(2)
        left.button(
            "Keep",
            key=f"keep-{candidate.name}",
            type="primary",
            width="stretch",
            on_click=_keep,
            args=(store, candidate),
            help="Save it. You and every newcomer will read with it.",
        )
        right.button(
            "Drop",
            key=f"drop-{candidate.name}",
            width="stretch",
            on_click=_drop,
            args=(store, candidate),
            help="Delete it.",
        )


def _accuracy_in_use(store: Store, new: Card) -> float | None:
    """Test accuracy of this visitor's version, if it is of the same network and test set."""
    try:
        card = get_version(store).card
    except ModelVersionError:
        return None  # the page says so where the answer would be
    is_comparable = (card.network, card.dataset) == (new.network, new.dataset)
    return card.test_accuracy if is_comparable else None


def _keep(store: Store, candidate: Version) -> None:
    try:
        kept = store.keep(candidate)
    except DemoError as error:
        st.toast(str(error), icon=":material/error:")
        return
    st.session_state["network"] = kept.card.network
    st.session_state["version"] = kept.name
    get_job().dismiss()


def _drop(store: Store, candidate: Version) -> None:
    try:
        store.drop(candidate)
    except DemoError as error:
        st.toast(str(error), icon=":material/error:")
        return
    get_job().dismiss()
