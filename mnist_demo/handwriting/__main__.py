"""``python -m mnist_demo.handwriting PNG``: all ways of writing as one picture, a row for each."""

import argparse
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from mnist_demo.handwriting.drawing import render
from mnist_demo.handwriting.making import NON_DIGIT_VARIANTS, VARIANTS, make_variant

COLUMNS = 12
CANVAS_SIZE = 56
LABEL_WIDTH = 130
FONT_SIZE = 12


def draw_sheet(variants: tuple[str, ...], columns: int = COLUMNS) -> Image.Image:
    """A row for each variant: its name, and ``columns`` drawings of it."""
    size = LABEL_WIDTH + columns * CANVAS_SIZE, len(variants) * CANVAS_SIZE
    sheet, font = Image.new("L", size, 40), ImageFont.load_default(FONT_SIZE)
    pen = ImageDraw.Draw(sheet)
    for row, variant in enumerate(variants):
        pen.text((4, row * CANVAS_SIZE + CANVAS_SIZE // 3), variant, 255, font)
        for column in range(columns):
            drawing = render(make_variant(variant, column, CANVAS_SIZE))
            place = LABEL_WIDTH + column * CANVAS_SIZE, row * CANVAS_SIZE
            sheet.paste(Image.fromarray(drawing[..., 0]), place)
    return sheet


def main(arguments: list[str] | None = None) -> None:
    """Program: draw the digits, or what is not a digit."""
    parser = argparse.ArgumentParser(
        prog="python -m mnist_demo.handwriting",
        description="Draw every way of writing that the networks are trained on.",
    )
    parser.add_argument("picture", type=Path, metavar="PNG")
    parser.add_argument("--non-digits", action="store_true", help="draw what is not a digit")
    options = parser.parse_args(arguments)
    digits = sum(VARIANTS.values(), ())
    draw_sheet(NON_DIGIT_VARIANTS if options.non_digits else digits).save(options.picture)


if __name__ == "__main__":
    main()
