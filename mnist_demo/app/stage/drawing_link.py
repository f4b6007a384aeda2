"""The link that holds a drawing and the network that reads it: how it is made, and opened."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.app.components.picture.picture import (
    get_hidden_layers,
    hide_layers,
    open_described,
)
from mnist_demo.app.session import LINK_NOTICE, NETWORK, SEEN_ADDRESSES, VERSION
from mnist_demo.app.stage.canvas import (
    BLANK,
    CanvasContent,
    content_of_sample,
    content_of_strokes,
    get_canvas,
    render,
)
from mnist_demo.errors import BlankDrawingError, LinkError
from mnist_demo.handwriting.canvas_strokes import CANVAS_SIDE, BrushStroke
from mnist_demo.image.normalization import find_ink
from mnist_demo.image.transforms import dilate, resize
from mnist_demo.language import _
from mnist_demo.share.link import Link, decode_link, encode_link
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store

PARAMETER = "drawing"
OPENED = "open"
MOST_SEEN = 50  # the browser is never so far behind
CHECKSUM_LETTERS = 16
NEAR = 2  # pixels of the canvas; two renderers differ by less at a stroke's edge
MOST_ASTRAY = 0.005  # of the ink; strokes that were moved by 5 pixels leave more


def make_link(
    drawing: CanvasContent, image: NDArray[np.float32], version: Version
) -> dict[str, str]:
    """Query parameters of an address that opens what ``version`` reads now.

    It holds the strokes; of a picture, and of strokes that were moved, the image that the network
    gets. LinkError where it would become too long.
    """
    strokes = find_strokes(drawing)
    text = encode_drawing(strokes, None if strokes else image, version, drawing.label)
    return {PARAMETER: text}


def encode_drawing(
    strokes: tuple[BrushStroke, ...],
    image: NDArray[np.float32] | None,
    version: Version,
    label: str,
) -> str:
    """Value of the parameter for strokes or else an image; LinkError where it gets too long."""
    network, checksum = version.card.network, version.card.weights_sha256[:CHECKSUM_LETTERS]
    hidden = get_hidden_layers()
    return encode_link(Link(network, version.name, checksum, hidden, strokes, image, label))


def find_strokes(drawing: CanvasContent) -> tuple[BrushStroke, ...]:
    """Strokes of the drawing; none where it has something else on it, or looks otherwise."""
    strokes = find_shown_strokes(drawing)
    return strokes if strokes and _look_like(strokes, drawing.rgba) else ()


def find_shown_strokes(drawing: CanvasContent) -> tuple[BrushStroke, ...]:
    """All strokes on the canvas; none where there is something else on it."""
    return drawing.strokes if drawing.image is None else ()


def _look_like(strokes: Sequence[BrushStroke], rgba: NDArray[np.uint8]) -> bool:
    """Whether hardly any ink of the strokes or of the drawing is far from ink of the other."""
    try:
        drawn, shown = _find_solid_ink(render(strokes)), _find_solid_ink(rgba)
    except BlankDrawingError:
        return False
    return max(_measure_astray(drawn, shown), _measure_astray(shown, drawn)) < MOST_ASTRAY


def _find_solid_ink(rgba: NDArray[np.uint8]) -> NDArray[np.float32]:
    """1 for ink and 0 for background, (320, 320); BlankDrawingError where there is no ink."""
    return (resize(find_ink(rgba), CANVAS_SIDE, CANVAS_SIDE) > 0.5).astype(np.float32)


def _measure_astray(ink: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Fraction of the ink that is not near ink of the other."""
    return float((ink * (1 - dilate(other, NEAR))).sum() / ink.sum())


def open_link(store: Store) -> None:
    """Open what is in the address, if it is nothing that this visitor has had on the page.

    That is a drawing, where an empty one is an empty stage, without the example, and what is opened
    of the network's picture. What cannot be opened changes nothing, and a sentence says so.
    """
    for parameter, open_text in ((PARAMETER, partial(_open, store)), (OPENED, open_described)):
        text = st.query_params.get(parameter)
        if text is None or text in SEEN_ADDRESSES.get():
            continue
        remember(text)
        try:
            notice = open_text(text)
        except LinkError as error:
            notice = str(error)
        if notice:
            LINK_NOTICE.set((get_canvas().moment, notice))
    _show_notice()


def remember(text: str) -> None:
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
