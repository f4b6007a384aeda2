"""A picture of one's own, from a file, the camera or the clipboard, and what is made of it."""

import base64

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.app.components.checks import is_text
from mnist_demo.app.components.modules import make_component
from mnist_demo.app.session import LAST_PHOTO
from mnist_demo.app.stage.canvas import content_of_picture, content_of_sample
from mnist_demo.app.stage.scene import put_on_stage
from mnist_demo.app.trouble import show_error
from mnist_demo.errors import UploadError
from mnist_demo.figures.pixels import to_levels
from mnist_demo.image.upload import MOST_BYTES, Upload, as_drawing, as_filling_image, read_upload
from mnist_demo.language import N_, _

THUMBNAIL_SIDE = 160

_show_paste = make_component(
    "stage/sources/paste.js",
    html="<button type='button'></button><p role='status'></p>",
)


def show_photo(is_drawn: bool) -> None:
    """Where a picture comes from; ``is_drawn`` says whether it is prepared like a drawn digit.

    A new picture goes on the stage at once.
    """
    origin = st.segmented_control(
        _("From"),
        list(ORIGINS),
        format_func=_,
        default=next(iter(ORIGINS)),
        required=True,
        key="photo-origin",
        help=_("A picture of one thing on a plain background, dark on light or light on dark."),
    )
    content = ORIGINS[origin]()
    if content is None:
        return
    try:
        upload = _read(content, is_drawn)
    except UploadError as error:
        show_error(error)
        return
    steps = _describe_beginning(upload, is_drawn)
    if is_drawn:
        drawing = content_of_picture(as_drawing(upload))
    else:
        image = as_filling_image(upload)
        steps += _describe_trimming(upload, image)
        drawing = content_of_sample(image)
    _show_steps(steps)
    if LAST_PHOTO.get() != drawing.key:
        LAST_PHOTO.set(drawing.key)
        put_on_stage(drawing)


def _upload_file() -> bytes | None:
    file = st.file_uploader(
        _("Picture file"),
        type=["png", "jpg", "jpeg", "webp"],
        max_upload_size=MOST_BYTES // 1_000_000,
        help=_(
            "A photo or a scan of any size. Only you see it, and the server forgets it soon after "
            "you close the page."
        ),
    )
    return None if file is None else file.getvalue()


def _take_photo() -> bytes | None:
    photo = st.camera_input(_("Camera"), help=_("Take a photo. Only you see it."))
    return None if photo is None else photo.getvalue()


def _paste() -> bytes | None:
    pasted = _show_paste(key="paste", checks={"pasted": is_text}).get("pasted")
    try:
        return None if pasted is None else base64.b64decode(pasted)
    except ValueError:
        return b""  # is no picture, which the page says


ORIGINS = {N_("File"): _upload_file, N_("Camera"): _take_photo, N_("Clipboard"): _paste}


@st.cache_data(max_entries=1, scope="session", show_spinner=False)
def _read(content: bytes, is_written: bool) -> Upload:
    with st.spinner(_("Reading the picture …")):
        return read_upload(content, is_written)


Step = tuple[str, str, NDArray[np.uint8]]  # name, explanation, picture


def _describe_beginning(upload: Upload, is_written: bool) -> list[Step]:
    height, width = upload.ink.shape
    size = _("upright, {width} × {height} pixels").format(width=width, height=height)
    if not upload.is_dark_on_light:
        change = _("as it was, without its background")
    elif is_written:
        change = _("inverted, without its paper, shadows and printed lines")
    else:
        change = _("inverted, without its background")
    return [
        (_("As uploaded"), size, upload.picture),
        (_("Light on dark"), change, to_levels(upload.ink)),
    ]


def _describe_trimming(upload: Upload, image: NDArray[np.float32]) -> list[Step]:
    width, height = upload.box.width, upload.box.height
    size = _("to {width} × {height} pixels that differ").format(width=width, height=height)
    place = _("in the middle: this is what it gets")
    return [
        (_("Trimmed"), size, to_levels(upload.cropped)),
        (_("Fitted into 28 × 28"), place, to_levels(image[..., 0])),
    ]


def _show_steps(steps: list[Step]) -> None:
    st.markdown(f"**{_('From your file to light ink on a dark background')}**")
    st.image(
        [_shrink(picture) for _name, _text, picture in steps],
        [f"**{name}**  \n{text}" for name, text, _picture in steps],
        THUMBNAIL_SIDE,
        alt=[name for name, _text, _picture in steps],
    )


def _shrink(picture: NDArray[np.uint8]) -> Image.Image:
    small = Image.fromarray(picture)
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BOX)
    return small
