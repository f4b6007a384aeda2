"""What a version can be measured on: choices of the page, and where their samples come from."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from mnist_demo.app.runtime.samples import get_dataset, load_samples
from mnist_demo.data.catalogue import HANDWRITING
from mnist_demo.evaluation import Samples, make_handwriting, parse_pen_file
from mnist_demo.versions.card import Version

RENDERED = "Rendered handwriting"
PEN_FILE = "A file of my own"
LOADING = "Loading the pictures …"
TEST_SET_HELP = "The test set was kept away from training."
DIGITS_HELP = (
    f"{TEST_SET_HELP} The handwriting is drawn by the project, in the ways that people write "
    "around the world, with letters and scribbles among it. A file of your own holds pen strokes."
)
FILE_HELP = (
    'One JSON object a line, with a "label" from "0" to "9" and "strokes": lists of points '
    "[x, y] in any units, y pointing down. The server keeps the answers; the strokes it forgets "
    "when it is started again, if not before."
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
    titles, explanation = [f"{dataset.title} test set"], TEST_SET_HELP
    if dataset.are_digits:
        titles, explanation = [*titles, RENDERED, PEN_FILE], DIGITS_HELP
    title = st.segmented_control(
        "Measured on",
        titles,
        default=titles[0],
        required=True,
        help=explanation,
        key="evaluated_data",
    )
    match title:
        case _ if title == RENDERED:
            return Data(HANDWRITING.name, title, _draw_handwriting)
        case _ if title == PEN_FILE:
            return _choose_file()
    return Data(dataset.name, titles[0], partial(load_samples, dataset.name))


def _choose_file() -> Data | None:
    file = st.file_uploader("File of pen strokes", type=["jsonl", "json", "txt"], help=FILE_HELP)
    if file is None:
        st.caption(FILE_HELP)
        return None
    content, name = file.getvalue(), file.name
    key = hashlib.sha256(content).hexdigest()
    return Data(key, name, partial(_parse, key, content, name))


@st.cache_resource(show_spinner=LOADING)
def _draw_handwriting() -> Samples:
    return make_handwriting()


@st.cache_resource(max_entries=2, show_spinner=LOADING)
def _parse(key: str, _content: bytes, _name: str) -> Samples:
    return parse_pen_file(_content, _name)
