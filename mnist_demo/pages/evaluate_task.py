"""Evaluations of all visitors: one for each version and data, in the background, to be stopped."""

from dataclasses import dataclass

import streamlit as st

from mnist_demo.errors import DemoError
from mnist_demo.evaluation import Outcome, Samples, Task, evaluate, find_kept, keep
from mnist_demo.evaluation.outcome import OnProgress
from mnist_demo.pages.evaluate_data import Data
from mnist_demo.pages.readers import start_loading
from mnist_demo.refusal import find_threshold
from mnist_demo.store import Store, Version

POLL_INTERVAL_S = (
    1.5  # each rerun collects garbage, which delays TensorFlow while it is being loaded
)


@dataclass(frozen=True)
class Measured:
    """An outcome and the samples it is about."""

    samples: Samples
    outcome: Outcome


@dataclass
class Place:
    """Where the evaluation of one version on some data is, once somebody has started it."""

    task: Task[Measured] | None = None

    @property
    def is_running(self) -> bool:
        """Whether somebody waits for it."""
        return self.task is not None and self.task.is_running


@st.cache_resource(max_entries=6, show_spinner=False)
def get_place(version_key: str, data_key: str) -> Place:
    """The same place for all visitors."""
    return Place()


def show_task(place: Place, store: Store, version: Version, data: Data) -> Measured | None:
    """Button, progress or trouble; what was measured, once it is there."""
    task = place.task
    if task is not None and task.is_running:
        st.fragment(_show_progress, run_every=POLL_INTERVAL_S)(task)
        return None
    if task is not None and task.result is not None:
        return task.result
    _show_trouble(task)
    # Asked here and not in a callback: a click may come before the last choice has arrived.
    if st.button(
        "Measure",
        key="measure",
        icon=":material/speed:",
        type="primary",
        help="Let the version read all of it. That takes some seconds, and the result is kept. "
        "You and others can go on drawing meanwhile.",
    ):
        _start(place, store, version, data)
        st.rerun()
    return None


def _show_trouble(task: Task[Measured] | None) -> None:
    if task is not None and task.error is not None:
        _show_error(task.error)
    if task is not None and task.is_stopped:
        st.info("The evaluation was stopped.", icon=":material/stop_circle:")


def _show_progress(task: Task[Measured]) -> None:
    if not task.is_running:
        st.rerun()
    text = f"{task.done:,} of {task.total:,} pictures" if task.total else "Loading the data …"
    if task.left_s is not None:
        text += f", {task.left_s:.0f} s left"
    st.progress(task.fraction, text=text)
    st.button(
        "Stop",
        icon=":material/stop:",
        on_click=task.stop,
        help="End the evaluation, for all who wait for it.",
    )


def _show_error(error: Exception) -> None:
    if not isinstance(error, DemoError):
        raise error
    st.error(str(error), icon=":material/error:")


def _start(place: Place, store: Store, version: Version, data: Data) -> None:
    if place.is_running:
        return
    reader = start_loading(version, store)

    def run(on_progress: OnProgress) -> Measured:
        samples = data.load()
        outcome = find_kept(store, version, samples)
        if outcome is None:
            outcome = evaluate(reader.result().classify, samples, on_progress=on_progress)
            keep(store, version, samples, outcome)
        return Measured(samples, outcome.with_threshold(find_threshold(version.card.settings)))

    place.task = Task(run)
