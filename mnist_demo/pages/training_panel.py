"""Sidebar: which version reads, and a button that retrains."""

import os

import streamlit as st

from mnist_demo.errors import DemoError, ModelVersionError
from mnist_demo.jobs import Job, Status
from mnist_demo.pages.readers import DEFAULT_NETWORK, choose_default
from mnist_demo.store import Store, Version

RETRAINING_VARIABLE = "MNIST_DEMO_RETRAINING"
POLL_INTERVAL_S = 0.5


@st.cache_resource(show_spinner=False)
def get_job() -> Job:
    """The one training of this server, the same for all visitors."""
    return Job()


def get_version(store: Store) -> Version:
    """Version that this visitor reads with; ModelVersionError where there is none."""
    chosen = st.session_state.get("version")
    for version in store.versions(DEFAULT_NETWORK):
        if version.name == chosen:
            return version
    return choose_default(store, DEFAULT_NETWORK)


def show_version_choice(store: Store) -> None:
    """Select box of all versions; nothing where there is none."""
    versions = {version.name: version for version in store.versions(DEFAULT_NETWORK)}
    if not versions:
        return
    if st.session_state.get("version") not in versions:
        st.session_state["version"] = choose_default(store, DEFAULT_NETWORK).name
    st.selectbox(
        "Model version",
        list(versions),
        key="version",
        format_func=lambda name: describe(versions[name], store),
        help="Which trained weights read your drawings. Others may use another version.",
    )


def describe(version: Version, store: Store) -> str:
    """A version in a few words."""
    origin = "shipped" if store.is_shipped(version) else version.card.created[:16].replace("T", " ")
    return f"{version.card.recipe}, {origin}: {version.card.test_accuracy:.2%}"


def show_retraining(store: Store) -> None:
    """Retrain button, progress of a running training, and the decision about a finished one."""
    if os.environ.get(RETRAINING_VARIABLE, "").lower() == "off":
        return
    st.subheader("Retrain", anchor=False)
    is_running = get_job().status.state == "running"
    st.fragment(_show_job, run_every=POLL_INTERVAL_S if is_running else None)(is_running)
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
    if status.state != "running":
        st.button(
            "Retrain on MNIST",
            icon=":material/model_training:",
            type="primary",
            width="stretch",
            on_click=_start,
            args=(job,),
            help="Train this network again, from new random weights, in a process of its own. "
            "You can go on drawing.",
        )


def _start(job: Job) -> None:
    arguments = ["--network", DEFAULT_NETWORK, "--recipe", "plain", "--candidate", "--json"]
    try:
        job.start("mnist_demo.training", arguments, "Training")
    except DemoError as error:
        st.error(str(error), icon=":material/error:")


def _show_progress(job: Job, status: Status) -> None:
    progress = status.progress
    st.progress(status.fraction or 0.0, text=_describe_progress(status))
    if progress:
        accuracy = progress["accuracy"]
        left, right = st.columns(2)
        left.metric("Loss", f"{progress['loss']:.4f}")
        right.metric("Accuracy", "–" if accuracy is None else f"{accuracy:.2%}")
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
    text = f"Epoch {progress['epoch']} of {progress['epochs']}, "
    text += f"batch {progress['batch']:,} of {progress['batches']:,}"
    left_s = progress["seconds_left"]
    return text if left_s is None else f"{text}, {_as_time(left_s)} left"


def _as_time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _show_decision(store: Store, candidate: Version) -> None:
    """The test accuracy beside that of the version in use, and two buttons."""
    now, new = _accuracy_in_use(store), candidate.card.test_accuracy
    with st.container(border=True):
        st.markdown("**A new version is ready**")
        left, right = st.columns(2)
        left.metric("Yours now", "–" if now is None else f"{now:.2%}")
        right.metric("New", f"{new:.2%}", None if now is None else f"{new - now:+.2%}")
        st.caption("Accuracy on the test set.")
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


def _accuracy_in_use(store: Store) -> float | None:
    try:
        return get_version(store).card.test_accuracy
    except ModelVersionError:
        return None  # the page says so where the answer would be


def _keep(store: Store, candidate: Version) -> None:
    try:
        st.session_state["version"] = store.keep(candidate).name
        get_job().dismiss()
    except DemoError as error:
        st.toast(str(error), icon=":material/error:")


def _drop(store: Store, candidate: Version) -> None:
    try:
        store.drop(candidate)
        get_job().dismiss()
    except DemoError as error:
        st.toast(str(error), icon=":material/error:")
