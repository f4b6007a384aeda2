"""Train and test: versions and their training, taught or laid open, and how well one reads."""

import streamlit as st

from mnist_demo.app.places.curves import curves
from mnist_demo.app.places.evaluate import evaluate
from mnist_demo.app.places.sections import Section, show_section
from mnist_demo.app.places.step import step
from mnist_demo.app.places.teach import teach
from mnist_demo.app.places.watch import watch
from mnist_demo.app.sidebar.training_panel import prepare_training
from mnist_demo.language import N_, _

SECTIONS = {
    "curves": Section(N_("Versions and their training"), curves.show),
    "teach": Section(N_("Teach it"), teach.show),
    "watch": Section(N_("Watch it learn"), watch.show),
    "step": Section(N_("One step"), step.show),
    "measures": Section(N_("How well it reads"), evaluate.show),
}


def show() -> None:
    """Draw the place."""
    st.title(_("Train and test"), anchor=False)
    prepare_training()
    show_section("test", _("Section"), SECTIONS)
