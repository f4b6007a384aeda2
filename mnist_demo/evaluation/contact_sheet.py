"""The misreadings as one picture: the surest ones first, each with what it is and was taken for."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mnist_demo.evaluation.outcome import Outcome
from mnist_demo.evaluation.samples import Samples
from mnist_demo.images import IMAGE_SIDE

COLUMNS = 10
SCALE = 4
SIDE = SCALE * IMAGE_SIDE
CELL = SIDE + 8, SIDE + 24  # pixels of a picture with its caption


def draw_misreadings(outcome: Outcome, samples: Samples, count: int = 50) -> bytes:
    """PNG of up to ``count`` misread digits, each with label, answer and probability."""
    chosen = outcome.select_misread()[:count]
    rows = max(1, -(-len(chosen) // COLUMNS))
    sheet = Image.new("L", (COLUMNS * CELL[0], rows * CELL[1]), 255)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)
    images = samples.images(chosen) if len(chosen) else np.empty((0, IMAGE_SIDE, IMAGE_SIDE, 1))
    for place, (index, image) in enumerate(zip(chosen, images, strict=True)):
        corner = place % COLUMNS * CELL[0] + 4, place // COLUMNS * CELL[1] + 4
        pixels = np.asarray(np.rint(image[..., 0] * 255), np.uint8)
        tile = Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.NEAREST)
        sheet.paste(tile, corner)
        sureness = f"{outcome.probabilities[index]:.0%}"
        text = f"{outcome.labels[index]} as {outcome.answers[index]}, {sureness}"
        pen.text((corner[0], corner[1] + SIDE), text, fill=0, font=font)
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()
