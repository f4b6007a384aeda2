"""Prints the comparison: ours, the tutorials' way, the floor of the stack, from one run."""

import argparse
import json
import os
from pathlib import Path

from benchmarks.browser import compare_answers, compare_starts
from benchmarks.live import measure_live, measure_stroke_cost
from benchmarks.pointing import measure_pointing
from benchmarks.reading import (
    accuracy,
    compare_pictures,
    compare_preparations,
    compare_reading,
    measure_attributions,
)
from mnist_demo.data.mnist import load_mnist
from mnist_demo.reading.reader import Reader, load_reader

PEN_FILE = "pen_digits.jsonl"

LIVE = {
    "live_ms": "pen to all layers painted, median ms",
    "live_p95_ms": "the same, 95th percentile",
    "live_latency_ms": "the same with the wait for a frame, median",
    "live_updates_per_s": "paintings a second while the pen moves",
    "live_ms_convnet": "pen to all layers painted, ConvNet, median ms",
    "live_p95_ms_convnet": "the same, 95th percentile",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    options = parser.parse_args()
    figures = measure()
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def measure() -> dict[str, float]:
    """All figures, printed as they come."""
    reader = load_reader("keras-cnn")
    mnist = load_mnist()
    image = mnist.test_images[0]
    figures = {"accuracy_mnist": accuracy(reader, mnist.test_images, mnist.test_labels)}
    show("accuracy, MNIST test set", f"{figures['accuracy_mnist']:.4f}")
    figures |= measure_pen(reader, Path(os.environ.get("MNIST_DEMO_DATA", ".")) / PEN_FILE)
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
    figures |= compare("opened_ratio", "the same with a map opened", answers, "opened", "bare")
    figures |= measure_live()
    for name, text in LIVE.items():
        show(text, f"{figures[name]:.1f}")
    figures["stroke_cpu_ms"] = measure_stroke_cost()
    show("server's CPU for a stroke", _as_ms(figures["stroke_cpu_ms"]))
    figures["pointing_ms"] = measure_pointing()
    show("choosing a pixel of an opened map", _as_ms(figures["pointing_ms"]))
    figures |= compare("start_ratio", "opening to canvas", compare_starts(), "ours", "bare")
    return figures


def measure_pen(reader: Reader, pen_file: Path) -> dict[str, float]:
    """Accuracies on other people's digits, printed; none without their file, which is said."""
    if not pen_file.is_file():
        print(
            f"Left out: the accuracy on pen digits, for there is no {PEN_FILE} in the folder "
            "MNIST_DEMO_DATA; README.md tells where it comes from."
        )
        return {}
    figures = compare_preparations(reader, pen_file)
    show("accuracy, pen digits, resized only", f"{figures['accuracy_pen_resized']:.4f}")
    show("accuracy, pen digits, through from_canvas", f"{figures['accuracy_pen']:.4f}")
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
