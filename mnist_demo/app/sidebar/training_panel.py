"""Sidebar: a button that retrains, the progress of a training, and what becomes of its result."""

import random
from collections.abc import Callable

import streamlit as st

from mnist_demo.app.numbers import NOTHING, percent, points
from mnist_demo.app.runtime.settings import RETRAINING, is_on
from mnist_demo.app.sidebar.recipe_choice import choose_training, get_arguments
from mnist_demo.app.sidebar.version_choice import get_network_name, get_version, use_version
from mnist_demo.errors import DemoError, ModelVersionError
from mnist_demo.training.process import Job, Status
from mnist_demo.versions.card import Card, Version
from mnist_demo.versions.store import Store

POLL_INTERVAL_S = 0.5
KEEP_HELP = "Save it, and read your drawings with it"
DELETE_HELP = "Delete it for everybody"


@st.cache_resource(show_spinner=False)
def get_job() -> Job:
    """The one training of this server, the same for all visitors."""
    return Job()


def is_allowed() -> bool:
    """Whether visitors may train on this server, and decide about what was trained."""
    return is_on(RETRAINING)


def show_retraining(store: Store) -> None:
    """Retrain button, progress of a running training, and the decision about a finished one."""
    if not is_allowed():
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
    choose_training(network, store)
    st.button(
        "Retrain this network",
        key="retrain",
        icon=":material/model_training:",
        width="stretch",
        on_click=_start,
        args=(job, network),
        help="Train this network again, from new random weights, in a process of its own. "
        "You can go on drawing.",
    )


def _start(job: Job, network: str) -> None:
    arguments = ["--network", network, "--candidate", "--json", "--snapshot", str(job.snapshot)]
    arguments += ["--seed", str(random.randrange(2**31))]  # the card keeps it
    arguments += get_arguments(network)
    try:
        job.start("mnist_demo.training", arguments, network)
    except DemoError as error:
        st.toast(str(error), icon=":material/error:")


def _show_progress(job: Job, status: Status) -> None:
    st.progress(status.fraction or 0.0, text=f"{status.title}: {_describe_progress(status)}")
    if status.last:
        progress = status.last.progress
        left, right = st.columns(2)
        left.metric("Loss", f"{progress.loss:.4f}")
        accuracy = progress.accuracy
        right.metric("Accuracy", NOTHING if accuracy is None else percent(accuracy, 2))
        for name, value in progress.metrics.items():
            st.caption(f"{name.capitalize()}: {value:.4f}")
    st.button(
        "Stop training",
        icon=":material/stop:",
        width="stretch",
        on_click=job.stop,
        help="End the training. What it has learned so far is dropped; your version stays.",
    )


def _describe_progress(status: Status) -> str:
    if not status.last or status.stage != "Training":
        return f"{status.stage} …"
    progress, left_s = status.last.progress, status.last.seconds_left
    text = f"epoch {progress.epoch} of {progress.epochs}, "
    text += f"batch {progress.batch:,} of {progress.batches:,}"
    return text if left_s is None else f"{text}, {_as_time(left_s)} left"


def _as_time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _show_decision(store: Store, candidate: Version) -> None:
    """How the new version compares with the one in use, and two buttons."""
    card, now = candidate.card, _accuracy_in_use(store, candidate.card)
    text = f"**A new version is ready**: {percent(card.test_accuracy, 2)} on its test set"
    if card.is_broken:
        text += ", no better than guessing: it is broken"
    elif now is not None:
        text += f", {points(card.test_accuracy - now)} against the version in use"
    st.markdown(f"{text}.")
    is_good = is_worth_keeping(store, card)
    with st.container(horizontal=True):
        for action, name, explanation in (
            (keep, "Keep", KEEP_HELP),
            (delete, "Delete", DELETE_HELP),
        ):
            st.button(
                name,
                key=f"{name.lower()}-{candidate.name}",
                type="primary" if (action is keep) == is_good else "secondary",
                width="stretch",
                on_click=_decide,
                args=(action, store, candidate),
                help=f"{explanation}.",
            )


def is_worth_keeping(store: Store, new: Card) -> bool:
    """Whether a new version is not worse than the one in use, as far as they can be compared."""
    now = _accuracy_in_use(store, new)
    return not new.is_broken and (now is None or new.test_accuracy >= now)


def _accuracy_in_use(store: Store, new: Card) -> float | None:
    """Test accuracy of this visitor's version, if it is of the same network and test set."""
    try:
        card = get_version(store).card
    except ModelVersionError:
        return None  # the page says so where the answer would be
    is_comparable = (card.network, card.dataset) == (new.network, new.dataset)
    return card.test_accuracy if is_comparable else None


def _decide(action: Callable[[Store, Version], None], store: Store, candidate: Version) -> None:
    try:
        action(store, candidate)
    except DemoError as error:
        st.toast(str(error), icon=":material/error:")


def keep(store: Store, candidate: Version) -> None:
    """Put a candidate among the versions, for this visitor to read with."""
    use_version(store.keep(candidate))
    get_job().dismiss()


def delete(store: Store, version: Version) -> None:
    """Delete a candidate or a kept version."""
    store.delete(version)
    get_job().dismiss()
