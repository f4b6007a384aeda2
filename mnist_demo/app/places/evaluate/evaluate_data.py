"""What a version can be measured on: choices of the page, and where their samples come from."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from mnist_demo.app.runtime.samples import get_dataset, load_samples, read_pen_file
from mnist_demo.data.catalogue import DRAWINGS, HANDWRITING
from mnist_demo.evaluation import Samples, make_handwriting
from mnist_demo.language import N_, _
from mnist_demo.versions.card import Version

RENDERED = N_("Rendered handwriting")
PEN_FILE = DRAWINGS.title
MOST_MEGABYTES = 20
LOADING = N_("Loading the pictures …")
TEST_SET_HELP = N_("The test set was kept out of training.")
DIGITS_HELP = N_(
    "The test set was kept out of training. The handwriting is drawn by the project, in the "
    "ways that people write around the world, with letters and scribbles among it. A file of your "
    "own holds pen strokes."
)
FILE_HELP = N_(
    'One JSON object a line, with a "label" from "0" to "9" and "strokes": lists of '
    "points [x, y] in any units, y pointing down. The server keeps the answers; it forgets the "
    "strokes when it is restarted, if not before."
)


@dataclass(frozen=True)
class Data:
    """Samples that can be loaded: ``key`` names their content, ``title`` is for people."""

    key: str
    title: str
    load: Callable[[], Samples]


def choose_data(version: Version) -> Data | None:
    """Choice among the data that fit ``version``; None while a file is still missing."""
    dataset = get_dataset(version)
    test_set = f"{dataset.title} test set"
    titles = {test_set: _("{dataset} test set").format(dataset=_(dataset.title))}
    explanation = TEST_SET_HELP
    if dataset.are_digits:
        titles |= {RENDERED: _(RENDERED), PEN_FILE: _(PEN_FILE)}
        explanation = DIGITS_HELP
    chosen = st.segmented_control(
        _("Measured on"),
        list(titles),
        format_func=titles.__getitem__,
        default=test_set,
        required=True,
        help=_(explanation),
        key="evaluated_data",
    )
    if chosen == RENDERED:
        return Data(HANDWRITING.name, titles[RENDERED], _draw_handwriting)
    if chosen == PEN_FILE:
        return _choose_file()
    return Data(dataset.name, titles[test_set], partial(load_samples, dataset.name))


def _choose_file() -> Data | None:
    file = st.file_uploader(
        _("File of pen strokes"),
        type=["jsonl", "json", "txt"],
        max_upload_size=MOST_MEGABYTES,
        help=_(FILE_HELP),
    )
    if file is None:
        st.caption(_(FILE_HELP))
        return None
    content, name = file.getvalue(), file.name
    # What is kept for all, an error that names the file too, is for those who have this very file.
    key = hashlib.sha256(f"{name}\n".encode(errors="replace") + content).hexdigest()
    return Data(key, name, partial(_parse, key, content, name))


def _draw_handwriting() -> Samples:
    with st.spinner(_(LOADING)):
        return _draw_once()


@st.cache_resource(show_spinner=False)
def _draw_once() -> Samples:
    return make_handwriting()


def _parse(key: str, content: bytes, name: str) -> Samples:
    with st.spinner(_(LOADING)):
        return read_pen_file(key, content, name)
