"""A picture file of one's own: what is made of it, step by step, and its way to the layers."""

import base64
import io

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.errors import UploadError
from mnist_demo.figures import draw_image
from mnist_demo.images import normalize
from mnist_demo.pages.canvas import Drawing, show_as_drawing, show_picture
from mnist_demo.pages.opening import open_on_draw_page
from mnist_demo.pages.preparation import describe_preparation
from mnist_demo.uploads import MOST_BYTES, Upload, as_drawing, as_filling_image, read_upload

THUMBNAIL_SIDE = 224
STEP_WIDTH_REM = 11.5


def show_upload(is_drawn: bool) -> None:
    """Place for a file; ``is_drawn`` says whether to prepare it like a drawing of a digit."""
    file = st.file_uploader(
        "Picture file",
        type=["png", "jpg", "jpeg", "webp"],
        max_upload_size=MOST_BYTES // 1_000_000,
        help="A photo or a scan of one thing on a plain ground, dark on light or light on dark, "
        "of any size. Only you see it, and the server forgets it soon after you close the page.",
    )
    if file is None:
        return
    try:
        upload = _read(file.getvalue())
    except UploadError as error:
        st.error(str(error), icon=":material/error:")
        return
    if is_drawn:
        rgba = as_drawing(upload)
        _show_steps(_describe_beginning(upload))
        st.html(describe_preparation(normalize(rgba)))
        drawing = show_picture(rgba)
    else:
        image = as_filling_image(upload)
        _show_steps([*_describe_beginning(upload), *_describe_trimming(upload, image)])
        drawing = show_as_drawing(image)
    _show_way_on(drawing)


@st.cache_data(max_entries=1, scope="session", show_spinner="Reading the picture …")
def _read(content: bytes) -> Upload:
    return read_upload(content)


def _show_way_on(drawing: Drawing) -> None:
    if st.button(
        "Put it through the layers",
        type="primary",
        icon=":material/layers:",
        help="Show on the draw page what the network makes of it.",
    ):
        open_on_draw_page(drawing)


Step = tuple[str, str, bytes]  # name, explanation, PNG


def _describe_beginning(upload: Upload) -> list[Step]:
    height, width = upload.ink.shape
    inversion = "turned inside out" if upload.is_dark_on_light else "as it was"
    return [
        ("As uploaded", f"upright, {width} × {height} pixels", _encode(upload.picture)),
        ("Light on dark", f"{inversion}, its ground taken away", _draw(upload.ink)),
    ]


def _describe_trimming(upload: Upload, image: NDArray[np.float32]) -> list[Step]:
    width, height = upload.box.width, upload.box.height
    return [
        ("Trimmed", f"to {width} × {height} pixels that differ", _draw(upload.cropped)),
        ("Fitted into 28 × 28", "in the middle: this is what it gets", _draw(image[..., 0])),
    ]


def _show_steps(steps: list[Step]) -> None:
    items = "".join(
        f"<li><div class='frame'><img alt='{name}' src='data:image/png;base64,"
        f"{base64.b64encode(png).decode()}' style='width:100%;height:100%;object-fit:contain'>"
        f"</div><b>{name}</b><small>{text}</small></li>"
        for name, text, png in steps
    )
    st.html(
        "<b>From your file to light ink on a dark ground</b>"
        f"<ol class='steps' style='max-width:{STEP_WIDTH_REM * len(steps)}rem'>{items}</ol>"
    )


def _draw(values: NDArray[np.float32]) -> bytes:
    small = Image.fromarray(values)
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BOX)
    return draw_image(np.asarray(small), "gray")


def _encode(picture: NDArray[np.uint8]) -> bytes:
    small, file = Image.fromarray(picture), io.BytesIO()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BOX)
    small.save(file, "PNG")
    return file.getvalue()
