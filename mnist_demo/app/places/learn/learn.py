"""Learn: one chapter at a time, computed with the drawing on the stage."""

from concurrent.futures import wait
from functools import partial

import streamlit as st

from mnist_demo.app.hiding import is_hidden
from mnist_demo.app.places.learn.lesson import show_chapter
from mnist_demo.app.places.sections import Section, show_section
from mnist_demo.app.runtime.own import open_store
from mnist_demo.app.stage.scene import find_source, see
from mnist_demo.language import N_, _, language
from mnist_demo.learn.chapter import CHAPTERS, load_chapter

INVITATION = N_(
    "Nothing has been drawn yet. Draw a digit: each lesson calculates with your drawing."
)


def show() -> None:
    """Draw the place."""
    st.title(_("Learn"), anchor=False)
    chapters = {
        name: Section(load_chapter(name, language()).title, partial(_show, name))
        for name in CHAPTERS
    }
    show_section("chapter", _("Chapter"), chapters, can_choose=not is_hidden("chapters"))


def _show(name: str) -> None:
    source = find_source(open_store())
    image = see(source).image
    if image is None:
        st.info(_(INVITATION), icon=":material/draw:")
        return
    with st.spinner(_("Loading TensorFlow …")):
        wait([source.reader])  # which loads it, in a thread of its own
    show_chapter(load_chapter(name, language()), image)
