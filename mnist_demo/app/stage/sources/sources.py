"""Where else than from one's own hand a drawing may come: examples, test pictures, photos."""

from functools import partial

import streamlit as st
from streamlit.elements.lib.mutable_popover_container import PopoverContainer

from mnist_demo.app.session import source_is_open
from mnist_demo.app.stage.scene import Source
from mnist_demo.app.stage.sources.examples import show_examples
from mnist_demo.app.stage.sources.photo import show_photo
from mnist_demo.app.stage.sources.test_pictures import show_test_pictures
from mnist_demo.app.trouble import show_error
from mnist_demo.errors import AssetError
from mnist_demo.language import N_, _

HELP = {
    N_("Example"): N_("Put one of ten example drawings on the stage."),
    N_("Test picture"): N_("Put a picture of the test set on the stage, with its true label."),
    N_("Photo"): N_("Put a photo, a scan or a picture from the clipboard on the stage."),
}


def show_sources(source: Source) -> None:
    """A button for each, which opens it; a choice closes it."""
    with st.container(horizontal=True, gap="small", key="sources"):
        example, picture, photo = (_open(name) for name in HELP)
    if example.open:
        with example:
            try:
                show_examples(partial(_close, "Example"))
            except AssetError as error:
                show_error(error)
    if picture.open:
        with picture:
            show_test_pictures(source, partial(_close, "Test picture"))
    if photo.open:
        with photo:
            show_photo(is_drawn=source.dataset.are_digits)


def _open(name: str) -> PopoverContainer:
    return st.popover(_(name), key=name, on_change="rerun", help=_(HELP[name]))


def _close(name: str) -> None:
    source_is_open(name).set(False)
