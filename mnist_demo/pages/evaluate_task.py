"""Evaluations of all visitors: one for each version and data, in the background, to be stopped."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from mnist_demo.evaluation import Outcome, Samples, Task, evaluate, find_kept, keep
from mnist_demo.evaluation.outcome import OnProgress
from mnist_demo.pages.background import Place, Wording, show_work
from mnist_demo.pages.evaluate_data import Data
from mnist_demo.pages.readers import start_loading
from mnist_demo.refusal import find_threshold
from mnist_demo.store import Store, Version

if TYPE_CHECKING:
    from mnist_demo.pages.readers import Loading

WORDING = Wording(
    "The evaluation",
    "Measure",
    "Let the version read all of it. That takes some seconds, and the result is kept. "
    "You and others can go on drawing meanwhile.",
    "pictures",
    ":material/speed:",
)


@dataclass(frozen=True)
class Measured:
    """An outcome and the samples it is about."""

    samples: Samples
    outcome: Outcome


@st.cache_resource(max_entries=6, show_spinner=False)
def get_place(version_key: str, data_key: str) -> Place[Measured]:
    """Where the evaluation of a version on some data is, the same for all visitors."""
    return Place()


def show_task(
    place: Place[Measured], store: Store, version: Version, data: Data
) -> Measured | None:
    """Button, progress or trouble; what was measured, once it is there."""

    def start() -> Task[Measured]:
        reader = start_loading(version, store)
        return Task(lambda on_progress: _measure(reader, store, version, data, on_progress))

    return show_work(place, WORDING, "measure", start)


def _measure(
    reader: "Loading", store: Store, version: Version, data: Data, on_progress: OnProgress
) -> Measured:
    samples = data.load()
    outcome = find_kept(store, version, samples)
    if outcome is None:
        outcome = evaluate(reader.result().classify, samples, on_progress=on_progress)
        keep(store, version, samples, outcome)
    return Measured(samples, outcome.with_threshold(find_threshold(version.card.settings)))
