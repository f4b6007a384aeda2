"""What a version can be measured on: choices of the page, and where their samples come from."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from mnist_demo.datasets import CLASS_NAMES, DIGITS
from mnist_demo.evaluation import Samples, load_test_set, make_handwriting, parse_pen_file
from mnist_demo.store import Version

TITLES = {"mnist": "MNIST test set", "fashion-mnist": "Fashion-MNIST test set"}
HANDWRITING = "Rendered handwriting"
PEN_FILE = "A file of my own"
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
    dataset = version.card.dataset if version.card.dataset in TITLES else "mnist"
    titles, explanation = [TITLES[dataset]], TEST_SET_HELP
    if CLASS_NAMES[dataset] == DIGITS:
        titles, explanation = [*titles, HANDWRITING, PEN_FILE], DIGITS_HELP
    title = st.segmented_control(
        "Measured on",
        titles,
        default=titles[0],
        required=True,
        help=explanation,
        key="evaluated_data",
    )
    match title:
        case _ if title == HANDWRITING:
            return Data("handwriting", title, make_handwriting)
        case _ if title == PEN_FILE:
            return _choose_file()
    return Data(dataset, titles[0], lambda: load_test_set(dataset))


def _choose_file() -> Data | None:
    file = st.file_uploader("File of pen strokes", type=["jsonl", "json", "txt"], help=FILE_HELP)
    if file is None:
        st.caption(FILE_HELP)
        return None
    content, name = file.getvalue(), file.name
    key = hashlib.sha256(content).hexdigest()
    return Data(key, name, lambda: parse_pen_file(content, name))
