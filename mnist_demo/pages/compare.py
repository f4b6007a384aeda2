"""The same drawing through all networks that know its classes, side by side."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.datasets import CLASS_NAMES
from mnist_demo.errors import ModelVersionError
from mnist_demo.images import find_ink
from mnist_demo.pages.canvas import Drawing
from mnist_demo.pages.compare_cards import Compared, show_card, show_image
from mnist_demo.pages.readers import start_loading
from mnist_demo.pages.subject import Subject, find_subject
from mnist_demo.pages.version_choice import get_version
from mnist_demo.robustness import Failure, Trials, find_failures, try_drawing, try_image
from mnist_demo.store import WEIGHTS_FILE, Store, Version, open_store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reader

STYLE = Path(__file__).parent / "compare.css"
TIMED_READINGS = 21
INVITATION = (
    "Nothing is drawn yet. Draw something on the page “Draw”, or choose a picture on the page "
    "“Pictures”: here you see what every network makes of it, and how little has to be done to it "
    "until each one fails."
)


def show() -> None:
    """Draw the page: the image, and a card for each network."""
    st.html(STYLE)
    st.header("The same drawing through all networks", anchor=False)
    subject = find_subject()
    if subject is None:
        st.info(INVITATION, icon=":material/draw:")
        return
    store = open_store()
    try:
        versions = list_comparable(store, get_version(store))
    except ModelVersionError as error:
        st.error(str(error), icon=":material/error:")
        return
    show_image(subject.image)
    with st.container(key="compared"):  # compare.css puts as many side by side as there is room
        places = [st.container(border=True) for _ in versions]
    trials = _find_trials(subject.drawing)
    for place, version in zip(places, versions, strict=True):
        with place:
            _show_version(version, store, subject, trials)


def list_comparable(store: Store, current: Version) -> list[Version]:
    """Of each network with the classes of ``current`` the version a newcomer gets.

    Of the network of ``current`` it is that one. The order is that of the names.
    """
    names = CLASS_NAMES[current.card.dataset]
    networks = {
        version.card.network
        for version in store.versions()
        if CLASS_NAMES.get(version.card.dataset) == names
    }
    return [
        current if network == current.card.network else _choose(store, network)
        for network in sorted(networks | {current.card.network})
    ]


def _choose(store: Store, network: str) -> Version:
    """What a newcomer gets, or where that is missing, any other version."""
    try:
        return store.default(network)
    except ModelVersionError:
        return store.versions(network)[-1]


def _show_version(version: Version, store: Store, subject: Subject, trials: Trials) -> None:
    try:
        with st.spinner(f"{version.card.network} reads …"):
            reader = start_loading(version, store).result()
            failures = _find_failures(version.key, subject.drawing.key, reader, trials)
            show_card(_compare(version, reader, subject, failures), trials)
    except ModelVersionError as error:
        st.error(f"{version.card.network}: {error}", icon=":material/error:")


def _compare(
    version: Version,
    reader: "Reader",
    subject: Subject,
    failures: dict[str, Failure | None],
) -> Compared:
    return Compared(
        version.card,
        CLASS_NAMES[version.card.dataset],
        reader.read(subject.image),
        sum(layer.parameters for layer in reader.layers),
        (version.folder / WEIGHTS_FILE).stat().st_size,
        measure_duration_ms(reader, subject.image),
        failures,
    )


def measure_duration_ms(reader: "Reader", image: NDArray[np.float32]) -> float:
    """Median time of reading ``image`` (28, 28, 1) once, every layer included."""
    return float(np.median(list(_time_readings(reader, image))))


def _time_readings(reader: "Reader", image: NDArray[np.float32]) -> Iterator[float]:
    for _ in range(TIMED_READINGS):
        start_s = time.perf_counter()
        reader.read(image)
        yield 1000 * (time.perf_counter() - start_s)


def _find_trials(drawing: Drawing) -> Trials:
    return _try_out(drawing.key, drawing)


@st.cache_data(max_entries=8, show_spinner="Moving, turning and thinning the drawing …")
def _try_out(key: str, _drawing: Drawing) -> Trials:
    if _drawing.image is not None:
        return try_image(_drawing.image)
    return try_drawing(find_ink(_drawing.rgba))


@st.cache_data(max_entries=64, show_spinner=False)
def _find_failures(
    version_key: str, drawing_key: str, _reader: "Reader", _trials: Trials
) -> dict[str, Failure | None]:
    return find_failures(_trials, _reader.classify)
