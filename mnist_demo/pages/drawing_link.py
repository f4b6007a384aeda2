"""The link that holds a drawing and the network that reads it: how it is made, and opened."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_demo.errors import BlankDrawingError, LinkError
from mnist_demo.images import normalize
from mnist_demo.link import Link, pack, unpack
from mnist_demo.pages.canvas import Drawing, draw, get_canvas, render, show_as_drawing
from mnist_demo.pages.layers import get_hidden_layers, hide_layers
from mnist_demo.pages.subject import Subject
from mnist_demo.store import Store, Version
from mnist_demo.strokes import Stroke, from_path

PARAMETER = "drawing"
NOTICE = "link_notice"
CHECKSUM_LETTERS = 16
LARGEST_DIFFERENCE = 0.02  # of strokes drawn anew, mean over the pixels of the network's image


def make_link(subject: Subject, version: Version) -> str:
    """Address, from the question mark on, that opens what ``version`` reads now.

    It holds the strokes; of a picture, and of strokes that were moved, the image that the network
    gets. LinkError where it would become too long.
    """
    strokes = find_strokes(subject)
    packed = pack(
        Link(
            version.card.network,
            version.name,
            version.card.weights_sha256[:CHECKSUM_LETTERS],
            get_hidden_layers(),
            strokes,
            None if strokes else subject.image,
        )
    )
    return f"?{PARAMETER}={packed}"


def find_strokes(subject: Subject) -> tuple[Stroke, ...]:
    """Strokes of the drawing; none where it has something else on it, or looks otherwise."""
    objects = subject.drawing.fabric["objects"]
    if subject.drawing.image is not None or not all("path" in drawn for drawn in objects):
        return ()
    strokes = tuple(from_path(path) for path in objects)
    return strokes if _look_like(strokes, subject) else ()


def _look_like(strokes: Sequence[Stroke], subject: Subject) -> bool:
    try:
        image = normalize(render(strokes)).image
    except BlankDrawingError:
        return False
    return float(np.abs(image - subject.image).mean()) < LARGEST_DIFFERENCE


def open_link(store: Store) -> None:
    """Take the drawing out of the address, if there is one, and the address back to what it was.

    What cannot be opened changes nothing, and a sentence says so.
    """
    packed = st.query_params.get(PARAMETER)
    if packed is not None:
        del st.query_params[PARAMETER]
        try:
            notice = _open(unpack(packed), store)
        except LinkError as error:
            notice = str(error)
        st.session_state[NOTICE] = (get_canvas().drawing.key, notice)
    _show_notice()


def _show_notice() -> None:
    """What is to be said about the link, as long as its drawing is on the canvas."""
    key, notice = st.session_state.get(NOTICE, ("", ""))
    if notice and key == get_canvas().drawing.key:
        st.warning(notice, icon=":material/link_off:")


def _open(link: Link, store: Store) -> str:
    """Put everything where it was; a sentence on what is not here any more."""
    get_canvas().put(_draw(link))
    hide_layers(link.hidden_layers)
    versions = store.versions(link.network)
    if not versions:
        return f"The network `{link.network}` of this link is not here: another one reads it."
    st.session_state["network"] = link.network
    for version in versions:
        if version.card.weights_sha256[:CHECKSUM_LETTERS] == link.weights:
            st.session_state["version"] = version.name
            return ""
    st.session_state.pop("version", None)
    return (
        f"The version `{link.version}` of this link is not here any more: "
        f"what `{link.network}` reads with by default reads it."
    )


def _draw(link: Link) -> Drawing:
    return draw(link.strokes) if link.image is None else show_as_drawing(link.image)
