"""Ten photos of paper: lined, squared, shaded, in pencil, aslant, noisy, and the digit is found."""

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.handwriting import make_variant, render_strokes
from mnist_demo.image.normalization import from_canvas
from mnist_demo.image.upload import as_drawing, read_upload

SIDE = 900
PHOTOS: list[Any] = [  # variant, paper, darkness of the ink, shadow, aslant, width of the pen
    ("2-plain", "blank", 0.8, "none", False, 22),
    ("3-round", "lined", 0.8, "none", False, 18),
    ("4-open", "lined", 0.75, "slope", True, 18),
    ("5-two-strokes", "squared", 0.8, "none", True, 20),
    ("6-curved", "squared", 0.7, "hand", False, 22),
    ("7-crossed", "squared", 0.85, "slope", True, 18),
    ("8-one-stroke", "blank", 0.45, "hand", True, 16),
    ("9-bowed", "lined", 0.55, "hand", True, 18),
    ("0-slashed", "squared", 0.7, "slope", False, 24),
    ("1-upstroke", "lined", 0.8, "hand", True, 22),
]


def photograph(
    variant: str, paper: str, darkness: float, shadow: str, is_aslant: bool, brush: int
) -> tuple[bytes, NDArray[np.uint8]]:
    """JPEG of a sheet with a digit on it, and the digit alone on a canvas."""
    drawing = make_variant(variant, 7)
    points = np.concatenate(drawing.strokes)
    scale = 380 / np.ptp(points, axis=0).max()
    strokes = [(stroke - points.min(axis=0)) * scale + [300, 250] for stroke in drawing.strokes]
    ink = render_strokes(strokes, brush, SIDE)[..., 0] / 255
    sheet = 0.92 * (1 - darkness * ink)
    distance = np.arange(SIDE) % 70
    rule = np.clip(1.5 - np.abs(distance - 35), 0, 1) * 0.28
    if paper != "blank":
        sheet = np.minimum(sheet, 0.92 * (1 - rule[:, None]) + 0 * sheet)
    if paper == "squared":
        sheet = np.minimum(sheet, 0.92 * (1 - rule[None, :]) + 0 * sheet)
    image = Image.fromarray(np.round(sheet * 255).astype(np.uint8))
    alone = Image.fromarray(np.round(ink * 255).astype(np.uint8))
    if is_aslant:
        coefficients = (1.03, 0.05, -40, -0.04, 1.05, 5, 4e-5, 6e-5)
        size, kind = (SIDE, SIDE), Image.Transform.PERSPECTIVE
        bicubic = Image.Resampling.BICUBIC
        image = image.transform(size, kind, coefficients, bicubic, fillcolor=235)
        alone = alone.transform(size, kind, coefficients, bicubic)
    rng = np.random.default_rng(1)
    pixels = np.asarray(image) / 255 * light(shadow) + rng.normal(0, 0.015, (SIDE, SIDE))
    photo, file = Image.fromarray(np.uint8(np.clip(pixels, 0, 1) * 255)), io.BytesIO()
    photo.save(file, "JPEG", quality=80)
    canvas = np.asarray(alone)
    return file.getvalue(), np.dstack([canvas, canvas, canvas, np.full_like(canvas, 255)])


def light(shadow: str) -> NDArray[np.float64]:
    """Brightness of the light on each pixel."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    if shadow == "slope":
        return 0.45 + 0.5 * x * y + 0.1 * y
    if shadow == "hand":
        return 0.95 - 0.4 / (1 + np.exp(-(x + 0.6 * y - 1.05) / 0.03))
    return np.ones((SIDE, SIDE))


@pytest.mark.parametrize("photo", PHOTOS, ids=lambda photo: "-".join(map(str, photo[:4])))
def test_the_digit_on_the_paper_is_the_digit_alone(photo: Any) -> None:
    content, alone = photograph(*photo)
    upload = read_upload(content, is_written=True)
    assert upload.is_dark_on_light
    image, expected = from_canvas(as_drawing(upload))[..., 0], from_canvas(alone)[..., 0]
    moved = [np.roll(image, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    assert min(np.abs(one - expected).mean() for one in moved) < 0.035


@pytest.mark.parametrize("width", [3, 20, 60])
def test_thick_and_thin_strokes_stay_whole(width: int) -> None:
    ink = render_strokes([np.array([[80, 60], [240, 60], [120, 270]], float)], width, 320)
    file = io.BytesIO()
    Image.fromarray(255 - ink[..., 0]).save(file, "PNG")
    image = from_canvas(as_drawing(read_upload(file.getvalue(), is_written=True)))
    assert np.abs(image - from_canvas(ink)).mean() < 0.02
