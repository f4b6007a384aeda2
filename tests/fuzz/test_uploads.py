"""Uploaded pictures, damaged and crafted: what can be read of them is sound, or a sentence."""

import io
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mnist_demo.errors import UploadError
from mnist_demo.image.normalization import check_images, normalize
from mnist_demo.image.upload import (
    LONGEST_SIDE,
    ORIENTATION,
    as_drawing,
    as_filling_image,
    read_upload,
)
from tests.fuzz.crafted import damaged

PIXELS = np.full((24, 20, 4), 255, np.uint8)
PIXELS[6:18, 8:11, :3] = 20
PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, content: bytes) -> bytes:
    """A part of a PNG file."""
    checksum = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + checksum


END = chunk(b"IEND", b"")


def encode(kind: str, mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    picture = Image.fromarray(PIXELS).convert(mode)
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    picture.save(file, kind, exif=exif)
    return file.getvalue()


PICTURES = [
    *(encode("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    *(encode("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
    *(encode("WEBP", mode) for mode in ("RGB", "RGBA")),
    encode("GIF", "P"),
]


def read(content: bytes, is_written: bool) -> None:
    with suppress(UploadError):
        upload = read_upload(content, is_written)
        height, width, _ = upload.picture.shape
        assert 0 < height <= LONGEST_SIDE
        assert 0 < width <= LONGEST_SIDE
        assert upload.ink.shape == (height, width)
        assert upload.ink.min() >= 0
        assert upload.ink.max() == 1
        check_images(as_filling_image(upload)[np.newaxis])
        check_images(normalize(as_drawing(upload)).image[np.newaxis])


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # of damage, on the way to the error
@given(st.sampled_from(PICTURES).flatmap(damaged) | st.binary(), st.booleans())
def test_a_damaged_picture(content: bytes, is_written: bool) -> None:
    read(content, is_written)


@st.composite
def crafted_pngs(draw: st.DrawFn) -> bytes:
    """PNGs whose checksums are right, whatever they say."""
    sides = st.integers(0, 40) | st.sampled_from([1, 20_000, 20_001, 2**31, 2**32 - 1])
    few = st.sampled_from([0, 1, 2, 3, 4, 6, 8, 16, 255])
    header = struct.pack(">II5B", draw(sides), draw(sides), *(draw(few) for _ in range(5)))
    extra = [
        chunk(draw(st.sampled_from([b"PLTE", b"tRNS", b"eXIf", b"iCCP", b"zTXt", b"acTL"])),
              draw(st.binary(max_size=40)))
        for _ in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    pixels = zlib.compress(draw(st.binary(max_size=400)) + bytes(draw(st.integers(0, 20_000))))
    chunks = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", pixels), END]
    return PNG_HEAD + b"".join(chunks)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@given(crafted_pngs(), st.booleans())
def test_a_crafted_picture(content: bytes, is_written: bool) -> None:
    read(content, is_written)
