"""Sidebar: what a training learns from: images, how many of them, and how they are changed."""

import hashlib

import streamlit as st

from mnist_demo.app.runtime.samples import read_pen_file
from mnist_demo.app.session import drawings_of, images_of, number_of
from mnist_demo.data.catalogue import DATASETS, DRAWINGS
from mnist_demo.errors import DatasetError
from mnist_demo.language import N_, _
from mnist_demo.networks import Network, Recipe
from mnist_demo.networks.recipe import AUGMENTATION

EXAMPLES = (100, 1_000, 10_000, None)  # all of them
CHANGES = {
    "rotation": (
        N_("Turned by up to (degrees)"),
        N_("In every batch each image is turned at random by at most this many degrees."),
    ),
    "shift": (
        N_("Moved by up to (pixels)"),
        N_("In every batch each image is moved at random by at most this many pixels each way."),
    ),
    "thickness": (
        N_("Thicker or thinner by up to (pixels)"),
        N_(
            "In every batch each image's ink grows or shrinks at random by at most this many "
            "pixels."
        ),
    ),
}
STEPS = {"rotation": 5.0, "shift": 1.0, "thickness": 0.5}
FILE_HELP = N_(
    'One JSON object a line, with a "label" from "0" to "9" and "strokes": lists of '
    "points [x, y], y pointing down. Every fifth drawing is for testing. The server deletes the "
    "file when the training ends; it forgets the strokes when it is restarted, if not before."
)


def choose_data(network: Network, recipe: Recipe) -> None:
    """Widgets in an expander; `get_data_arguments` says what they choose."""
    with st.expander(_("Data and augmentation")):
        _choose_images(network)
        _choose_examples(number_of(network.name, recipe.name, "examples").name)
        for change in _list_changes(recipe):
            label, explanation = map(_, CHANGES[change])
            st.slider(
                label,
                0.0,
                AUGMENTATION[change],
                0.0,
                STEPS[change],
                "%g",
                key=number_of(network.name, recipe.name, change).name,
                persist_state="session",
                help=_("{explanation} 0 is off.").format(explanation=explanation),
            )


def get_data_arguments(network: Network, recipe: Recipe) -> list[str]:
    """Program arguments as the widgets have them, but for the file of `get_drawings`."""
    images, arguments = images_of(network.name).get(), []
    if images and images != DRAWINGS.name:
        arguments += ["--dataset", images]
    for number in ("examples", *_list_changes(recipe)):
        if chosen := number_of(network.name, recipe.name, number).get():
            arguments += [f"--{number}", str(chosen)]
    return arguments


def get_drawings(network: Network) -> bytes | None:
    """Content of the file of drawings to learn from; None where it learns from other images.

    Raises DatasetError where there is no sound file.
    """
    return _read_drawings(network)[0] if images_of(network.name).get() == DRAWINGS.name else None


def _list_changes(recipe: Recipe) -> list[str]:
    return [change for change in CHANGES if change in recipe.adjustable]


def _choose_images(network: Network) -> None:
    own = DATASETS[network.dataset]
    names = [info.name for info in DATASETS.values() if info.classes == own.classes]
    names = list(dict.fromkeys([own.name, *names]))
    if len(names) == 1:
        return
    chosen = st.selectbox(
        _("Images"),
        names,
        key=images_of(network.name).name,
        persist_state="session",
        format_func=lambda name: _(DATASETS[name].title),
        help=_(
            "MNIST is downloaded once. Where it cannot be had, the project draws digits itself, "
            "which needs no internet connection."
        ),
    )
    if chosen == DRAWINGS.name:
        st.file_uploader(
            _("File of pen strokes"),
            ["jsonl", "json", "txt"],
            key=drawings_of(network.name).name,
            help=_(FILE_HELP),
        )
        try:
            samples = _read_drawings(network)[1]
            st.caption(_("{count} drawings").format(count=f"{samples:,}"))
        except DatasetError as error:
            st.caption(f":material/error: {error}")


def _choose_examples(key: str) -> None:
    st.selectbox(
        _("Training images"),
        EXAMPLES,
        EXAMPLES.index(None),
        key=key,
        persist_state="session",
        format_func=lambda count: _("All") if count is None else f"{count:,}",
        help=_(
            "How many images it learns from, about as many of each class. The fewer, the less it "
            "learns: train with each, and the accuracies become a curve in “Train and test”."
        ),
    )


def _read_drawings(network: Network) -> tuple[bytes, int]:
    """Content of the file that was chosen, and how many drawings it has; DatasetError if broken."""
    file = drawings_of(network.name).get()
    if file is None:
        raise DatasetError("Choose a file of drawings first.")
    content = file.getvalue()
    return content, len(read_pen_file(hashlib.sha256(content).hexdigest(), content, file.name))
