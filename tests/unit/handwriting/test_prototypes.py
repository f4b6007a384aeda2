"""Every way of writing in the data files can be read, and drawn."""

import hashlib

import numpy as np
import pytest

from mnist_demo.handwriting import VARIANTS, make_digits, make_non_digits, render_strokes
from mnist_demo.handwriting.curves import trace
from mnist_demo.handwriting.deform import write
from mnist_demo.handwriting.grammar import choose, sketch
from mnist_demo.handwriting.prototypes import DIGITS, LETTERS, PARTS, SIGNS
from mnist_demo.image.normalization import from_canvas

TABLES = {"digits": DIGITS, "letters": LETTERS, "signs": SIGNS}
HANDS = 4


@pytest.mark.parametrize("table", TABLES)
def test_every_way_is_read_and_drawn(table: str) -> None:
    rng = np.random.default_rng(1)
    for name, ways in TABLES[table].items():
        assert ways, name
        for way in ways:
            strokes = sketch(choose(way, PARTS, rng), HANDS, rng)
            assert all(stroke.points.shape[0] == HANDS for stroke in strokes), way
            assert all(stroke.points.shape[1] >= 2 for stroke in strokes), way
            lines = [trace(stroke.points, stroke.is_corner) for stroke in strokes]
            points = np.concatenate(lines, axis=1)
            assert points.min() > -25, way
            assert points.max() < 130, way
            image = from_canvas(render_strokes([2 * line[0] + 60 for line in lines], 16, 330))
            assert 8 < image.sum() < 300, way
            (written,) = write(way, 1, rng)
            assert written


def test_every_part_is_used() -> None:
    ways = " ".join(way for ways in DIGITS.values() for way in ways)
    assert all(f"<{name}>" in ways + " ".join(PARTS.values()) for name in PARTS)


def test_there_are_ways_of_all_ten_digits_and_of_many_other_things() -> None:
    assert all(len(names) >= 5 for names in VARIANTS.values())
    assert sum(len(names) for names in VARIANTS.values()) == len(DIGITS) == 82
    assert (len(LETTERS), len(SIGNS)) == (67, 31)


def test_a_seed_gives_the_drawings_that_it_has_always_given() -> None:
    """Weights that ship were trained on them, and measures that are told were made on them."""
    drawings = make_digits(300, 7) + make_non_digits(300, 7)
    variants = " ".join(drawing.variant for drawing in drawings)
    assert hashlib.sha256(variants.encode()).hexdigest()[:8] == "afc61550"
    points = np.concatenate([np.concatenate(drawing.strokes) for drawing in drawings])
    assert len(points) == 46082
    assert points.mean(axis=0, dtype=float) == pytest.approx((140.670121, 134.306194), abs=1e-4)
    assert points.std(axis=0, dtype=float) == pytest.approx((58.208402, 61.720090), abs=1e-4)
    brushes = [drawing.brush for drawing in drawings]
    assert np.mean(brushes) == pytest.approx(17.77965686, abs=1e-6)
