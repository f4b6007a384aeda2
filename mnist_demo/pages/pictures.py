"""Pictures that nobody has to draw: those of the test set, and files of one's own."""

import base64
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.datasets import CLASS_NAMES
from mnist_demo.errors import DatasetError, ModelVersionError
from mnist_demo.evaluation import ImageSamples
from mnist_demo.figures import draw_image
from mnist_demo.pages.canvas import show_as_drawing
from mnist_demo.pages.evaluate_data import TITLES
from mnist_demo.pages.evaluate_parts import show_gallery
from mnist_demo.pages.opening import open_on_draw_page
from mnist_demo.pages.readers import start_loading
from mnist_demo.pages.samples import get_dataset, load_samples
from mnist_demo.pages.uploaded import show_upload
from mnist_demo.pages.version_choice import get_version
from mnist_demo.refusal import find_refused
from mnist_demo.store import Store, Version, open_store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reader

PICTURES = 24  # at once
ALL_CLASSES = "All"


def show() -> None:
    """Draw the page: the gallery, and below it a place for a file."""
    st.header("Pictures", anchor=False)
    store = open_store()
    try:
        version = get_version(store)
    except ModelVersionError as error:
        st.error(str(error), icon=":material/error:")
        return
    dataset = get_dataset(version)
    st.subheader(f"From the {TITLES[dataset]}", anchor=False)
    _show_gallery(store, version, dataset)
    st.subheader("A picture of your own", anchor=False)
    show_upload(is_drawn=CLASS_NAMES[dataset] == CLASS_NAMES["mnist"])


def _show_gallery(store: Store, version: Version, dataset: str) -> None:
    try:
        samples = load_samples(dataset)
    except DatasetError as error:
        st.warning(f"{error} A picture of your own works all the same.", icon=":material/warning:")
        return
    chosen = _choose_pictures(samples, CLASS_NAMES[dataset], dataset)
    try:
        with st.spinner("The network reads them …"):
            reader = start_loading(version, store).result()
    except ModelVersionError as error:
        st.error(str(error), icon=":material/error:")
        return
    pictures = describe_pictures(samples, chosen, reader, CLASS_NAMES[dataset])
    st.caption(
        f"{sum(picture['is_right'] for picture in pictures)} of these {len(pictures)} are read "
        f"as they are labelled by {version.card.network}. "
        "Choose one to put it through the layers on the draw page."
    )
    key = f"pictures-{dataset}"
    state = show_gallery(data={"pictures": pictures}, key=key, on_picked_change=lambda: None)
    picked = state.get("picked")
    if picked is not None:
        open_on_draw_page(show_as_drawing(samples.images(np.array([int(picked)]))[0]))


def _choose_pictures(
    samples: ImageSamples, names: tuple[str, ...], dataset: str
) -> NDArray[np.int64]:
    """Indices of the pictures to show: some of a class or of all, others after each click."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Class",
            [ALL_CLASSES, *names],
            key=f"pictures-class-{dataset}",
            width=220,
            help="Show pictures of this class only, going by their labels.",
        )
        st.button(
            "Other pictures",
            icon=":material/shuffle:",
            on_click=_shuffle,
            help="Show others, chosen at random.",
        )
    candidates = np.arange(len(samples))
    if chosen != ALL_CLASSES:
        candidates = candidates[samples.labels == names.index(chosen)]
    randomness = np.random.default_rng(st.session_state.get("pictures-seed", 0))
    count = min(PICTURES, len(candidates))
    return randomness.choice(candidates, count, replace=False)


def _shuffle() -> None:
    st.session_state["pictures-seed"] = st.session_state.get("pictures-seed", 0) + 1


def describe_pictures(
    samples: ImageSamples, indices: NDArray[np.int64], reader: "Reader", names: tuple[str, ...]
) -> list[dict[str, Any]]:
    """For each picture what the gallery shows: the image, its label, and how it is read."""
    images = samples.images(indices)
    logits, probabilities = reader.classify(images)
    refused = find_refused(logits, reader.refusal_threshold)
    return [
        _describe(index, image, (names[label], names[answer]), bool(is_refused))
        for index, image, label, answer, is_refused in zip(
            indices.tolist(),
            images,
            samples.labels[indices],
            probabilities.argmax(axis=1),
            refused,
            strict=True,
        )
    ]


def _describe(
    index: int, image: NDArray[np.float32], label_and_answer: tuple[str, str], is_refused: bool
) -> dict[str, Any]:
    label, answer = label_and_answer
    is_right = answer == label and not is_refused
    verdict = "refused" if is_refused else f"read as {answer}"
    return {
        "index": index,
        "png": base64.b64encode(draw_image(image[..., 0], "gray")).decode(),
        "is_right": is_right,
        "text": f"label {label}\n{'✓' if is_right else '✗'} {verdict}",
        "alt": f"Labelled {label}, {verdict}, which is {'right' if is_right else 'wrong'}: "
        "put it on the draw page",
    }
