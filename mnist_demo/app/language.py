"""The visitor's language: the address's, or else the browser's; the header has the others."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_demo.app.components.parameters import keep_in_address
from mnist_demo.app.session import LANGUAGE
from mnist_demo.language import DEFAULT_LANGUAGE, ask, find_language, list_languages, speak


def take_language() -> None:
    """Speak the language that the address names, or that was spoken to this visitor before."""
    ask(_find_visitors)
    asked = st.query_params.get(LANGUAGE.name)
    if asked in list_languages():
        LANGUAGE.set(asked)
    elif LANGUAGE.get() is None:
        LANGUAGE.set(find_language(st.context.locale))
    speak(LANGUAGE.get() or DEFAULT_LANGUAGE)


def keep_language(place: str) -> None:
    """Put the language into the address of ``place``, where it is another than the browser's."""
    address = {LANGUAGE.name: get_for_address() or ""}
    keep_in_address("address-language", place, address)


def get_for_address() -> str | None:
    """The visitor's language; None where a browser asks for it by itself."""
    spoken = LANGUAGE.get()
    return None if spoken == find_language(st.context.locale) else spoken


def _find_visitors() -> str:
    """The language of the visitor whose page is being written; a thread's work is nobody's."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return DEFAULT_LANGUAGE
    return LANGUAGE.get() or DEFAULT_LANGUAGE
