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
from mnist_demo.app.session import PLACE

TITLES = {
    "look-inside": "Look inside",
    "question-it": "Question it",
    "train-and-test": "Train and test",
    "learn": "Learn",
    "share": "Share",
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
    """All pages: the places, then the old addresses, which no menu shows."""
    places = {
        name: st.Page(
            partial(_show, SHOWN[name]),
            title=title,
            icon=ICONS[name],
            url_path=name,
            default=name == START,
        )
        for name, title in TITLES.items()
    }
    moved = [
        st.Page(
            partial(st.switch_page, places[place], query_params=parameters),
            title=TITLES[place],
            url_path=old,
            visibility="hidden",
        )
        for old, (place, parameters) in OLD_ADDRESSES.items()
    ]
    return [*places.values(), *moved]


def _show(show: Callable[[], None]) -> None:
    """A place is a fragment: a stroke renews it, and nothing else of the page."""
    st.fragment(show, key=PLACE)()
