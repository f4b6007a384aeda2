"""Pictures of the test set, to be put on the stage."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.app.places.evaluate.evaluate_parts import show_gallery
from mnist_demo.app.runtime.samples import get_dataset, load_samples
from mnist_demo.app.session import SHUFFLES, report_of
from mnist_demo.app.stage.canvas import (
    CanvasContent,
    content_of_sample,
    get_canvas,
    load_examples,
)
from mnist_demo.app.stage.scene import Source
from mnist_demo.app.trouble import show_error, show_warning
from mnist_demo.data.catalogue import DatasetInfo
from mnist_demo.errors import AssetError, DatasetError, ModelVersionError
from mnist_demo.evaluation import ImageSamples
from mnist_demo.figures.pixels import encode_image
from mnist_demo.language import N_, _
from mnist_demo.reading.rejection import find_rejected

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.reading.reader import Reader

PICTURES = 24  # at once
ALL_CLASSES = N_("All")
FIRST_DIGIT = "3"


def show_test_pictures(source: Source, on_choice: Callable[[], None]) -> None:
    """Pictures of a class or of all, each with its label and how it is read; a click takes one.

    ``on_choice`` is called then.
    """
    if source.version is None:
        return
    dataset = get_dataset(source.version)
    try:
        samples = load_samples(dataset.name)
    except DatasetError as error:
        show_warning(error)
        return
    chosen = _choose_pictures(samples, dataset)
    try:
        with st.spinner(_("The network is reading them …")):
            reader = source.reader.result()
    except ModelVersionError as error:
        show_error(error)
        return
    pictures = describe_pictures(samples, chosen, reader, dataset.classes)
    text = _(
        "{right} of these {count} are read as they are labelled. Choose one to put it on the stage."
    )
    right = sum(picture["is_right"] for picture in pictures)
    st.caption(text.format(right=right, count=len(pictures)))
    key = f"pictures-{dataset.name}"
    put = partial(_put_picked, key, samples, dataset.classes, on_choice)
    show_gallery(pictures, key, len(samples), put)


def _put_picked(
    key: str, samples: ImageSamples, names: tuple[str, ...], on_choice: Callable[[], None]
) -> None:
    get_canvas().put(_as_drawing(samples, report_of(key).get()["picked"], names))
    on_choice()


def _as_drawing(samples: ImageSamples, index: int, names: tuple[str, ...]) -> CanvasContent:
    image = samples.images(np.array([index]))[0]
    return content_of_sample(image, label=names[samples.labels[index]])


def find_example(dataset: DatasetInfo) -> CanvasContent | None:
    """What a stage shows where nothing has been drawn; None where that would be a download."""
    try:
        if dataset.are_digits:
            return load_examples()[FIRST_DIGIT]
        if not dataset.is_here:
            return None
        return _as_drawing(load_samples(dataset.name), 0, dataset.classes)
    except (AssetError, DatasetError):
        return None  # the gallery says what is wrong


def _choose_pictures(samples: ImageSamples, dataset: DatasetInfo) -> NDArray[np.int64]:
    """Indices of the pictures to show: some of a class or of all, others after each click."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            _("Class"),
            [ALL_CLASSES, *dataset.classes],
            format_func=_,
            key=f"pictures-class-{dataset.name}",
            width=220,
            help=_("Show pictures of this class only, going by their labels."),
        )
        st.button(
            _("Other pictures"),
            icon=":material/shuffle:",
            on_click=_shuffle,
            help=_("Show others, chosen at random."),
        )
    candidates = np.arange(len(samples))
    if chosen != ALL_CLASSES:
        candidates = candidates[samples.labels == dataset.classes.index(chosen)]
    randomness = np.random.default_rng(SHUFFLES.get())
    count = min(PICTURES, len(candidates))
    return randomness.choice(candidates, count, replace=False)


def _shuffle() -> None:
    SHUFFLES.set(SHUFFLES.get() + 1)


def describe_pictures(
    samples: ImageSamples, indices: NDArray[np.int64], reader: "Reader", names: tuple[str, ...]
) -> list[dict[str, Any]]:
    """For each picture what the gallery shows: the image, its label, and how it is read."""
    images = samples.images(indices)
    logits, probabilities = reader.classify(images)
    rejected = find_rejected(logits, reader.rejection_threshold)
    return [
        _describe(index, image, (names[label], names[answer]), bool(is_rejected))
        for index, image, label, answer, is_rejected in zip(
            indices.tolist(),
            images,
            samples.labels[indices],
            probabilities.argmax(axis=1),
            rejected,
            strict=True,
        )
    ]


def _describe(
    index: int, image: NDArray[np.float32], label_and_answer: tuple[str, str], is_rejected: bool
) -> dict[str, Any]:
    label, answer = label_and_answer
    is_right = answer == label and not is_rejected
    if is_rejected:
        verdict = _("rejected")
        alt = _("Labelled {label}, rejected, which is wrong: put it on the stage")
    elif is_right:
        verdict = _("read as {answer}")
        alt = _("Labelled {label}, read as {answer}, which is right: put it on the stage")
    else:
        verdict = _("read as {answer}")
        alt = _("Labelled {label}, read as {answer}, which is wrong: put it on the stage")
    names = {"label": _(label), "answer": _(answer)}
    lines = _("label {label}"), f"{'✓' if is_right else '✗'} {verdict}"
    return {
        "index": index,
        "png": encode_image(image),
        "is_right": is_right,
        "text": "\n".join(lines).format(**names),
        "alt": alt.format(**names),
    }
