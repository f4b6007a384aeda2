"""All ways of writing as one picture."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist_demo.handwriting import NON_DIGIT_VARIANTS, VARIANTS
from mnist_demo.handwriting.__main__ import CANVAS_SIZE, COLUMNS, LABEL_WIDTH, main

DIGIT_VARIANTS = sum(VARIANTS.values(), ())


@pytest.mark.parametrize(
    ("flags", "variants"), [([], DIGIT_VARIANTS), (["--non-digits"], NON_DIGIT_VARIANTS)]
)
def test_every_variant_has_a_row_of_drawings(
    tmp_path: Path, flags: list[str], variants: tuple[str, ...]
) -> None:
    main([str(tmp_path / "ways.png"), *flags])
    pixels = np.asarray(Image.open(tmp_path / "ways.png"))
    assert pixels.shape == (len(variants) * CANVAS_SIZE, LABEL_WIDTH + COLUMNS * CANVAS_SIZE)
    tiles = pixels[:, LABEL_WIDTH:].reshape(len(variants), CANVAS_SIZE, COLUMNS, CANVAS_SIZE)
    assert (tiles.max(axis=(1, 3)) > 200).all()
