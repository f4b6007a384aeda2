"""What went wrong, as the page says it: as text, for a name in it may be anybody's.

Streamlit takes messages for Markdown, which loads pictures from wherever a name says.
"""

import re

import streamlit as st

from mnist_demo.errors import DemoError

MARKUP = re.compile(r"[\\`*_{}\[\]<>#+!|~$&@^=]|(?<=:)/|(?<=www)\.", re.IGNORECASE)
SHORTCODE = re.compile(r":(?=[a-z+_-])", re.IGNORECASE)  # of an emoji, an icon or a colour
WORD_JOINER = "\u2060"  # shows nothing


def plain(text: object) -> str:
    """Markdown that shows this text as it is, on one line."""
    line = " ".join(str(text).split())
    return SHORTCODE.sub(f":{WORD_JOINER}", MARKUP.sub(r"\\\g<0>", line))


def show_error(error: DemoError | str) -> None:
    """Say what does not work."""
    st.error(plain(error), icon=":material/error:")


def show_warning(error: DemoError | str) -> None:
    """Say what is missing."""
    st.warning(plain(error), icon=":material/warning:")


def toast_error(error: DemoError) -> None:
    """Say what a click could not do, wherever the page is looked at."""
    st.toast(plain(error), icon=":material/error:")
