"""What a network in training makes of the drawing on the stage, at each of its reports."""

import threading
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.app.numbers import percent
from mnist_demo.app.runtime.own import open_store
from mnist_demo.app.stage.scene import find_source, see
from mnist_demo.app.templates import render
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.language import _
from mnist_demo.networks import get_network
from mnist_demo.reading.reading import Reading
from mnist_demo.training.snapshot import Snapshot, read_snapshot

STYLE = Path(__file__).parent / "bars.css"


def show_network_in_training(network: str, file: Path) -> None:
    """The answer with the weights in ``file``, a snapshot; nothing before there is one."""
    snapshot, image = read_snapshot(file), see(find_source(open_store())).image
    if snapshot is None:
        return
    st.subheader(_("What the network in training makes of your drawing"), anchor=False)
    if image is None:
        st.caption(_("Draw something: it is read again and again while the network learns."))
        return
    names = tuple(map(_, DATASETS[get_network(network).dataset].classes))
    with st.spinner(_("Loading the network …")):
        pupil = _get_pupil(network)
    reading = pupil.read(snapshot, image)
    sure = percent(float(reading.probabilities[reading.digit]))
    text = _("After {count} batches it is read as **{name}**, {sure}.")
    st.markdown(text.format(count=f"{snapshot.step:,}", name=names[reading.digit], sure=sure))
    st.html(STYLE)
    st.html(render("bars", names=names, probabilities=reading.probabilities, zip=zip))
    st.caption(
        _(
            "This network is still learning, and is no version yet: the answer beside the canvas "
            "is that of the version in use."
        )
    )


class _Pupil:
    """Reads with whatever weights a network has at the moment; it never rejects."""

    def __init__(self, network: str) -> None:
        from mnist_demo.reading.reader import Reader

        self._reader = Reader(get_network(network).build())
        self._lock = threading.Lock()  # for all visitors

    def read(self, snapshot: Snapshot, image: NDArray[np.float32]) -> Reading:
        with self._lock:
            self._reader.model.set_weights(snapshot.weights)
            return self._reader.read(image)


@st.cache_resource(max_entries=1, show_spinner=False)
def _get_pupil(network: str) -> _Pupil:
    return _Pupil(network)
