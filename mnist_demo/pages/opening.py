"""The way from any page to the draw page, with something on its canvas."""

from typing import NoReturn

import streamlit as st

from mnist_demo.pages import draw
from mnist_demo.pages.canvas import Drawing, get_canvas


def open_on_draw_page(drawing: Drawing) -> NoReturn:
    """Put ``drawing`` on the canvas and go there."""
    get_canvas().put(drawing)
    st.switch_page(st.Page(draw.show, title="Draw", url_path="draw", default=True))
