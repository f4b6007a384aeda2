"""The page's address tells what is drawn, read, opened and hidden, a moment after a change.

What is in it is opened when somebody comes with it, or goes back to it: a drawing with the network
that reads it, and what is open of the network's picture.
"""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.app.components.parameters import tell_parameters
from mnist_demo.app.components.picture.picture import (
    describe_opened,
    get_hidden_layers,
    hide_layers,
    open_described,
)
from mnist_demo.app.hiding import PARAMETER as HIDE
from mnist_demo.app.hiding import describe_hidden
from mnist_demo.app.session import LINK_NOTICE, NETWORK, SEEN_ADDRESSES, VERSION
from mnist_demo.app.stage.canvas import (
    BLANK,
    CanvasContent,
    content_of_sample,
    content_of_strokes,
    get_canvas,
)
from mnist_demo.app.stage.scene import Scene, Source
from mnist_demo.errors import LinkError
from mnist_demo.language import _
from mnist_demo.share.link import Link, decode_link, encode_link
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store

PARAMETER = "drawing"
OPENED = "open"
MOST_SEEN = 50  # the browser is never so far behind
CHECKSUM_LETTERS = 16


def tell_address(scene: Scene, source: Source, place: str) -> dict[str, Any]:
    """What puts the scene into the address of ``place``, its URL path."""
    parameters = {PARAMETER: _encode_scene(scene, source), OPENED: describe_opened()}
    for text in filter(None, parameters.values()):
        _remember(text)
    parameters[HIDE] = describe_hidden()
    return tell_parameters(place, parameters)


def _encode_scene(scene: Scene, source: Source) -> str:
    """The scene for the address; nothing where there is none of one's own, or none that fits."""
    if scene.image is None or source.version is None or get_canvas().shows_example:
        return ""
    try:
        return encode_drawing(scene.drawing, scene.image, source.version)
    except LinkError:
        return ""


def encode_drawing(drawing: CanvasContent, image: NDArray[np.float32], version: Version) -> str:
    """Value of the parameter that opens what ``version`` reads now.

    It holds the strokes; of a picture, the image that the network gets. LinkError where it would
    become too long.
    """
    network, checksum = version.card.network, version.card.weights_sha256[:CHECKSUM_LETTERS]
    strokes, hidden = drawing.strokes, get_hidden_layers()
    kept = None if strokes else image
    return encode_link(Link(network, version.name, checksum, hidden, strokes, kept, drawing.label))


def open_link(store: Store) -> None:
    """Open what is in the address, if it is nothing that this visitor has had on the page.

    That is a drawing, where an empty one is an empty stage, without the example, and what is opened
    of the network's picture. What cannot be opened changes nothing, and a sentence says so.
    """
    for parameter, open_text in ((PARAMETER, partial(_open, store)), (OPENED, open_described)):
        text = st.query_params.get(parameter)
        if text is None or text in SEEN_ADDRESSES.get():
            continue
        _remember(text)
        try:
            notice = open_text(text)
        except LinkError as error:
            notice = str(error)
        if notice:
            LINK_NOTICE.set((get_canvas().moment, notice))
    _show_notice()


def _remember(text: str) -> None:
    """Remember what is in the address, which follows the stage: it is not to be opened again."""
    seen = SEEN_ADDRESSES.get()
    if text not in seen:
        SEEN_ADDRESSES.set([*seen[1 - MOST_SEEN :], text])


def _show_notice() -> None:
    """What is to be said about the link, as long as its drawing is on the canvas."""
    moment, notice = LINK_NOTICE.get()
    if notice and moment == get_canvas().moment:
        st.warning(notice, icon=":material/link_off:")


def _open(store: Store, text: str) -> str:
    """Put everything where it was; a sentence on what is not here any more."""
    if not text:
        get_canvas().put(BLANK)
        return ""
    link = decode_link(text)
    get_canvas().put(_draw(link))
    hide_layers(link.hidden_layers)
    versions = store.versions(link.network)
    if not versions:
        text = _("The network `{network}` of this link is not here: another one reads it.")
        return text.format(network=link.network)
    NETWORK.set(link.network)
    for version in versions:
        if version.card.weights_sha256[:CHECKSUM_LETTERS] == link.weights:
            VERSION.set(version.name)
            return ""
    VERSION.forget()
    text = _(
        "The version `{version}` of this link is not here any more: the default version of "
        "`{network}` reads it."
    )
    return text.format(version=link.version, network=link.network)


def _draw(link: Link) -> CanvasContent:
    if link.image is not None:
        return content_of_sample(link.image, label=link.label)
    return replace(content_of_strokes(link.strokes), label=link.label)
