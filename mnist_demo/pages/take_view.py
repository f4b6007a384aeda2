"""What the page shows of a drawing, to take away: a picture, the numbers and a link."""

from typing import TYPE_CHECKING, Literal

import streamlit as st

from mnist_demo.datasets import CLASS_NAMES
from mnist_demo.errors import LinkError
from mnist_demo.images import normalize
from mnist_demo.pages.drawing_link import find_strokes, make_link
from mnist_demo.pages.layers import find_scaling, find_shown_layers
from mnist_demo.pages.subject import Subject, find_subject
from mnist_demo.pages.version_choice import describe
from mnist_demo.store import Store, Version

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reader
    from mnist_demo.poster import Poster

LINK_HEIGHT = 120  # pixels; a picture fills more lines than anybody reads
INVITATION = (
    "Nothing is drawn yet. Draw something on the page “Draw”, and here you can take away what you "
    "see there: as one picture, as numbers, and as a link."
)
PICTURE_HELP = (
    "The drawing, its way to the network's pixels, the probabilities and the layers that are on "
    "on the page “Draw”, on one sheet. "
)
FORMS: dict[Literal["png", "svg"], tuple[str, str, str]] = {
    "png": ("Picture (.png)", "image/png", "2,400 pixels wide."),
    "svg": ("Picture (.svg)", "image/svg+xml", "Its letters and bars stay sharp at any size."),
}


def show_view(reader: "Reader", version: Version, store: Store) -> None:
    """Buttons for the picture and the numbers, and the link; or what is missing for them."""
    st.subheader("What it makes of your drawing", anchor=False)
    subject = find_subject()
    if subject is None:
        st.info(INVITATION, icon=":material/draw:")
        return
    poster = make_poster(reader, version, store, subject)
    with st.container(horizontal=True):
        for form in FORMS:
            _show_picture(form, poster)
        _show_activations(poster, version)
    _show_link(subject, version)


def make_poster(reader: "Reader", version: Version, store: Store, subject: Subject) -> "Poster":
    """The sheet of what ``version`` makes of the subject, with the layers that are on."""
    from mnist_demo.poster import Poster

    return Poster(
        f"{version.card.network}, {describe(version, store)}",
        CLASS_NAMES[version.card.dataset],
        subject.image,
        normalize(subject.drawing.rgba) if subject.drawing.image is None else None,
        reader.read(subject.image),
        find_shown_layers(reader),
        find_scaling(),
    )


def _show_picture(form: Literal["png", "svg"], poster: "Poster") -> None:
    from mnist_demo.poster import draw_poster

    title, mime, text = FORMS[form]
    st.download_button(
        title,
        data=lambda: draw_poster(poster, form),
        file_name=f"drawing.{form}",
        mime=mime,
        key=f"download-{form}",
        on_click="ignore",
        icon=":material/image:",
        help=PICTURE_HELP + text,
    )


def _show_activations(poster: "Poster", version: Version) -> None:
    from mnist_demo.activations import to_npz

    names: dict[str, str | tuple[str, ...]] = {
        "class_names": poster.class_names,
        "network": version.card.network,
        "version": version.name,
    }
    st.download_button(
        "Activations (.npz)",
        data=lambda: to_npz(poster.reading.activations, poster.image, names),
        file_name="activations.npz",
        mime="application/octet-stream",
        key="download-npz",
        on_click="ignore",
        icon=":material/data_array:",
        help="What every layer gave, by the layer's name, for numpy.load; about/image is what the "
        "network got, about/layers the layers' order.",
    )


def _show_link(subject: Subject, version: Version) -> None:
    try:
        link = make_link(subject, version)
    except LinkError as error:
        st.info(f"{error} The picture and the numbers have all of it.", icon=":material/link_off:")
        return
    if not find_strokes(subject):
        st.caption(
            "The link holds the 28 × 28 pixels that the network gets, not the picture they come "
            "from."
        )
    address = _find_draw_page() + link
    with st.container(horizontal=True, vertical_alignment="center"):
        st.link_button(
            "Open the link",
            address,
            icon=":material/open_in_new:",
            help="Opens this drawing with this network, version and layers in a new page. The "
            "drawing is in the address itself: nothing is kept on the server.",
        )
        st.caption("Or copy it, to send or to keep:")
    st.code(address, language=None, wrap_lines=True, height=LINK_HEIGHT)


def _find_draw_page() -> str:
    """Address of the draw page, which is the first of the app."""
    return st.context.url.rsplit("/", 1)[0] + "/" if st.context.url else "/"
