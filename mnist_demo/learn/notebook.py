"""A chapter as a Jupyter notebook, which needs TensorFlow and Matplotlib and nothing of ours."""

import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_demo.learn.chapter import Block, Chapter, Link, Loops, Prose, Question, Run, Training
from mnist_demo.learn.step import Step
from mnist_demo.networks import get_network
from mnist_demo.share.export import SCRIPT_DATASETS, write_training

FIGURES = Path(__file__).parent / "notebook_figures.py"
DRAWING = """\
import keras
import numpy as np
import tensorflow as tf
from keras import layers

PIXELS = [
{rows}
]
drawing = (np.array(PIXELS, np.float32) / 255)[:, :, np.newaxis]  # (28, 28, 1)"""
DATA = """\
# The test pictures, (10000, 28, 28), and their labels. Keras downloads them once.
data = {
    "mnist": keras.datasets.mnist.load_data()[1],
    "fashion-mnist": keras.datasets.fashion_mnist.load_data()[1],
}"""
LOAD = """\
(train_images, train_labels), (test_images, test_labels) = keras.datasets.{dataset}.load_data()
train_images, test_images = (
    (images[..., np.newaxis] / 255).astype("float32") for images in (train_images, test_images)
)
train_labels, test_labels = train_labels.astype("int64"), test_labels.astype("int64")
"""
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def write_notebook(
    chapter: Chapter, steps: Mapping[str, Step], drawing: NDArray[np.float32]
) -> str:
    """The notebook (nbformat 4.5) as JSON, with a drawing (28, 28, 1) in [0, 1] inside."""
    cells = [
        _write_text(f"# {chapter.title}"),
        _write_code(_write_drawing(drawing)),
        _write_code(FIGURES.read_text(encoding="utf-8").strip()),
    ]
    if any(steps[run.step].needs_data for run in chapter.runs):
        cells.append(_write_code(DATA))
    defined: set[str] = set()
    for section in chapter.sections:
        cells.append(_write_text(f"## {section.title}"))
        for block in section.blocks:
            cells += _write_block(block, steps, defined)
    numbered = [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells)]
    notebook = {"cells": numbered, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _write_block(
    block: Block, steps: Mapping[str, Step], defined: set[str]
) -> Iterator[dict[str, Any]]:
    """Cells of a block; sources that stand above, in ``defined``, are not written again."""
    match block:
        case Prose(text):
            yield _write_text(text)
        case Run(name):
            step = steps[name]
            new = [source for source in step.sources if source not in defined]
            defined.update(new)
            view = "show_plot" if step.is_plot else "show_values"
            call = f"{view}({step.write_call(step.defaults)})"
            yield _write_code("\n\n\n".join([*new, call]))
        case Training(name):
            network = get_network(name)
            load = LOAD.format(dataset=SCRIPT_DATASETS[network.dataset])
            yield _write_code(load + write_training(network, network.tutorial_recipe).rstrip())
            yield _write_code("show_answers(test_images[:16], test_labels, answers)")
        case Loops(names):
            for network in map(get_network, names):
                code = inspect.getsource(inspect.unwrap(network.tutorial_recipe.fit))
                yield _write_text(f"`{network.name}`:\n\n```python\n{code}```")
        case Question(text, answer):
            yield _write_text(
                f"<details>\n<summary><b>{text}</b></summary>\n\n{answer}\n\n</details>"
            )
        case Link():
            return  # there is no other place in a notebook


def _write_drawing(drawing: NDArray[np.float32]) -> str:
    rows = np.round(drawing[:, :, 0] * 255).astype(int).tolist()
    return DRAWING.format(rows="\n".join(f"    {row}," for row in rows))


def _write_text(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _write_code(text: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"execution_count": None, "metadata": {}, "outputs": []}
    return {"cell_type": "code", "source": text, **empty}
