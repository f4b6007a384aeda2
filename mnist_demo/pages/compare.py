"""The same drawing through all networks, side by side."""

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
from mnist_demo.pages.compare_cards import Asked, Compared, show_card, show_image
from mnist_demo.pages.readers import start_loading
from mnist_demo.pages.subject import find_subject
from mnist_demo.pages.version_choice import get_version
from mnist_demo.robustness import Failure, Trials, find_failures, try_drawing, try_image
from mnist_demo.store import WEIGHTS_FILE, Store, Version, open_store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reader

STYLE = Path(__file__).parent / "compare.css"
TIMED_READINGS = 21
TUTORIALS, IN_USE = "The tutorials' recipes", "In use"
VERSIONS_HELP = (
    "Which version stands for each network. By the tutorials' recipes all learn from the pictures "
    "as they are; a version in use may have learned from moved and turned ones, too. A network "
    "that ships nothing of its tutorial is shown as it is in use."
)
TUTORIAL_RECIPE = "plain"
TUTORIAL_RECIPES = {"variables": "long"}  # its tutorial reports the accuracy after 50 epochs
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
        current = get_version(store)
    except ModelVersionError as error:
        st.error(str(error), icon=":material/error:")
        return
    versions = list_versions(store, current, _choose_kind())
    show_image(subject.image)
    with st.container(key="compared"):  # compare.css puts as many side by side as there is room
        places = [st.container(border=True) for _ in versions]
    asked = Asked(subject, _find_trials(subject.drawing), CLASS_NAMES[current.card.dataset])
    for place, version in zip(places, versions, strict=True):
        with place:
            _show_version(version, store, asked)


def _choose_kind() -> str:
    return st.segmented_control(
        "Versions",
        [TUTORIALS, IN_USE],
        default=TUTORIALS,
        required=True,
        key="compare-versions",
        persist_state="session",
        help=VERSIONS_HELP,
    )


def list_versions(store: Store, current: Version, kind: str) -> list[Version]:
    """One version of each network: of its tutorial's recipe, or in use where ``kind`` says so.

    Those that know the classes of ``current`` come first, otherwise the order is that of the names.
    """
    find = _find_tutorials if kind == TUTORIALS else _find_in_use
    networks = sorted({version.card.network for version in store.versions()})
    versions = [find(store, network, current) for network in networks]
    names = CLASS_NAMES[current.card.dataset]
    return sorted(versions, key=lambda version: CLASS_NAMES[version.card.dataset] != names)


def _find_tutorials(store: Store, network: str, current: Version) -> Version:
    """What shipped of the tutorial's recipe, or where nothing did, what is in use."""
    try:
        return store.shipped(network, TUTORIAL_RECIPES.get(network, TUTORIAL_RECIPE))
    except ModelVersionError:
        return _find_in_use(store, network, current)


def _find_in_use(store: Store, network: str, current: Version) -> Version:
    """Of the network in use ``current``, of another what a newcomer gets, or else any version."""
    if network == current.card.network:
        return current
    try:
        return store.default(network)
    except ModelVersionError:
        return store.versions(network)[-1]


def _show_version(version: Version, store: Store, asked: Asked) -> None:
    try:
        with st.spinner(f"{version.card.network} reads …"):
            reader = start_loading(version, store).result()
            show_card(_compare(version, reader, asked), asked)
    except ModelVersionError as error:
        st.error(f"{version.card.network}: {error}", icon=":material/error:")


def _compare(version: Version, reader: "Reader", asked: Asked) -> Compared:
    image, drawing = asked.subject.image, asked.subject.drawing
    return Compared(
        version.card,
        CLASS_NAMES[version.card.dataset],
        reader.read(image),
        sum(layer.parameters for layer in reader.layers),
        (version.folder / WEIGHTS_FILE).stat().st_size,
        measure_duration_ms(reader, image),
        _find_failures(version.key, drawing.key, reader, asked.trials),
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
    return find_failures(_trials, _reader.classify, _reader.refusal_threshold)
