"""Prints the comparison: ours, the tutorials' way, the floor of the stack, from one run."""

import argparse
import json
import os
from pathlib import Path

from benchmarks.browser import compare_answers, compare_starts
from benchmarks.pointing import measure_pointing
from benchmarks.reading import (
    compare_pictures,
    compare_reading,
    measure_accuracy,
    measure_attributions,
)
from mnist_demo.datasets import load_mnist
from mnist_demo.inference import load_reader


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    options = parser.parse_args()
    figures = measure()
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def measure() -> dict[str, float]:
    """All figures, printed as they come."""
    data = Path(os.environ.get("MNIST_DEMO_DATA", "../shared/data"))
    reader = load_reader("keras-cnn")
    figures = measure_accuracy(reader, data / "pen_digits.jsonl")
    show("accuracy, MNIST test set", f"{figures['accuracy_mnist']:.4f}")
    show("accuracy, pen digits, resized only", f"{figures['accuracy_pen_resized']:.4f}")
    show("accuracy, pen digits, through from_canvas", f"{figures['accuracy_pen']:.4f}")
    image = load_mnist().test_images[0]
    figures |= compare(
        "read_speedup", "reader.read", compare_reading(reader, image), "predict", "read"
    )
    figures |= compare(
        "pictures_speedup",
        "all layers' pictures",
        compare_pictures(reader.read(image)),
        "matplotlib",
        "ours",
    )
    attributions = measure_attributions(reader, image)
    figures["attribution_ms"] = max(attributions.values())
    times = ", ".join(f"{name} {_as_ms(value)}" for name, value in attributions.items())
    show("which pixels count, slowest way", f"{_as_ms(figures['attribution_ms'])}  ({times})")
    answers = compare_answers()
    figures |= compare("answer_ratio", "mouse-up to answer", answers, "ours", "bare")
    figures |= compare(
        "opened_ratio", "the same with every pixel opened", answers, "opened", "bare"
    )
    figures["pointing_ms"] = measure_pointing()
    show("pointing at a pixel, slowest layer", _as_ms(figures["pointing_ms"]))
    figures |= compare("start_ratio", "opening to canvas", compare_starts(), "ours", "bare")
    return figures


def compare(
    key: str, title: str, medians: dict[str, float], numerator: str, denominator: str
) -> dict[str, float]:
    """Print two medians and their ratio; the ratio under its key."""
    ratio = medians[numerator] / medians[denominator]
    values = ", ".join(f"{name} {_as_ms(value)}" for name, value in medians.items())
    show(title, f"{ratio:.2f}  ({values})")
    return {key: ratio}


def _as_ms(value: float) -> str:
    return f"{value:.0f} ms" if value > 10 else f"{value:.2f} ms"


def show(title: str, text: str) -> None:
    print(f"{title:<44}{text}", flush=True)


if __name__ == "__main__":
    main()
