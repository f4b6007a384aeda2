"""The misreadings as one picture: the surest ones first, each with what it is and was taken for."""

import io
import textwrap

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mnist_demo.data.samples import Samples
from mnist_demo.evaluation.outcome import Outcome
from mnist_demo.image.normalization import IMAGE_SIDE

COLUMNS = 10
SCALE = 4
SIDE = SCALE * IMAGE_SIDE
MARGIN = 4
CELL_WIDTH = SIDE + 2 * MARGIN
FONT_SIZE = 14
LINE_HEIGHT = 16
LONGEST_LINE = 16  # characters below a picture


def draw_misreadings(
    outcome: Outcome, samples: Samples, class_names: tuple[str, ...], count: int = 50
) -> bytes:
    """PNG of up to ``count`` misread samples, each with label, answer and probability."""
    chosen = outcome.select_misread()[:count]
    captions = [caption(outcome, index, class_names) for index in chosen.tolist()]
    lines = max((text.count("\n") + 1 for text in captions), default=1)
    cell_height = SIDE + 2 * MARGIN + lines * LINE_HEIGHT
    rows = max(1, -(-len(chosen) // COLUMNS))
    sheet = Image.new("L", (COLUMNS * CELL_WIDTH, rows * cell_height), 255)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(FONT_SIZE)
    images = samples.images(chosen) if len(chosen) else np.empty((0, IMAGE_SIDE, IMAGE_SIDE, 1))
    for place, (text, image) in enumerate(zip(captions, images, strict=True)):
        row, column = divmod(place, COLUMNS)
        corner = column * CELL_WIDTH + MARGIN, row * cell_height + MARGIN
        pixels = np.asarray(np.rint(image[..., 0] * 255), np.uint8)
        tile = Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.NEAREST)
        sheet.paste(tile, corner)
        pen.text((corner[0], corner[1] + SIDE), text, fill=0, font=font, spacing=2)
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def caption(outcome: Outcome, index: int, class_names: tuple[str, ...]) -> str:
    """What a sample is and was taken for, and how surely, in lines that fit below its picture."""
    label, answer = class_names[outcome.labels[index]], class_names[outcome.answers[index]]
    text = f"{label} as {answer}, {outcome.probabilities[index]:.0%}"
    return textwrap.fill(text, LONGEST_LINE, break_on_hyphens=False)
