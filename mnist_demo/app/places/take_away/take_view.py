"""What the page shows of a drawing, to take away: a picture, the numbers and a link."""

from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.app.components.picture.picture import find_scaling, find_shown_layers
from mnist_demo.app.sidebar.version_choice import describe
from mnist_demo.app.stage.address import PARAMETER, encode_drawing
from mnist_demo.app.stage.canvas import CanvasContent
from mnist_demo.app.stage.scene import find_source, see
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.errors import LinkError
from mnist_demo.language import N_, _, language, speaking
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.figures.poster import Poster
    from mnist_demo.reading.reader import Reader

INVITATION = N_(
    "Nothing has been drawn yet. Draw something, and take away what the network makes of it: as a "
    "picture, as numbers and as a link."
)
NO_FONT = N_(
    "The picture is in English: this server has no font with the letters of your language."
)
PICTURE_HELP = N_(
    "One sheet with the drawing, its way to the network's pixels, the probabilities, and the "
    "layers that “Look inside” shows. {size}"
)
FORMS: dict[Literal["png", "svg"], tuple[str, str, str]] = {
    "png": (N_("Picture (.png)"), "image/png", N_("2,400 pixels wide.")),
    "svg": (
        N_("Picture (.svg)"),
        "image/svg+xml",
        N_("Its letters and bars stay sharp at any size."),
    ),
}


def show_view(reader: "Reader", version: Version, store: Store) -> dict[str, str]:
    """Buttons for the picture and the numbers, and the link; or what is missing for them.

    The query parameters that hold the drawing; none where it is blank, or too long for a link.
    """
    from mnist_demo.figures.poster import Poster, choose_language

    st.subheader(_("What it makes of your drawing"), anchor=False)
    scene = see(find_source(store))
    if scene.image is None:
        st.info(_(INVITATION), icon=":material/draw:")
        return {}
    with speaking(choose_language()):
        poster = Poster(
            describe(version, store),
            DATASETS[version.card.dataset].classes,
            scene.image,
            scene.steps if scene.drawing.image is None else None,
            reader.read(scene.image),
            find_shown_layers(reader.layers),
            find_scaling(),
        )
    if poster.language != language():
        st.caption(_(NO_FONT))
    with st.container(horizontal=True):
        for form in FORMS:
            _show_picture(form, poster)
        _show_activations(poster, version)
    return _show_link(scene.drawing, scene.image, version)


def _show_picture(form: Literal["png", "svg"], poster: "Poster") -> None:
    from mnist_demo.figures.poster import draw_poster

    title, mime, size = FORMS[form]
    st.download_button(
        _(title),
        data=lambda: draw_poster(poster, form),
        file_name=f"drawing.{form}",
        mime=mime,
        key=f"download-{form}",
        on_click="ignore",
        icon=":material/image:",
        help=_(PICTURE_HELP).format(size=_(size)),
    )


def _show_activations(poster: "Poster", version: Version) -> None:
    from mnist_demo.share.activations import to_npz

    names: dict[str, str | tuple[str, ...]] = {
        "class_names": poster.class_names,
        "network": version.card.network,
        "version": version.name,
    }
    st.download_button(
        _("Activations (.npz)"),
        data=lambda: to_npz(poster.reading.activations, poster.image, names),
        file_name="activations.npz",
        mime="application/octet-stream",
        key="download-npz",
        on_click="ignore",
        icon=":material/data_array:",
        help=_(
            "What every layer gave, by the layer's name, for numpy.load; about/image is what the "
            "network got, about/layers the layers' order."
        ),
    )


def _show_link(
    drawing: CanvasContent, image: NDArray[np.float32], version: Version
) -> dict[str, str]:
    try:
        link = {PARAMETER: encode_drawing(drawing, image, version)}
    except LinkError as error:
        text = _("{error} The picture and the numbers have all of it.").format(error=error)
        st.info(text, icon=":material/link_off:")
        return {}
    if not drawing.strokes:
        st.caption(
            _(
                "The link holds the network's 28 × 28 pixels, not the picture that they were made "
                "from."
            )
        )
    address = f"{find_start()}?{urlencode(link)}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            _("Link to this drawing"),
            address,
            help=_(
                "Copy it, to send or to keep. The drawing is in the address itself: nothing is "
                "kept on the server."
            ),
        )
        st.link_button(
            _("Open the link"),
            address,
            icon=":material/open_in_new:",
            help=_("Opens this drawing with this network, version and layers in a new page."),
        )
    return link


def find_start() -> str:
    """Address of the first place."""
    return st.context.url.rsplit("/", 1)[0] + "/" if st.context.url else "/"
