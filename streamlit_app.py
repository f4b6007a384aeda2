"""Entry of the app: ``streamlit run streamlit_app.py``.

Streamlit imports this file once, for the server (`app`), and then runs it as a script for every
visitor and every click.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from mnist_demo.app import hiding
from mnist_demo.app.components import modules
from mnist_demo.app.components.live import files
from mnist_demo.app.components.opened import units
from mnist_demo.app.language import keep_language, take_language
from mnist_demo.app.places.places import list_pages
from mnist_demo.app.places.train import download
from mnist_demo.app.places.watch import files as watch_files
from mnist_demo.app.runtime import away, readers
from mnist_demo.app.runtime.events import serve_metrics
from mnist_demo.app.runtime.headers import SafetyHeaders
from mnist_demo.app.runtime.own import open_store
from mnist_demo.app.runtime.runs import separate_runs
from mnist_demo.app.runtime.settings import get_settings
from mnist_demo.app.runtime.streamlit_internals import (
    bound_uploads,
    check_choices,
    check_values,
    release_sessions,
    renew_after_reconnecting,
    send_at_once,
)
from mnist_demo.app.runtime.visits import Visits
from mnist_demo.app.sidebar import menu, training_panel, version_choice
from mnist_demo.app.stage import address, strokes
from mnist_demo.app.stage.stage import show_stage
from mnist_demo.app.templates import address_png
from mnist_demo.app.trouble import show_error
from mnist_demo.errors import AssetError, SettingError
from mnist_demo.paths import ASSETS, PACKAGE

STYLE = PACKAGE / "app" / "style.css"


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Load TensorFlow from the server's start on, and leave no training behind."""
    send_at_once()
    readers.preload()
    releasing = asyncio.create_task(release_sessions())
    yield
    releasing.cancel()
    training_panel.get_job().close()


def main() -> None:
    """Page settings, the stage, and beside it the place that the address names."""
    icon = address_png((ASSETS / "icon.png").read_bytes())  # no request with each new address
    st.set_page_config(page_icon=icon, layout="wide", initial_sidebar_state="collapsed")
    take_language()
    if STYLE.exists():
        st.html(STYLE)
    else:
        show_error(AssetError(STYLE.name))
    store = open_store()
    hiding.take_hidden_parts()
    has_menu = not hiding.is_hidden("menu")
    place = st.navigation(list_pages(), position="top" if has_menu else "hidden")
    with st.container(key="page"):  # style.css puts the two side by side, or one below the other
        with st.container(key="stage"):  # first, so that the canvas survives a change of place
            address.open_link(store)
            show_stage(store, place.url_path)
        with st.container(key="place"):
            place.run()
    renew_after_reconnecting()
    menu.follow_menu()
    keep_language(place.url_path)
    if not hiding.is_hidden("sidebar"):
        with st.sidebar:
            version_choice.show_version_choice(store)
            training_panel.show_retraining(store)


if __name__ == "__main__":
    main()
else:
    try:
        settings = get_settings()
        if settings.metrics is not None:
            serve_metrics(*settings.metrics)
    except SettingError as error:
        sys.exit(str(error))
    bound_uploads()
    check_choices()
    check_values()
    separate_runs()
    app = st.App(
        __file__,
        lifespan=lifespan,
        middleware=[
            Middleware(SafetyHeaders, settings.framing_sites),
            Middleware(Visits, settings.most_visitors, settings.idle_s),
        ],
        routes=[
            readers.READINESS,
            away.ROUTE,
            modules.ROUTE,
            download.ROUTE,
            *files.ROUTES,
            *units.ROUTES,
            *watch_files.ROUTES,
            strokes.ROUTE,
        ],
    )
