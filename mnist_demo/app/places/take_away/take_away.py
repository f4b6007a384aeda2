"""What is drawn and the version in use, to take away: files for Keras, NumPy and the eye."""

import shutil
import tempfile

import streamlit as st

from mnist_demo.app.places.take_away.class_link import show_class_link
from mnist_demo.app.places.take_away.page.page_file import make_page
from mnist_demo.app.places.take_away.take_view import find_start, show_view
from mnist_demo.app.runtime.engine import Engine, find_engine
from mnist_demo.app.runtime.own import open_store
from mnist_demo.app.runtime.readers import start_loading
from mnist_demo.app.sidebar.version_choice import describe
from mnist_demo.app.stage.scene import find_source
from mnist_demo.app.trouble import plain, show_error
from mnist_demo.errors import ExportError
from mnist_demo.language import N_, _, language
from mnist_demo.networks import Recipe, get_network
from mnist_demo.share.export import FORMATS as WRITERS
from mnist_demo.share.export import fits_script, to_script
from mnist_demo.versions.card import Card, Version
from mnist_demo.versions.store import Store

ROOM_BYTES = 100_000_000  # the largest file, and what others write meanwhile
FORMATS = {
    ".keras": (
        "Keras",
        N_("The trained network for keras.models.load_model, in Keras's own form."),
    ),
    ".h5": ("HDF5", N_("The same in Keras's older form, which more programs can read.")),
    ".tflite": (
        "TensorFlow Lite",
        N_(
            "The trained network for phones and small computers. It is converted when you click, "
            "which takes a few seconds."
        ),
    ),
}


def show() -> None:
    """Draw the page: the view of the drawing, forms of the version in use, and the script."""
    st.title(_("Share"), anchor=False)
    engine, store = find_engine(), open_store()
    if engine is None:
        return
    version = engine.version
    link = show_view(engine.reader, version, store)
    show_class_link(find_start(), link)
    source = find_source(store)
    if source.dataset.are_digits and not source.problem:  # clothing cannot be drawn
        _show_page(engine, store)
    st.subheader(_("The network itself"), anchor=False)
    st.write(
        _(
            "{version}. Each file takes images (n, 28, 28, 1) in [0, 1], and gives ten "
            "probabilities for each image."
        ).format(version=plain(describe(version, store)))
    )
    if _has_room():
        with st.container(horizontal=True):
            for suffix in FORMATS:
                _show_format(suffix, version, store)
    else:
        show_error(
            ExportError("The disk of this server is full: no file of the network can be made.")
        )
    st.subheader(_("A script that builds and trains it"), anchor=False)
    _show_script(version.card)


def _show_page(engine: Engine, store: Store) -> None:
    st.subheader(_("A page without a server"), anchor=False)
    spoken = language()  # a click is answered in a thread that is nobody's
    st.download_button(
        _("Page (.html)"),
        data=lambda: make_page(engine.reader, engine.version, store, spoken),
        file_name=f"{engine.version.name}.html",
        mime="text/html",
        key="download-page",
        on_click="ignore",
        icon=":material/web:",
        help=_(
            "One file with a canvas, this version of the network and all its layers. It works "
            "anywhere, as an attachment or on a website, on a phone too, without this server and "
            "without the internet: give it to your class."
        ),
    )


def _has_room() -> bool:
    """Whether a file can be made, which lies on the disk for a moment; a click could not say so."""
    try:
        return shutil.disk_usage(tempfile.gettempdir()).free > ROOM_BYTES
    except OSError:
        return False


def _show_format(suffix: str, version: Version, store: Store) -> None:
    title, text = FORMATS[suffix]
    st.download_button(
        f"{title} ({suffix})",
        data=lambda: export(suffix, version.key, version, store),
        file_name=f"{version.name}{suffix}",
        mime="application/octet-stream",
        key=f"download-{suffix[1:]}",
        on_click="ignore",
        icon=":material/download:",
        help=_(text),
    )


@st.cache_data(max_entries=6, show_spinner=False)
def export(suffix: str, version_key: str, _version: Version, _store: Store) -> bytes:
    """The version as a file with this suffix, one of `FORMATS`; made once, when it is asked for."""
    return WRITERS[suffix](start_loading(_version, _store).result().model)


def _show_script(card: Card) -> None:
    try:
        network, recipe = get_network(card.network), find_recipe(card)
        if not fits_script(recipe):
            text = _(
                "This version’s recipe is too large for a standalone script; here is the recipe "
                "“{recipe}”."
            )
            st.write(text.format(recipe=network.default_recipe.name))
            recipe = network.default_recipe
        script = to_script(network, recipe, card.seed)
    except (ExportError, KeyError, ValueError) as error:
        text = str(error) if isinstance(error, ExportError) else error.args[0]
        st.info(plain(text), icon=":material/info:")
        return
    st.download_button(
        _("Script (.py)"),
        data=script,
        file_name=f"{card.network}.py",
        mime="text/x-python",
        key="download-script",
        on_click="ignore",
        icon=":material/code:",
        help=_(
            "Builds and trains the network anew, by the recipe {recipe}, and needs nothing but "
            "TensorFlow."
        ).format(recipe=recipe.name),
    )
    with st.expander(_("Read it")):
        st.code(script, language="python", wrap_lines=True)


def find_recipe(card: Card) -> Recipe:
    """The recipe that a version was trained with, with the numbers its card records.

    Raises KeyError where its network has no such recipe any more, ValueError where the card is bad.
    """
    return get_network(card.network).recipe(card.recipe).with_settings(card.settings)
