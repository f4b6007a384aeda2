"""What helps with a drawing that a network cannot read as one digit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.app.stage.canvas import CanvasContent, content_of_picture
from mnist_demo.handwriting import find_strokes
from mnist_demo.handwriting.canvas_strokes import CANVAS_SIDE, BrushStroke
from mnist_demo.image.normalization import Normalization
from mnist_demo.image.transforms import place_in_middle, resize
from mnist_demo.language import N_, _
from mnist_demo.reading.classifier import Classify
from mnist_demo.reading.number import Number, NumberDigit, read_number
from mnist_demo.reading.reading import Reading

SMALL = 0.25  # of the canvas's side: below it the brush is too wide for the digit's form
WIDE = 1.3  # times its height: hardly a digit is wider
LIKELY = 0.4  # confidence from which on a number that is not sure is mentioned
MOST_STROKES = 20  # of a number; what has more is parted as a picture is
COARSE = 2  # times smaller: of all its pixels, a number takes twice as long
DIGIT_SIDE = 200  # longer side of a number's digit that is put on the canvas alone
READ = N_("Choose a digit to put it on the stage.")
UNSURE = N_("Perhaps a number, {number}? I am not sure.")
TOO_SMALL = N_("Draw larger: this fills little of the canvas.")


@dataclass(frozen=True)
class Advice:
    """One sentence or two, and the number that is surely drawn; nothing where that is so."""

    text: str = ""
    number: Number | None = None


NO_ADVICE = Advice()


def advise(
    drawing: CanvasContent, steps: Normalization, reading: Reading, classify: Classify
) -> Advice:
    """What can be told from the drawing itself."""
    box = steps.box
    if drawing.image is not None:
        return NO_ADVICE
    if max(box.width, box.height) < SMALL * max(steps.ink.shape):
        return Advice(_(TOO_SMALL))
    strokes = drawing.strokes  # nobody writes a number in one
    may_be_number = reading.rejection_threshold is not None and len(strokes) != 1
    if not may_be_number or not (reading.is_rejected or box.width > WIDE * box.height):
        return NO_ADVICE
    number = _read_number(drawing.rgba, strokes, classify)
    if len(number.digits) == 1 or number.confidence < LIKELY:
        return NO_ADVICE
    if number.is_sure:
        return Advice(_(READ), number)
    return Advice(_(UNSURE).format(number=number.text))


def _read_number(
    rgba: NDArray[np.uint8], strokes: Sequence[BrushStroke], classify: Classify
) -> Number:
    """The number of a drawing (320, 320, 4), or of a picture, which has no strokes."""
    coarse = np.asarray(Image.fromarray(rgba).reduce(COARSE))
    if not 0 < len(strokes) <= MOST_STROKES:
        return read_number(coarse, classify)
    lines = [stroke.flatten() / np.float32(COARSE) for stroke in strokes]
    brushes = [stroke.brush / COARSE for stroke in strokes]
    return read_number(coarse, classify, find_strokes(lines, brushes, CANVAS_SIDE // COARSE))


def draw_alone(digit: NumberDigit) -> CanvasContent:
    """Drawing of one digit of a number, large in the middle of the canvas."""
    factor = DIGIT_SIDE / max(digit.ink.shape)
    height, width = (max(1, round(side * factor)) for side in digit.ink.shape)
    ink = resize(digit.ink, width, height, Image.Resampling.BICUBIC)
    rgba = np.full((CANVAS_SIDE, CANVAS_SIDE, 4), 255, np.uint8)
    rgba[..., :3] = np.rint(place_in_middle(ink, CANVAS_SIDE) * 255)[..., np.newaxis]
    return content_of_picture(rgba)
