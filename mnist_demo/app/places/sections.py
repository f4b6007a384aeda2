"""A place of several sections, of which one is shown; which one is in the address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from mnist_demo.app.components.parameters import keep_in_address
from mnist_demo.app.runtime.own_training import let_go
from mnist_demo.app.session import section_of
from mnist_demo.language import N_, _

START = "look-inside"  # the place that the app opens with
UNKNOWN = N_("The address names a part that this place does not have.")


@dataclass(frozen=True)
class Section:
    """A part of a place: its title, marked for translation, and the function that draws it."""

    title: str
    show: Callable[[], None]


def show_section(
    parameter: str, label: str, sections: Mapping[str, Section], can_choose: bool = True
) -> None:
    """Choice of a section, which is query parameter ``parameter``, and the section chosen.

    Where nobody ``can_choose``, the one that the address has named is shown.
    """
    asked, section = st.query_params.get(parameter), section_of(parameter)
    if asked in sections and section.get() is None:
        section.set(asked)
    if asked is not None and asked not in sections:
        st.warning(_(UNKNOWN), icon=":material/link_off:")
    chosen = section.get() or next(iter(sections))
    if can_choose:
        chosen = _choose(label, sections, section.name)
    keep_in_address(f"address-{parameter}", parameter, {parameter: chosen})
    sections[chosen].show()


def link_to(place: str, text: str, parameters: dict[str, str]) -> None:
    """Link to another place, with parameters of its address; the drawing comes along."""
    page = st.Page(_stay, title=text, url_path=place, default=place == START)
    st.page_link(page, label=text, icon=":material/arrow_forward:", query_params=parameters)


def _stay() -> None:
    """Stand-in for another place, which the app's own menu knows by the same address."""


def _choose(label: str, sections: Mapping[str, Section], key: str) -> str:
    chosen: str = st.segmented_control(
        label,
        list(sections),
        format_func=lambda name: _(sections[name].title),
        default=next(iter(sections)),
        required=True,
        key=key,
        persist_state="session",
        on_change=let_go,
        label_visibility="collapsed",
        help=_("What is shown of the drawing on the stage."),
    )
    return chosen
