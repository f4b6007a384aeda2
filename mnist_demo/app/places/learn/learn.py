"""Learn: one chapter at a time, computed with the drawing on the stage."""

from concurrent.futures import wait
from functools import partial

import streamlit as st

from mnist_demo.app.components.parameters import keep_in_address
from mnist_demo.app.hiding import is_hidden
from mnist_demo.app.places.learn.lesson import show_chapter
from mnist_demo.app.places.sections import Section, show_section
from mnist_demo.app.session import LANGUAGE
from mnist_demo.app.stage.scene import find_source, see
from mnist_demo.learn.chapter import CHAPTERS, LANGUAGES, find_language, load_chapter
from mnist_demo.versions.store import open_store

INVITATION = "Nothing is drawn yet. Draw a digit: each lesson calculates with your drawing."


def show() -> None:
    """Draw the place."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Learn", anchor=False)
        language = _choose_language()
    chapters = {
        name: Section(load_chapter(name, language).title, partial(_show, name, language))
        for name in CHAPTERS
    }
    show_section("chapter", "Chapter", chapters, can_choose=not is_hidden("chapters"))


def _choose_language() -> str:
    """The language of the lessons: the address's, the visitor's own choice, or the browser's."""
    parameter, spoken = LANGUAGE.name, find_language(st.context.locale)
    asked = st.query_params.get(parameter)
    if asked in LANGUAGES and LANGUAGE.get() is None:
        LANGUAGE.set(asked)
    chosen: str = st.segmented_control(
        "Language",
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        default=spoken,
        required=True,
        key=parameter,
        persist_state="session",
        label_visibility="collapsed",
        help="The language of the lessons.",
        width="content",
    )
    keep_in_address("address-language", parameter, {parameter: "" if chosen == spoken else chosen})
    return chosen


def _show(name: str, language: str) -> None:
    source = find_source(open_store())
    image = see(source).image
    if image is None:
        st.info(INVITATION, icon=":material/draw:")
        return
    with st.spinner("Loading TensorFlow …"):
        wait([source.reader])  # which loads it, in a thread of its own
    show_chapter(load_chapter(name, language), image)
