"""How well a version reads: accuracy, confusion, calibration and rejections on a data set."""

from mnist_demo.data.pen_file import load_pen_file, parse_pen_file
from mnist_demo.data.samples import (
    DrawnSamples,
    ImageSamples,
    Samples,
    load_test_set,
    make_handwriting,
)
from mnist_demo.evaluation.keeping import find_kept, keep
from mnist_demo.evaluation.measures import (
    Reliability,
    count_confusion,
    find_interval,
    measure_reliability,
)
from mnist_demo.evaluation.outcome import Outcome, evaluate

__all__ = [
    "DrawnSamples",
    "ImageSamples",
    "Outcome",
    "Reliability",
    "Samples",
    "count_confusion",
    "evaluate",
    "find_interval",
    "find_kept",
    "keep",
    "load_pen_file",
    "load_test_set",
    "make_handwriting",
    "measure_reliability",
    "parse_pen_file",
]
