"""Accuracy of the reader, and the time of one reading and of its pictures."""

import io
from functools import partial
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.timing import median_times
from mnist_demo.evaluation import load_pen_file
from mnist_demo.explain.attribution import METHODS, Attributor
from mnist_demo.explain.values import Target
from mnist_demo.figures.pixels import draw_activation
from mnist_demo.handwriting import render
from mnist_demo.reading.reader import Reader
from mnist_demo.reading.reading import Reading


def compare_preparations(reader: Reader, pen_file: Path) -> dict[str, float]:
    """Accuracies in [0, 1] on pen strokes: resized only, and through `from_canvas`."""
    pen = load_pen_file(pen_file)
    resized = np.stack([resize_only(render(drawing)) for drawing in pen.drawings])
    return {
        "accuracy_pen_resized": accuracy(reader, resized, pen.labels),
        "accuracy_pen": accuracy(reader, pen.images(np.arange(len(pen))), pen.labels),
    }


def accuracy(reader: Reader, images: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    return float((reader.read_batch(images).argmax(axis=1) == labels).mean())


def resize_only(rgba: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What most demos do: the whole canvas, made smaller."""
    small = Image.fromarray(rgba).convert("L").resize((28, 28), Image.Resampling.BOX)
    return np.asarray(small, np.float32)[..., np.newaxis] / np.float32(255)


def compare_reading(reader: Reader, image: NDArray[np.float32]) -> dict[str, float]:
    """Median milliseconds of one reading: ours and ``model.predict``."""
    ways = {
        "read": lambda: reader.read(image),
        "predict": lambda: reader.model.predict(image[np.newaxis], verbose=0),
    }
    return median_times(ways, repeats=30)


def compare_pictures(reading: Reading) -> dict[str, float]:
    """Median milliseconds of all layers' pictures: ours and one Matplotlib figure a layer."""
    activations = list(reading.activations.values())
    ways = {
        "ours": lambda: [draw_activation(activation) for activation in activations],
        "matplotlib": lambda: [draw_with_matplotlib(activation) for activation in activations],
    }
    return median_times(ways, repeats=5, warm_ups=1)


def measure_attributions(reader: Reader, image: NDArray[np.float32]) -> dict[str, float]:
    """Median milliseconds of each way to say which pixels count, after a warm-up."""
    attributor = Attributor(reader.model)
    target = Target(reader.read(image).digit)
    ways = {name: partial(method, attributor, image, target) for name, method in METHODS.items()}
    return median_times(ways, repeats=10)


def draw_with_matplotlib(activation: NDArray[np.float32]) -> bytes:
    """A grid of maps as one image, or a line plot: the tutorials' way to show a layer."""
    figure, axes = plt.subplots()
    if activation.ndim == 3:
        axes.imshow(tile_standardised(activation), aspect="auto", cmap="viridis")
        axes.grid(visible=False)
    else:
        axes.plot(activation)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    plt.close(figure)
    return file.getvalue()


def tile_standardised(maps: NDArray[np.float32], columns: int = 16) -> NDArray[np.uint8]:
    """Maps side by side, each with mean 128 and deviation 64, clipped to [0, 255]."""
    scaled = (maps - maps.mean(axis=(0, 1))) / (maps.std(axis=(0, 1)) + 1e-6) * 64 + 128
    tiles = np.clip(scaled, 0, 255).astype(np.uint8).transpose(2, 0, 1)
    rows = [np.hstack(list(tiles[i : i + columns])) for i in range(0, len(tiles), columns)]
    return np.vstack(rows)
