"""Train and test: versions with the course of their training, and how well each reads."""

import streamlit as st

from mnist_demo.app.places.curves import curves
from mnist_demo.app.places.evaluate import evaluate
from mnist_demo.app.places.sections import Section, show_section

SECTIONS = {
    "curves": Section("Versions and their training", curves.show),
    "measures": Section("How well it reads", evaluate.show),
}


def show() -> None:
    """Draw the place."""
    st.title("Train and test", anchor=False)
    show_section("test", "Section", SECTIONS)
