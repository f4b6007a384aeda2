"""Two components of the page: the confusion matrix and the pictures in one of its cells."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from mnist_demo.app.components.checks import is_dict_of, is_index
from mnist_demo.app.components.modules import make_component
from mnist_demo.app.numbers import percent
from mnist_demo.data.samples import NOT_A_DIGIT
from mnist_demo.evaluation import Outcome, Samples
from mnist_demo.figures.pixels import encode_image
from mnist_demo.language import _

_show_matrix = make_component(
    "places/evaluate/evaluate_matrix.js", html="<div class='matrix'></div>"
)
_show_gallery = make_component(
    "places/evaluate/evaluate_pictures.js", html="<div class='pictures'></div>"
)


@dataclass(frozen=True)
class Cell:
    """A cell of the matrix: ``row`` is a label or NO_DIGIT, ``column`` an answer or REJECTED."""

    row: int
    column: int


def choose_cell(outcome: Outcome, class_names: tuple[str, ...], key: str) -> Cell:
    """Show the matrix; the cell clicked last, or at first the most frequent mistake."""
    counts = outcome.confusion
    mistakes = counts[:10, :10] * (1 - np.eye(10, dtype=np.int64))
    row, column = np.unravel_index(mistakes.argmax(), mistakes.shape)
    first = {"row": int(row), "column": int(column)}
    state = _show_matrix(
        data={
            "counts": counts.tolist(),
            "rows": [*class_names, _("not a digit")][: len(counts)],
            "columns": [*class_names, _("rejected")],
            "first": first,
        },
        default={"cell": first},
        key=key,
        checks={
            "cell": is_dict_of({"row": is_index(len(counts)), "column": is_index(len(counts[0]))})
        },
    )
    return Cell(**(state.get("cell") or first))


def show_gallery(
    pictures: list[dict[str, Any]],
    key: str,
    samples: int,
    on_pick: Callable[[], object] = lambda: None,
) -> dict[str, int]:
    """Show pictures, of so many ``samples``, as buttons; what was just ``picked``, an ``index``.

    It may be a picture that was there when the visitor clicked, and others are there now.
    ``on_pick`` is called before the page runs again.
    """
    checks = {"picked": is_index(samples)}
    data = {"pictures": pictures}
    shown: dict[str, int] = _show_gallery(
        data=data, key=key, checks=checks, on_picked_change=on_pick
    )
    return shown


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
    return show_gallery(pictures, key, len(samples)).get("picked")


def _describe(
    index: int, image: np.ndarray, outcome: Outcome, class_names: tuple[str, ...]
) -> dict[str, Any]:
    label, answer = int(outcome.labels[index]), class_names[outcome.answers[index]]
    sure = percent(outcome.probabilities[index])
    text, name, read = f"{answer}, {sure}", _("Not a digit"), _("read as {answer}")
    if label != NOT_A_DIGIT:
        name = _("Labelled {name}").format(name=class_names[label])
    if outcome.is_rejected[index]:
        text = _("rejected ({answer})").format(answer=text)
        read = _("rejected, most probable {answer}")
    return {
        "index": index,
        "png": encode_image(image),
        "text": text,
        "alt": _("{label}, {answer}, {sure} sure: put it on the stage").format(
            label=name, answer=read.format(answer=answer), sure=sure
        ),
    }
