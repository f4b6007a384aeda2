"""A file of pen strokes that is written here; what is read is tested with the evaluation."""

import json
from typing import Any

import numpy as np
import pytest

from mnist_demo.data.pen_file import format_pen_file, parse_pen_file
from mnist_demo.errors import DatasetError

STROKES = [np.array([[1, 2], [3, 4.26]], np.float32), np.array([[5, 6]], np.float32)]


def test_what_is_written_can_be_read() -> None:
    content = format_pen_file([(7, STROKES), (0, STROKES[:1])])
    first = json.loads(content.splitlines()[0])
    assert first == {"label": 7, "strokes": [[[1.0, 2.0], [3.0, 4.3]], [[5.0, 6.0]]]}
    samples = parse_pen_file(content, "mine")
    assert samples.labels.tolist() == [7, 0]
    assert [len(drawing.strokes) for drawing in samples.drawings] == [2, 1]


@pytest.mark.parametrize(
    "stroke",
    [
        ["x" * 1_000_000, *["y"] * 100_000],  # NumPy would give each text as much room
        [[1, "2"]],
        [[1, True]],
        [[1, 2, 3]],
        [1, 2],
        [],
        "12",
    ],
)
def test_what_is_no_stroke_is_told_by_its_line(stroke: Any) -> None:
    content = json.dumps({"label": 7, "strokes": [stroke]}).encode()
    with pytest.raises(DatasetError, match="Line 1 of mine: a stroke must be a list of points"):
        parse_pen_file(content, "mine")
