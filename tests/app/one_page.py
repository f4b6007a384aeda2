"""One page of the app by itself, without a browser, for a drawing and a network."""

from streamlit.testing.v1 import AppTest

from mnist_demo.pages import readers
from mnist_demo.pages.canvas import Canvas
from mnist_demo.store import PROJECT

APP = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from mnist_demo.pages import {page}
st.navigation([st.Page({page}.show, url_path={page!r})]).run()
"""
TIMEOUT_S = 120


def visit_page(page_name, drawing, network=readers.DEFAULT_NETWORK):
    """The page of this module, after the drawing was put on the canvas."""
    page = AppTest.from_string(
        APP.format(project=str(PROJECT), page=page_name), default_timeout=TIMEOUT_S
    )
    canvas = Canvas()
    canvas.put(drawing)
    page.session_state["canvas"] = canvas
    page.session_state["network"] = network
    page.run()
    assert not page.exception
    return page


def html_of(page):
    """All HTML on a page."""
    return "".join(element.proto.body for element in page.get("html"))
