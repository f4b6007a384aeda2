"""Files of pen strokes: one JSON object a line, with a ``label`` and ``strokes`` of [x, y]."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from mnist_demo.data.catalogue import DRAWINGS
from mnist_demo.data.dataset import Dataset
from mnist_demo.data.samples import NOT_A_DIGIT, DrawnSamples
from mnist_demo.errors import DatasetError
from mnist_demo.handwriting import Drawing, place
from mnist_demo.progress import OnFraction, ignore_fraction

PLACEMENT_SEED = 1
MOST_BYTES = 100_000_000
MOST_SAMPLES = 100_000
MOST_POINTS = 20_000  # of one sample
LARGEST_COORDINATE = 1e6
LEAST_DRAWINGS = 20  # to train on
TEST_EVERY = 5
RENDERED_AT_ONCE = 50


def load_pen_file(path: Path, are_digits: bool = True) -> DrawnSamples:
    """Samples of a file; DatasetError, in one sentence that names the line, where it is broken."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _too_large(path.name)
        with path.open("rb") as file:
            return _read(file, path.name, are_digits)
    except (OSError, ValueError) as error:  # a path with a NUL in it is no path
        why = getattr(error, "strerror", None) or error
        raise DatasetError("{path} cannot be read: {why}.", path=path, why=why) from error


def load_drawings(path: Path, on_fraction: OnFraction = ignore_fraction) -> Dataset:
    """A file's drawings to train on, and every fifth to test on; DatasetError as `load_pen_file`.

    There must be `LEAST_DRAWINGS`.
    """
    samples = load_pen_file(path)
    if len(samples) < LEAST_DRAWINGS:
        raise DatasetError(
            "{name} has {count} drawings: training needs at least {least}.",
            name=path.name,
            count=len(samples),
            least=LEAST_DRAWINGS,
        )
    rows = np.arange(len(samples))
    images = np.empty((len(rows), 28, 28, 1), np.float32)
    for some in np.split(rows, rows[RENDERED_AT_ONCE::RENDERED_AT_ONCE]):
        images[some] = samples.images(some)
        on_fraction((some[-1] + 1) / len(rows))
    is_test = (rows + 1) % TEST_EVERY == 0
    return Dataset(
        DRAWINGS.name,
        images[~is_test],
        samples.labels[~is_test],
        images[is_test],
        samples.labels[is_test],
        hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def parse_pen_file(content: bytes, name: str, are_digits: bool = True) -> DrawnSamples:
    """Samples of a file's content; ``name`` is what errors call it.

    Each sample is placed on a canvas of 280 x 280 at random, always the same for its line: its
    longer side 45 to 85 % of the canvas, the brush 10 to 26 pixels wide.

    Raises DatasetError, in one sentence that names the line, where the content is broken.
    """
    if len(content) > MOST_BYTES:
        raise _too_large(name)
    return _read(BytesIO(content), name, are_digits)


def format_pen_file(samples: Iterable[tuple[int, Iterable[NDArray[np.float32]]]]) -> bytes:
    """Content of a file with these labels, 0 to 9, each with its strokes (n, 2)."""
    lines = [
        {"label": label, "strokes": [np.round(one.astype(float), 1).tolist() for one in strokes]}
        for label, strokes in samples
    ]
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def _read(file: IO[bytes], name: str, are_digits: bool) -> DrawnSamples:
    samples = tuple(_read_lines(file, name, are_digits))
    if not samples:
        raise DatasetError("{name} is empty: it needs one sample a line.", name=name)
    return DrawnSamples(samples)


def _read_lines(file: IO[bytes], name: str, are_digits: bool) -> Iterator[Drawing]:
    for number, line in enumerate(file, start=1):
        if number > MOST_SAMPLES:
            most = f"{MOST_SAMPLES:,}"
            raise DatasetError("{name} has more than {count} lines.", name=name, count=most)
        if line.strip():
            try:
                yield _read_sample(line, number, are_digits)
            except DatasetError as error:
                raise DatasetError(
                    "Line {number} of {name}: {error}", number=number, name=name, error=error
                ) from error


def _read_sample(line: bytes, number: int, are_digits: bool) -> Drawing:
    try:
        sample = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DatasetError("this is not JSON.") from error
    if not isinstance(sample, dict):
        raise DatasetError('it must be an object with "label" and "strokes".')
    label = _read_label(sample.get("label")) if are_digits else NOT_A_DIGIT
    strokes = _read_strokes(sample.get("strokes"))
    return place(strokes, np.random.default_rng((PLACEMENT_SEED, number)), label=label)


def _read_label(label: Any) -> int:
    if isinstance(label, bool) or str(label) not in tuple("0123456789"):
        shown = f"{label!r:.40}"
        raise DatasetError("the label must be a digit from 0 to 9, not {label}.", label=shown)
    return int(label)


def _read_strokes(strokes: Any) -> list[NDArray[np.float32]]:
    if not isinstance(strokes, list) or not strokes:
        raise DatasetError("there are no strokes.")
    arrays = [_read_stroke(stroke) for stroke in strokes]
    if sum(map(len, arrays)) > MOST_POINTS:
        most = f"{MOST_POINTS:,}"
        raise DatasetError("there are more than {count} points.", count=most)
    return arrays


def _read_stroke(stroke: Any) -> NDArray[np.float32]:
    is_stroke = isinstance(stroke, list) and len(stroke) > 0
    if not is_stroke or not all(map(_is_point, stroke)):  # texts could fill NumPy's memory
        raise DatasetError("a stroke must be a list of points [x, y].")
    numbers = (number for point in stroke for number in point)
    if not all(abs(number) <= LARGEST_COORDINATE for number in numbers):  # a NaN is not smaller
        largest = f"{LARGEST_COORDINATE:,.0f}"
        raise DatasetError("a coordinate must be a number up to {largest}.", largest=largest)
    return np.array(stroke, np.float32)


def _is_point(point: Any) -> bool:
    is_pair = isinstance(point, list) and len(point) == 2
    return is_pair and all(type(number) in (int, float) for number in point)


def _too_large(name: str) -> DatasetError:
    return DatasetError("{name} is larger than {size} MB.", name=name, size=MOST_BYTES // 1_000_000)
