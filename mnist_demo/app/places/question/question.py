"""Question it: why this answer, what if the drawing were changed, what is it like, who agrees."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from mnist_demo.app.places.change import change
from mnist_demo.app.places.compare import compare
from mnist_demo.app.places.doctor import doctor
from mnist_demo.app.places.question.case import Case, find_case
from mnist_demo.app.places.sections import Section, show_section
from mnist_demo.app.places.where import where
from mnist_demo.app.places.why import why
from mnist_demo.language import N_, _


def show() -> None:
    """Draw the place: which question is asked, and its answer."""
    st.title(_("Question it"), anchor=False)
    show_section("question", _("Question"), LENSES)


def _ask(show_answer: Callable[[Case], None]) -> None:
    case = find_case()
    if case is not None:
        show_answer(case)


LENSES = {
    "why": Section(N_("Why?"), partial(_ask, why.show)),
    "change": Section(N_("What if I change it?"), partial(_ask, change.show)),
    "like": Section(N_("What is it like?"), partial(_ask, where.show)),
    "others": Section(N_("What do others say?"), partial(_ask, compare.show)),
    "misread": Section(N_("Why was it misread?"), partial(_ask, doctor.show)),
}
