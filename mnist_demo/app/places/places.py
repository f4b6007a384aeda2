"""The places of the app, and the old addresses that lead to them."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from mnist_demo.app.places.inside import look_inside
from mnist_demo.app.places.learn import learn
from mnist_demo.app.places.question import question
from mnist_demo.app.places.sections import START
from mnist_demo.app.places.take_away import take_away
from mnist_demo.app.places.train import train_and_test
from mnist_demo.app.runtime.own_training import let_go
from mnist_demo.app.session import ADDRESS, LANGUAGE, LAST_PLACE, PLACE
from mnist_demo.language import N_, _, language, list_languages

TITLES = {
    "look-inside": N_("Look inside"),
    "question-it": N_("Question it"),
    "train-and-test": N_("Train and test"),
    "learn": N_("Learn"),
    "share": N_("Share"),
}
SHOWN: dict[str, Callable[[], None]] = {
    "look-inside": look_inside.show,
    "question-it": question.show,
    "train-and-test": train_and_test.show,
    "learn": learn.show,
    "share": take_away.show,
}
ICONS = {
    "look-inside": ":material/visibility:",
    "question-it": ":material/help:",
    "train-and-test": ":material/model_training:",
    "learn": ":material/school:",
    "share": ":material/share:",
}
OLD_ADDRESSES: dict[str, tuple[str, dict[str, str]]] = {
    "draw": ("look-inside", {}),
    "pictures": ("look-inside", {}),
    "units": ("look-inside", {}),
    "why": ("question-it", {"question": "why"}),
    "where": ("question-it", {"question": "like"}),
    "change": ("question-it", {"question": "change"}),
    "compare": ("question-it", {"question": "others"}),
    "evaluate": ("train-and-test", {"test": "measures"}),
    "training": ("train-and-test", {"test": "curves"}),
    "take-away": ("share", {}),
}
"""From a page of former versions to the place, and its query parameters, that has its content."""


def list_pages() -> list[st.Page]:
    """All pages: the places, other languages, then the old addresses, which no menu shows."""
    places = {
        name: st.Page(
            partial(_show, name),
            title=_(title),
            icon=ICONS[name],
            url_path=name,
            default=name == START,
        )
        for name, title in TITLES.items()
    }
    moved = [
        st.Page(
            partial(st.switch_page, places[place], query_params=parameters),
            title=_(TITLES[place]),
            url_path=old,
            visibility="hidden",
        )
        for old, (place, parameters) in OLD_ADDRESSES.items()
    ]
    languages = [
        st.Page(
            partial(_change_language, name, places),
            title=title,
            icon=":material/translate:",
            url_path=name,
        )
        for name, title in list_languages().items()
        if name != language()
    ]
    return [*places.values(), *languages, *moved]


def _show(name: str) -> None:
    """A place is a fragment: a stroke renews it, and nothing else of the page."""
    if name != LAST_PLACE.get():
        let_go()
    LAST_PLACE.set(name)
    st.fragment(SHOWN[name], key=PLACE)()


def _change_language(name: str, places: dict[str, st.Page]) -> None:
    """Go back to the last place, with all that its address has, in another language."""
    parameters = {key: text for key, text in ADDRESS.get().items() if text}
    place = places[LAST_PLACE.get() or START]
    st.switch_page(place, query_params=parameters | {LANGUAGE.name: name})
