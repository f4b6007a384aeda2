"""A file of pen strokes that is written here; what is read is tested with the evaluation."""

import json

import numpy as np

from mnist_demo.data.pen_file import format_pen_file, parse_pen_file

STROKES = [np.array([[1, 2], [3, 4.26]], np.float32), np.array([[5, 6]], np.float32)]


def test_what_is_written_can_be_read() -> None:
    content = format_pen_file([(7, STROKES), (0, STROKES[:1])])
    first = json.loads(content.splitlines()[0])
    assert first == {"label": 7, "strokes": [[[1.0, 2.0], [3.0, 4.3]], [[5.0, 6.0]]]}
    samples = parse_pen_file(content, "mine")
    assert samples.labels.tolist() == [7, 0]
    assert [len(drawing.strokes) for drawing in samples.drawings] == [2, 1]
