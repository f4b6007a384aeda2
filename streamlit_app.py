"""Entry of the app: ``streamlit run streamlit_app.py``.

Streamlit imports this file once, for the server (`app`), and then runs it as a script for every
visitor and every click.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

from mnist_demo.pages import (
    change,
    compare,
    curves,
    draw,
    drawing_link,
    evaluate,
    explorer,
    pictures,
    readers,
    take_away,
    training_panel,
    units,
    version_choice,
    where,
    why,
)
from mnist_demo.store import open_store

PROJECT = Path(__file__).parent


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Load TensorFlow from the server's start on, and leave no training behind."""
    readers.preload()
    yield
    training_panel.get_job().stop()


def main() -> None:
    """Page settings and navigation."""
    st.set_page_config("Draw a digit", PROJECT / "assets" / "icon.png", layout="wide")
    st.html(PROJECT / "mnist_demo" / "pages" / "style.css")
    pages = [
        st.Page(draw.show, title="Draw", icon=":material/draw:", url_path="draw", default=True),
        st.Page(pictures.show, title="Pictures", icon=":material/image:", url_path="pictures"),
        st.Page(why.show, title="Why?", icon=":material/help:", url_path="why"),
        st.Page(where.show, title="Where am I?", icon=":material/map:", url_path="where"),
        st.Page(units.show, title="Units", icon=":material/grid_view:", url_path="units"),
        st.Page(change.show, title="Change it", icon=":material/tune:", url_path="change"),
        st.Page(compare.show, title="Compare", icon=":material/compare:", url_path="compare"),
        st.Page(evaluate.show, title="Measure", icon=":material/speed:", url_path="evaluate"),
        st.Page(curves.show, title="Training", icon=":material/show_chart:", url_path="training"),
        st.Page(
            take_away.show, title="Take away", icon=":material/download:", url_path="take-away"
        ),
    ]
    drawing_link.open_link(open_store())
    st.sidebar.subheader("Draw a digit", anchor=False)  # it opens now, not while somebody draws
    st.navigation(pages, position="top").run()
    with st.sidebar:  # after the page, so that its canvas can be drawn on first
        store = open_store()
        version_choice.show_version_choice(store)
        training_panel.show_retraining(store)


if __name__ == "__main__":
    main()
else:
    app = st.App(__file__, lifespan=lifespan, routes=explorer.ROUTES)
