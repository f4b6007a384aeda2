"""A drawing of several digits is cut between them, whether they touch or not."""

from typing import Any

import numpy as np
import pytest

from mnist_demo.handwriting import render_strokes
from mnist_demo.image.normalization import find_ink
from mnist_demo.image.segments import Pieces, find_pieces

ONE = [[60, 60], [60, 180]]
HOUSE = [[100, 60], [180, 60], [180, 180], [100, 180], [100, 60]]


def cut(*strokes: Any, brush: float = 10.0) -> Pieces:
    points = [np.array(stroke, np.float32) for stroke in strokes]
    return find_pieces(find_ink(render_strokes(points, brush)))


def at(pieces: Pieces, *places: Any) -> list[int]:
    """Pieces at those of the places (x, y) where there is one."""
    return [int(pieces.masks[:, y, x].argmax()) for x, y in places if pieces.masks[:, y, x].any()]


def test_ink_that_does_not_hang_together_is_parted_even_where_columns_overlap() -> None:
    pieces = cut([[120, 60], [80, 180]], [[150, 60], [110, 180]])
    assert len(pieces) == 2
    assert at(pieces, (120, 60), (80, 180), (150, 60), (110, 180)) == [0, 0, 1, 1]
    assert pieces.bridges.tolist() == [0]


@pytest.mark.parametrize("brush", [6, 10, 16])
def test_a_thin_bridge_may_be_cut(brush: int) -> None:
    pieces = cut(ONE, HOUSE, [[60, 120], [100, 120]], brush=brush)
    left, right = at(pieces, (60, 70), (180, 70))
    assert left < right
    assert all(bridges > 0 for bridges in pieces.bridges)
    assert at(pieces, (60, 170), (180, 170))[0] <= left


def test_every_inked_pixel_belongs_to_a_piece_and_no_other_does() -> None:
    pieces = cut(ONE, HOUSE)
    ink = find_ink(render_strokes([np.array(ONE, float), np.array(HOUSE, float)], 10.0))
    assert (pieces.masks.sum(axis=0)[ink >= 0.5] == 1).all()
    assert not pieces.masks[:, ink == 0].any()
    assert pieces.masks.any(axis=(1, 2)).all()


def test_a_crumb_belongs_to_what_is_nearest() -> None:
    pieces = cut(ONE, HOUSE, [[78, 150], [78, 150]], brush=7)
    assert at(pieces, (60, 150)) == at(pieces, (78, 150))


def test_specks_are_no_pieces() -> None:
    pieces = cut(HOUSE, [[270, 10], [270, 10]], brush=5)
    assert at(pieces, (270, 10)) == []


def test_a_line_of_one_pixel_is_one_piece() -> None:
    ink = np.zeros((40, 40), np.float32)
    ink[5:35, 20] = 1
    assert len(find_pieces(ink)) == 1
