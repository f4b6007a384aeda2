"""An uploaded picture becomes a digit image: read, set upright, its ink told from its background.

What is uploaded is hostile until shown otherwise: sizes are looked at before anything is decoded,
and one picture is decoded at a time.
"""

import io
import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from mnist_demo.errors import UploadError
from mnist_demo.image.normalization import (
    FAINTEST_CONTRAST,
    IMAGE_SIDE,
    INK_THRESHOLD,
    LUMINANCE,
    Box,
    find_box,
)
from mnist_demo.image.paper import find_darkness, has_dark_strokes
from mnist_demo.image.transforms import place_in_middle, resize_longer_side

ORIENTATION = 0x0112  # EXIF's number for how the camera was held
MOST_BYTES = 20_000_000
MOST_DECODING_BYTES = 500_000_000
BYTES_PER_PIXEL = {"PNG": 10, "JPEG": 10, "WEBP": 17}  # what the decoders take at most, measured
MOST_ROWS = 20_000  # a row takes memory of its own, however short it is; so for columns
LONGEST_SIDE = 1024  # pixels; what is larger is made smaller, which takes noise away too
DRAWING_SIDE = 320
DRAWN_SIDE = 280  # longer side of the ink in it
SOLID_FRACTION = 0.9  # a picture with less opaque area than this is ink on a transparent background
FAINTEST_INK = 0.12  # fraction of the contrast that paper, shadow and compression may have
PEAK = 0.995  # the quantile of the ink's brightness that becomes 1

Grey = NDArray[np.float32]  # (height, width) in [0, 1]

_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Upload:
    """A picture that somebody uploaded.

    Attributes
    ----------
    picture
        (height, width, 4) uint8, upright, longer side at most `LONGEST_SIDE`.
    ink
        (height, width) float32 in [0, 1], light on dark: how much each pixel differs from the
        background.
    is_dark_on_light
        Whether the picture was dark on light, so that it had to be inverted.
    box
        Where the ink is.
    """

    picture: NDArray[np.uint8]
    ink: Grey
    is_dark_on_light: bool
    box: Box

    @property
    def cropped(self) -> Grey:
        """The ink within its box."""
        return self.box.crop(self.ink)


def read_upload(content: bytes, is_written: bool = False) -> Upload:
    """Upload from the bytes of a PNG, JPEG or WebP file.

    ``is_written`` says that the picture shows strokes: dark ones are then looked for on paper, with
    its shadows and printed lines.
    Raises UploadError, in one sentence, for what is broken, too large, blank or no picture.
    """
    picture = decode(content)
    grey = flatten(picture)
    if is_written and has_dark_strokes(grey):
        ink, is_dark_on_light = separate_strokes(grey), True
    else:
        ink, is_dark_on_light = separate_ink(grey)
    return Upload(picture, ink, is_dark_on_light, find_box(ink))


def decode(content: bytes) -> NDArray[np.uint8]:
    """Picture (height, width, 4) uint8, turned upright; the first one of an animation.

    Raises UploadError for what is broken, too large or no picture.
    """
    if len(content) > MOST_BYTES:
        raise UploadError(
            "This file is larger than {size} MB: too large.", size=MOST_BYTES // 1_000_000
        )
    try:
        with (
            _one_at_a_time,
            Image.open(io.BytesIO(content), formats=tuple(BYTES_PER_PIXEL)) as image,
        ):
            _check_size(image)
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded smaller at once
            orientation = image.getexif().get(ORIENTATION, 1)
            small = _shrink(_with_eight_bits(image))
            small.getexif()[ORIENTATION] = orientation
            return np.asarray(ImageOps.exif_transpose(small).convert("RGBA"))
    except UploadError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(min(map(_count_most, BYTES_PER_PIXEL))) from error
    except UnidentifiedImageError as error:
        raise UploadError(
            "This file is not a picture that can be read: choose a PNG, JPEG or WebP file."
        ) from error
    except Exception as error:  # a damaged picture raises nearly anything
        raise UploadError("This picture is damaged and cannot be read: try a copy.") from error


def flatten(picture: NDArray[np.uint8]) -> Grey:
    """Brightness of a picture (height, width, 4) before a background where it is transparent.

    Ink on a transparent background gets a background of the other extreme. A picture with
    transparent corners gets its own colour there.
    """
    brightness = picture[..., :3].astype(np.float32) @ np.array(LUMINANCE, np.float32) / 255
    opacity = picture[..., 3].astype(np.float32) / 255
    if not opacity.any():
        raise _blank()
    typical = float(np.median(brightness[opacity > opacity.max() / 2]))
    background = typical if opacity.mean() > SOLID_FRACTION else float(typical < 0.5)
    return np.asarray(opacity * brightness + (1 - opacity) * np.float32(background), np.float32)


def separate_ink(grey: Grey) -> tuple[Grey, bool]:
    """Difference of each pixel from the background, in [0, 1], and whether the ink is the darker.

    The background is a plane through the brightness of the picture's edge, for light seldom falls
    evenly.
    Raises UploadError where nothing stands out.
    """
    difference = grey - find_background(grey)
    faint = np.float32(FAINTEST_CONTRAST)
    lighter = float(np.maximum(difference - faint, 0).sum())
    darker = float(np.maximum(-difference - faint, 0).sum())
    if lighter == 0 and darker == 0:
        raise _blank()
    is_dark_on_light = darker > lighter
    return _stretch(-difference if is_dark_on_light else difference), is_dark_on_light


def separate_strokes(grey: Grey) -> Grey:
    """Dark strokes on paper, in [0, 1], without its shadows and printed lines.

    Raises UploadError where there are none.
    """
    return _stretch(find_darkness(grey))


def _stretch(ink: Grey) -> Grey:
    """Ink whose peak is 1 and whose faintest part is 0."""
    strong = ink[ink > FAINTEST_CONTRAST]
    if not len(strong):
        raise _blank()
    peak = float(np.quantile(strong, PEAK))
    ink = np.where(ink > FAINTEST_INK * peak, ink / np.float32(peak), 0)
    return np.asarray(np.clip(ink, 0, 1), np.float32)


def find_background(grey: Grey) -> Grey:
    """Plane through the outermost pixels, but for those that are far from their median."""
    height, width = grey.shape
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, width), np.linspace(-0.5, 0.5, height))
    is_edge = np.ones(grey.shape, np.bool_)
    is_edge[1:-1, 1:-1] = False
    median = np.quantile(grey[is_edge], 0.5, method="nearest")  # one of them: some lie near it
    used = is_edge & (np.abs(grey - median) < INK_THRESHOLD)
    terms = np.stack([x[used], y[used], np.ones(used.sum())], axis=-1)
    slope_x, slope_y, level = np.linalg.lstsq(terms, grey[used], rcond=None)[0]
    return np.asarray(slope_x * x + slope_y * y + level, np.float32)


def as_drawing(upload: Upload) -> NDArray[np.uint8]:
    """The ink as a drawing (320, 320, 4) uint8, 280 pixels long at most, for `normalize`.

    It is enlarged by whole factors only: rounding its size twice would change its proportions.
    """
    longer_side = max(upload.cropped.shape)
    drawn_side = min(longer_side * max(1, DRAWN_SIDE // longer_side), DRAWN_SIDE)
    ink = place_in_middle(resize_longer_side(upload.cropped, drawn_side), DRAWING_SIDE)
    canvas = np.full((DRAWING_SIDE, DRAWING_SIDE, 4), 255, np.uint8)
    canvas[..., :3] = np.rint(ink * 255)[..., None]
    return canvas


def as_filling_image(upload: Upload) -> NDArray[np.float32]:
    """Image (28, 28, 1) in [0, 1] that the ink fills, as Fashion-MNIST's pictures do.

    Trimmed, inverted where it was dark on light, the longer side 28 pixels, in the middle
    (Xiao, Rasul and Vollgraf, "Fashion-MNIST", 2017).
    """
    fitted = resize_longer_side(upload.cropped, IMAGE_SIDE)
    return place_in_middle(fitted, IMAGE_SIDE)[..., np.newaxis]


def _check_size(image: Image.Image) -> None:
    most = _count_most(image.format or "")
    if image.width * image.height > most:
        raise _too_many_pixels(most)
    if max(image.size) > MOST_ROWS:
        raise UploadError(
            "This picture is more than {count} pixels long: too long.", count=f"{MOST_ROWS:,}"
        )


def _with_eight_bits(image: Image.Image) -> Image.Image:
    """A picture in a mode that can be made smaller and more transparent.

    One with 16 bits of grey is made smaller before, as its numbers take several times its memory.
    """
    if image.mode.startswith(("I", "F")):
        levels = np.asarray(_shrink(image), np.float32) / 257
        return Image.fromarray(np.rint(np.clip(levels, 0, 255)).astype(np.uint8))
    return image if image.mode in ("L", "LA", "RGB", "RGBA") else image.convert("RGBA")


def _shrink(image: Image.Image) -> Image.Image:
    """The picture, its longer side at most `LONGEST_SIDE`; `thumbnail` cannot do 16 bits."""
    scale = min(1, LONGEST_SIDE / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX)


def _count_most(kind: str) -> int:
    """Pixels of the largest picture of a format that is decoded."""
    return MOST_DECODING_BYTES // BYTES_PER_PIXEL[kind]


def _too_many_pixels(most: int) -> UploadError:
    return UploadError(
        "This picture has more than {count} million pixels: too many.", count=most // 1_000_000
    )


def _blank() -> UploadError:
    return UploadError("This picture is blank: nothing in it stands out from its background.")
