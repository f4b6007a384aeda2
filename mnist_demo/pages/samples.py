"""The test pictures that fit a version, loaded once for all pages and visitors."""

import streamlit as st

from mnist_demo.evaluation import ImageSamples, load_test_set
from mnist_demo.pages.evaluate_data import TITLES
from mnist_demo.store import Version


def get_dataset(version: Version) -> str:
    """Name of the data set whose test pictures ``version`` can read."""
    return version.card.dataset if version.card.dataset in TITLES else "mnist"


@st.cache_resource(max_entries=2, show_spinner="Loading the test pictures …")
def load_samples(dataset: str) -> ImageSamples:
    """Test pictures of a data set; DatasetError where they cannot be had."""
    return load_test_set(dataset)
