"""Two components of the page: the confusion matrix and the pictures in one of its cells."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from mnist_demo.evaluation import Outcome, Samples
from mnist_demo.evaluation.samples import NOT_A_DIGIT
from mnist_demo.figures import draw_image

HERE = Path(__file__).parent
REFUSED = 10  # column of the matrix
NO_DIGIT = 10  # row of the matrix

_show_matrix = st.components.v2.component(
    "evaluate_matrix",
    html="<div class='matrix'></div>",
    css=(HERE / "evaluate_matrix.css").read_text(encoding="utf-8"),
    js=(HERE / "evaluate_matrix.js").read_text(encoding="utf-8"),
)
show_gallery = st.components.v2.component(
    "evaluate_pictures",
    html="<div class='pictures'></div>",
    css=(HERE / "evaluate_pictures.css").read_text(encoding="utf-8"),
    js=(HERE / "evaluate_pictures.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Cell:
    """A cell of the matrix: ``row`` is a label or NO_DIGIT, ``column`` an answer or REFUSED."""

    row: int
    column: int

    def select(self, outcome: Outcome) -> np.ndarray:
        """Indices of the samples in it, the most telling first."""
        label = NOT_A_DIGIT if self.row == NO_DIGIT else self.row
        if self.column == REFUSED:
            return outcome.select_refused(label)
        return outcome.select(label, self.column)


def count_cells(outcome: Outcome) -> np.ndarray:
    """Matrix (10 or 11, 11) of counts: the confusion, refusals, and what is no digit if any."""
    rows = 10 if outcome.is_digit.all() else 11
    cells = [Cell(row, column) for row in range(rows) for column in range(11)]
    return np.array([len(cell.select(outcome)) for cell in cells]).reshape(rows, 11)


def choose_cell(outcome: Outcome, class_names: tuple[str, ...], key: str) -> Cell:
    """Show the matrix; the cell clicked last, or at first the most frequent mistake."""
    counts = count_cells(outcome)
    mistakes = outcome.confusion * (1 - np.eye(10, dtype=np.int64))
    row, column = np.unravel_index(mistakes.argmax(), mistakes.shape)
    first = {"row": int(row), "column": int(column)}
    state = _show_matrix(
        data={
            "counts": counts.tolist(),
            "rows": [*class_names, "no digit"][: len(counts)],
            "columns": [*class_names, "refused"],
            "first": first,
        },
        default={"cell": first},
        key=key,
        on_cell_change=lambda: None,
    )
    return Cell(**(state.get("cell") or first))


def pick_picture(
    samples: Samples,
    outcome: Outcome,
    indices: np.ndarray,
    class_names: tuple[str, ...],
    key: str,
) -> int | None:
    """Show some samples; the index of the one that has just been clicked."""
    pictures = [
        _describe(int(index), samples.images(indices[i : i + 1])[0], outcome, class_names)
        for i, index in enumerate(indices)
    ]
    state = show_gallery(data={"pictures": pictures}, key=key, on_picked_change=lambda: None)
    picked = state.get("picked")
    return None if picked is None else int(picked)


def _describe(
    index: int, image: np.ndarray, outcome: Outcome, class_names: tuple[str, ...]
) -> dict[str, Any]:
    label, answer = int(outcome.labels[index]), class_names[outcome.answers[index]]
    name = "What is no digit" if label == NOT_A_DIGIT else f"Labelled {class_names[label]}"
    sure = f"{outcome.probabilities[index]:.1%}"
    refused = ", refused" if outcome.is_refused[index] else ""
    return {
        "index": index,
        "png": base64.b64encode(draw_image(image[..., 0], "gray")).decode(),
        "text": f"{answer}, {sure}{refused}",
        "alt": f"{name}, read as {answer}, {sure} sure{refused}: put it on the draw page",
    }
