"""Picture files of anybody's: the same digit however it was photographed, and hostile files."""

import io
import struct
import subprocess
import sys
import threading
import time
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.app.stage.canvas import load_examples
from mnist_demo.errors import UploadError
from mnist_demo.image import upload as uploads
from mnist_demo.image.normalization import find_centre_of_mass, from_canvas, normalize
from mnist_demo.image.upload import as_drawing, as_filling_image, decode, flatten, read_upload
from mnist_demo.paths import PROJECT

ORIENTATION = 0x0112

UPRIGHT_FROM = {  # EXIF's number, and how the upright picture lies in the file
    1: lambda a: a,
    2: np.fliplr,
    3: lambda a: np.rot90(a, 2),
    4: np.flipud,
    5: lambda a: np.swapaxes(a, 0, 1),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: np.swapaxes(np.rot90(a, 2), 0, 1),
    8: lambda a: np.rot90(a, -1),
}


def save(pixels: NDArray[Any], kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, kind, **options)
    return file.getvalue()


@pytest.fixture(scope="module", params=["2", "4", "7"])
def drawing(request: pytest.FixtureRequest) -> NDArray[np.uint8]:
    """A drawing on the canvas, (320, 320, 4) uint8, light on dark."""
    return load_examples()[request.param].rgba


@pytest.fixture
def grey(drawing: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Light ink on black, (320, 320) uint8."""
    return drawing[..., 0]


def assert_same(content: bytes, drawing: NDArray[np.uint8]) -> None:
    """The upload gives the image that the drawing on the canvas gives, within a pixel."""
    image = normalize(as_drawing(read_upload(content))).image[..., 0]
    expected = from_canvas(drawing)[..., 0]
    moved = [np.roll(image, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    assert min(np.abs(one - expected).mean() for one in moved) < 0.02
    assert np.hypot(*np.subtract(find_centre_of_mass(image), find_centre_of_mass(expected))) < 1


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("is_dark", [True, False])
def test_a_digit_is_the_same_in_each_format_and_both_polarities(
    grey: NDArray[np.uint8], drawing: NDArray[np.uint8], kind: str, is_dark: bool
) -> None:
    content = save(255 - grey if is_dark else grey, kind)
    assert read_upload(content).is_dark_on_light == is_dark
    assert_same(content, drawing)


@pytest.mark.parametrize("orientation", UPRIGHT_FROM)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_turned_camera_is_turned_back(
    grey: NDArray[np.uint8], drawing: NDArray[np.uint8], orientation: int, kind: str
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    content = save(UPRIGHT_FROM[orientation](255 - grey), kind, exif=exif)
    assert_same(content, drawing)


@pytest.mark.parametrize("brightness", [0, 60, 200, 255])
def test_ink_on_a_transparent_background(
    grey: NDArray[np.uint8], drawing: NDArray[np.uint8], brightness: int
) -> None:
    pixels = np.full((*grey.shape, 4), brightness, np.uint8)
    pixels[..., 3] = grey
    assert_same(save(pixels), drawing)
    assert_same(save(pixels, "WEBP", lossless=True), drawing)


def test_transparent_corners_of_a_card_do_not_count(
    grey: NDArray[np.uint8], drawing: NDArray[np.uint8]
) -> None:
    pixels = np.dstack([255 - grey] * 3 + [np.full_like(grey, 255)])
    pixels[:5, :5, 3] = pixels[-5:, -5:, 3] = 0
    assert_same(save(pixels), drawing)


@pytest.mark.parametrize("factor", [0.5, 2, 8])
def test_size_does_not_matter(
    grey: NDArray[np.uint8], drawing: NDArray[np.uint8], factor: float
) -> None:
    side = round(len(grey) * factor)
    large = Image.fromarray(255 - grey).resize((side, side), Image.Resampling.BICUBIC)
    assert_same(save(np.asarray(large)), drawing)


def test_a_digit_in_the_corner_of_a_large_sheet(
    grey: NDArray[np.uint8], drawing: NDArray[np.uint8]
) -> None:
    sheet = np.full((900, 2500), 255, np.uint8)
    sheet[560:880, 20:340] -= grey
    assert_same(save(sheet), drawing)


def test_a_photo_of_grey_paper_in_uneven_light_with_noise(
    grey: NDArray[np.uint8], drawing: NDArray[np.uint8]
) -> None:
    rng = np.random.default_rng(4)
    rows, columns = np.indices(grey.shape) / len(grey)
    paper = 190 - 40 * columns + 20 * rows
    photo = paper * (1 - 0.75 * grey / 255.0) + rng.normal(0, 3, grey.shape)
    content = save(np.clip(photo, 0, 255).astype(np.uint8), "JPEG", quality=80)
    assert_same(content, drawing)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_all_modes_that_files_come_in(
    grey: NDArray[np.uint8], drawing: NDArray[np.uint8], mode: str
) -> None:
    image = Image.fromarray(255 - grey)
    if mode == "I;16":
        image = Image.fromarray((255 - grey).astype(np.uint16) * 257)
    file = io.BytesIO()
    (image if mode == "I;16" else image.convert(mode)).save(
        file, "JPEG" if mode == "CMYK" else "PNG"
    )
    assert_same(file.getvalue(), drawing)


def test_only_the_first_picture_of_an_animation_counts(
    grey: NDArray[np.uint8], drawing: NDArray[np.uint8]
) -> None:
    file, first = io.BytesIO(), Image.fromarray(grey)
    others = [Image.fromarray(np.flipud(grey))]
    first.save(file, "WEBP", save_all=True, append_images=others, lossless=True)
    assert_same(file.getvalue(), drawing)


def test_clothing_fills_its_image() -> None:
    shoe = np.zeros((300, 500), np.uint8)
    shoe[200:260, 100:440] = 180
    shoe[80:260, 100:200] = 120
    image = as_filling_image(read_upload(save(255 - shoe)))
    assert image.shape == (28, 28, 1)
    assert image.dtype == np.float32
    columns, rows = np.flatnonzero(image.any(axis=(0, 2))), np.flatnonzero(image.any(axis=(1, 2)))
    assert (columns[0], columns[-1]) == (0, 27)
    assert len(rows) == pytest.approx(28 * 180 / 340, abs=1)
    assert abs((rows[0] + rows[-1]) / 2 - 13.5) <= 0.5
    assert image.max() == 1


def test_a_picture_of_the_clothing_data_set_is_light_on_dark_already() -> None:
    body = np.zeros((28, 28), np.uint8)
    body[2:27, 4:25] = 200
    upload = read_upload(save(np.kron(body, np.ones((10, 10), np.uint8))))
    assert not upload.is_dark_on_light


def png_chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def png_claiming(width: int, height: int, bits: int = 8) -> bytes:
    """A PNG of a few bytes that says it is this large."""
    header = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def jpeg_claiming(width: int, height: int) -> bytes:
    content = bytearray(save(np.zeros((16, 16), np.uint8), "JPEG"))
    start = content.index(b"\xff\xc0") + 5
    content[start : start + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def webp_claiming(width: int, height: int) -> bytes:
    content = bytearray(save(np.zeros((16, 16), np.uint8), "WEBP", lossless=True))
    start = content.index(b"VP8L") + 9  # behind the chunk's size and its signature
    bits = int.from_bytes(content[start : start + 4], "little") >> 28
    packed = (width - 1) | (height - 1) << 14 | bits << 28
    content[start : start + 4] = packed.to_bytes(4, "little")
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        png_claiming(8000, 8000),
        png_claiming(10_000, 10_000),
        png_claiming(2**31 - 1, 2**31 - 1),
        png_claiming(60_000_000, 1, bits=1),
        jpeg_claiming(65_500, 65_500),
        webp_claiming(16_383, 16_383),
        webp_claiming(8000, 8000),
    ],
    ids=["64 million", "Pillow's warning", "largest", "one row", "JPEG", "WebP", "WebP of 64"],
)
def test_a_bomb_is_rejected_before_it_is_decoded(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("it was decoded"))
    start_s = time.monotonic()
    with pytest.raises(UploadError, match=r"more than (50|29) million pixels"):
        read_upload(content)
    assert time.monotonic() - start_s < 1


@pytest.mark.parametrize("size", [(1, 50_000_000), (50_000_000, 1), (20_001, 20)])
def test_what_is_too_long_is_rejected_before_it_is_decoded(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(UploadError, match="more than 20,000 pixels long"):
        read_upload(png_claiming(*size))


MEASURE = """
import re, sys
from pathlib import Path
from mnist_demo.image.upload import decode

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024

content = sys.stdin.buffer.read()
before = peak()
decode(content)
print(peak() - before)
"""


@pytest.mark.parametrize(("mode", "kind"), [("LA", "PNG"), ("P", "PNG"), ("RGBA", "WEBP")])
def test_the_largest_pictures_take_no_more_memory_than_is_promised(mode: str, kind: str) -> None:
    size = (16_000, 1838) if kind == "WEBP" else (2500, 20_000)
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind, lossless=True, compress_level=1, method=0)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], input=file.getvalue(), cwd=PROJECT,
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    assert int(done.stdout) < uploads.MOST_DECODING_BYTES


def test_one_picture_is_decoded_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    content, shrink, decoding, most = (
        save(np.eye(30, dtype=np.uint8) * 255),
        uploads._shrink,
        [],
        [],
    )

    def shrink_slowly(image: Image.Image) -> Image.Image:
        decoding.append(image)
        most.append(len(decoding))
        threading.Event().wait(0.01)
        decoding.pop()
        return shrink(image)

    monkeypatch.setattr(uploads, "_shrink", shrink_slowly)
    with ThreadPoolExecutor() as threads:
        list(threads.map(decode, [content] * 5))
    assert most == [1] * 5


def test_a_large_file_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    with pytest.raises(UploadError, match="too large"):
        read_upload(save(np.zeros((20, 20), np.uint8)))


@pytest.mark.parametrize(
    "content",
    [b"", b"nonsense", b"%PDF-1.7\n", b"<svg xmlns='http://www.w3.org/2000/svg'/>", bytes(5000)],
)
def test_what_is_no_picture(content: bytes) -> None:
    with pytest.raises(UploadError, match="not a picture that can be read"):
        read_upload(content)


@pytest.mark.parametrize("kind", ["GIF", "EPS", "TIFF", "BMP", "PPM", "PDF", "ICO", "JPEG2000"])
def test_other_formats_are_not_even_tried(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = save(np.eye(20, dtype=np.uint8) * 255, kind)
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("decoded"))
    with pytest.raises(UploadError, match="not a picture that can be read"):
        read_upload(content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_broken_files_give_one_sentence_or_a_picture(kind: str) -> None:
    rng = np.random.default_rng(5)
    content = save(rng.integers(0, 256, (64, 64), np.uint8), kind)
    outcomes = set()
    for trial in range(60):
        broken = bytearray(content)
        if trial % 2:
            broken = broken[: int(rng.integers(1, len(broken)))]
        else:
            for place in rng.integers(0, len(broken), 8):
                broken[place] = rng.integers(0, 256)
        try:
            picture = decode(bytes(broken))
            assert picture.shape[2] == 4
            outcomes.add("picture")
        except UploadError as error:
            outcomes.add(str(error))
    sentences = outcomes - {"picture"}
    assert sentences
    assert all(sentence.count(".") == 1 for sentence in sentences)


@pytest.mark.parametrize("level", [0, 90, 255])
@pytest.mark.parametrize("shape", [(1, 1), (50, 60), (1, 700), (700, 1)])
def test_a_blank_picture(level: int, shape: tuple[int, int]) -> None:
    with pytest.raises(UploadError, match="is blank"):
        read_upload(save(np.full(shape, level, np.uint8)))


def test_a_transparent_picture_is_blank() -> None:
    with pytest.raises(UploadError, match="is blank"):
        read_upload(save(np.zeros((30, 30, 4), np.uint8)))


@pytest.mark.parametrize("shape", [(2, 2), (1, 400), (400, 1), (2, 3000)])
def test_odd_shapes_with_something_in_them(shape: tuple[int, int]) -> None:
    pixels = np.zeros(shape, np.uint8)
    pixels.flat[0] = 255
    upload = read_upload(save(pixels))
    assert normalize(as_drawing(upload)).image.max() == 1
    assert as_filling_image(upload).shape == (28, 28, 1)


def test_a_picture_is_made_no_larger_than_needed() -> None:
    picture = decode(save(np.eye(3000, 2000, dtype=np.uint8) * 255))
    assert max(picture.shape) == uploads.LONGEST_SIDE


def test_sixteen_bits_are_made_smaller_before_anything_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "LONGEST_SIDE", 100)
    rows, columns = np.indices((1000, 800))
    levels = (60 * rows + 7 * columns).astype(np.uint16)
    content = save(levels)
    tracemalloc.start()
    picture = decode(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < levels.nbytes
    assert picture.shape == (100, 80, 4)
    expected = levels.reshape(100, 10, 80, 10).mean(axis=(1, 3)) / 257
    np.testing.assert_allclose(picture[..., 0], expected, atol=0.51)


def test_sixteen_bits_of_a_small_picture_are_rounded_to_eight() -> None:
    levels = np.arange(0, 65_536, 13, dtype=np.uint16)[:4900].reshape(70, 70)
    np.testing.assert_allclose(decode(save(levels))[..., 0], levels / 257, atol=0.5)


@pytest.mark.parametrize("shape", [(3000, 1), (1, 3000), (3000, 2000)])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_the_longer_side_is_bounded_and_the_shorter_one_stays(
    shape: tuple[int, int], kind: type
) -> None:
    picture = decode(save(np.zeros(shape, kind)))
    assert max(picture.shape) == uploads.LONGEST_SIDE
    assert min(picture.shape[:2]) == max(1, round(min(shape) * uploads.LONGEST_SIDE / 3000))


def test_flattening_leaves_opaque_pictures_alone() -> None:
    pixels = np.full((3, 3, 4), 255, np.uint8)
    pixels[1, 1, :3] = 0
    np.testing.assert_allclose(flatten(pixels), 1 - np.pad([[1]], 1), atol=1e-6)
