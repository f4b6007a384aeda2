"""The t-SNE map: kept with the version, or made in the background for all who wait for it."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.evaluation import Task
from mnist_demo.evaluation.outcome import OnProgress
from mnist_demo.kept_maps import find_kept_map, keep_map
from mnist_demo.landscape import Landscape
from mnist_demo.pages.background import Place, Wording, show_work
from mnist_demo.store import Store, Version
from mnist_demo.tsne import embed

WORDING = Wording(
    "The map",
    "Make the t-SNE map",
    "Moves the points until neighbours are together, which takes some seconds. The map is kept "
    "with the version. You and others can go on drawing meanwhile.",
    "steps",
    ":material/scatter_plot:",
)


def show_tsne(store: Store, version: Version, landscape: Landscape) -> NDArray[np.float32] | None:
    """Places (n, 2) of the map; a button, progress or trouble where it has not been made yet."""
    kept = find_kept_map(store, version, landscape)
    if kept is not None:
        return kept

    def make(on_progress: OnProgress) -> NDArray[np.float32]:
        places = embed(landscape.points, landscape.places, on_progress)
        keep_map(store, version, landscape, places)
        return places

    place = _get_place(version.key, landscape.fingerprint)
    return show_work(place, WORDING, "make-tsne", lambda: Task(make))


@st.cache_resource(max_entries=6, show_spinner=False)
def _get_place(version_key: str, fingerprint: str) -> Place[NDArray[np.float32]]:
    """Where the map of a version is, the same for all visitors."""
    return Place()
