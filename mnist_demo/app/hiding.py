"""Parts of the page that an address hides, so that a class sees no more than it needs."""

import streamlit as st

from mnist_demo.app.session import HIDDEN_PARTS
from mnist_demo.language import N_, _

PARAMETER = "hide"
PARTS = {
    "menu": N_("The menu of places"),
    "sidebar": N_("The choice of network"),
    "sources": N_("Examples, test pictures and photos"),
    "chapters": N_("The other chapters"),
}


def take_hidden_parts() -> None:
    """Hide what the address names, from now on; a sentence on what this page does not have."""
    text = st.query_params.get(PARAMETER)
    if text is None:
        return
    asked = [name for name in text.split(",") if name]
    HIDDEN_PARTS.set(tuple(name for name in PARTS if name in asked))
    if not PARTS.keys() >= set(asked):
        st.warning(
            _("The address asks to hide something that is not on this page."),
            icon=":material/link_off:",
        )


def is_hidden(part: str) -> bool:
    """Whether one of `PARTS` is hidden from this visitor."""
    return part in HIDDEN_PARTS.get()


def describe_hidden() -> str:
    """All that is hidden, as an address has it."""
    return ",".join(HIDDEN_PARTS.get())
