"""One page of the app by itself, without a browser, for a drawing and a network."""

from typing import Any

from streamlit.testing.v1 import AppTest

from mnist_demo.app.runtime import readers
from mnist_demo.app.stage.canvas import Canvas, CanvasContent
from mnist_demo.paths import PROJECT

APP = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from mnist_demo.app.places.{folder} import {page}
st.navigation([st.Page({page}.show, url_path={page!r})]).run()
"""
TIMEOUT_S = 120


def visit_page(
    page_name: str, drawing: CanvasContent, network: str = readers.DEFAULT_NETWORK, **query: str
) -> Any:
    """The place of this module, or folder/module, after the drawing was put on the canvas."""
    folder, page_name = page_name.split("/") if "/" in page_name else (page_name, page_name)
    page = AppTest.from_string(
        APP.format(project=str(PROJECT), folder=folder, page=page_name), default_timeout=TIMEOUT_S
    )
    canvas = Canvas()
    canvas.put(drawing)
    page.session_state["canvas"] = canvas
    page.session_state["network"] = network
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def html_of(page: AppTest) -> Any:
    """All HTML on a page."""
    return "".join(element.proto.body for element in page.get("html"))
