"""The test pictures that fit a version, loaded once for all pages and visitors."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.data.catalogue import DATASETS, DatasetInfo, load_dataset
from mnist_demo.evaluation import DrawnSamples, ImageSamples, load_test_set, parse_pen_file
from mnist_demo.language import _
from mnist_demo.versions.card import Version

TRAINING_PICTURES = 5_000  # 16 MB, for all visitors


def get_dataset(version: Version) -> DatasetInfo:
    """The catalogue's first data set of the classes that ``version`` knows."""
    classes = DATASETS[version.card.dataset].classes
    return next(info for info in DATASETS.values() if info.classes == classes)


@st.cache_resource(max_entries=2, show_spinner=False)
def load_samples(dataset: str) -> ImageSamples:
    """Test pictures of a data set; DatasetError where they cannot be had."""
    with st.spinner(_("Loading the test pictures …")):
        return load_test_set(dataset)


@st.cache_resource(max_entries=2, show_spinner=False)
def load_training_samples(dataset: str) -> ImageSamples:
    """The first of its training pictures; DatasetError where they cannot be had."""
    with st.spinner(_("Loading the training pictures …")):
        whole = load_dataset(dataset)
    few = slice(TRAINING_PICTURES)  # copied, so that nobody keeps the others
    return ImageSamples(whole.train_images[few].copy(), whole.train_labels[few].copy())


@st.cache_resource(max_entries=2, show_spinner=False)
def load_bytes(dataset: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The same as the data set's file has them: (n, 28, 28) in [0, 255], and their labels (n,)."""
    samples = load_samples(dataset)
    return np.round(samples.pixels[..., 0] * 255).astype(np.uint8), samples.labels


@st.cache_resource(max_entries=2, show_spinner=False)
def read_pen_file(key: str, _content: bytes, _name: str) -> DrawnSamples:
    """Drawings of a file, whose content ``key`` names; DatasetError where it is broken."""
    return parse_pen_file(_content, _name)
