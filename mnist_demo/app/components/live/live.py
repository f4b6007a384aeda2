"""The answer and its bars, which move with the pen, and the buttons of the drawing."""

from collections.abc import Callable
from typing import Any

from mnist_demo.app.components.checks import is_index, is_one_of
from mnist_demo.app.components.modules import make_component
from mnist_demo.app.session import report_of
from mnist_demo.app.stage.canvas import ACTIONS

KEY = "answer"
MOST_DIGITS = 100  # of a number; a canvas has no room for so many

_show_answer = make_component("components/live/answer.js", html="<div class='stage-answer'></div>")


def show_live_answer(
    told: dict[str, Any],
    on_choice: Callable[[int], object],
    on_press: Callable[[str], object],
) -> None:
    """The drawing's buttons, and the answer with its bars; ``told`` is what answer.js expects.

    ``on_choice`` is called with the index of the digit of a number that is chosen, which there may
    not be any more, ``on_press`` with one of the `ACTIONS` of a canvas.
    """
    _show_answer(
        data=told,
        key=KEY,
        checks={"chosen": is_index(MOST_DIGITS), "pressed": is_one_of(ACTIONS)},
        on_chosen_change=lambda: on_choice(report_of(KEY).get()["chosen"]),
        on_pressed_change=lambda: on_press(report_of(KEY).get()["pressed"]),
    )
