"""The answer and its bars, which move with the pen, and the buttons of the drawing."""

from collections.abc import Callable
from typing import Any

from mnist_demo.app.components.checks import is_index, is_one_of
from mnist_demo.app.components.modules import make_component
from mnist_demo.app.session import report_of

KEY = "answer"

_show_answer = make_component("components/live/answer.js", html="<div class='stage-answer'></div>")


def show_live_answer(
    told: dict[str, Any],
    digits: int,
    on_choice: Callable[[int], object],
    on_press: Callable[[str], object],
) -> None:
    """The drawing's buttons, and the answer with its bars; ``told`` is what answer.js expects.

    ``on_choice`` is called with the index of the one of the ``digits`` of a number that is chosen,
    ``on_press`` with the button's name, one of those ``possible``.
    """
    _show_answer(
        data=told,
        key=KEY,
        checks={"chosen": is_index(digits), "pressed": is_one_of(told["possible"])},
        on_chosen_change=lambda: on_choice(report_of(KEY).get()["chosen"]),
        on_pressed_change=lambda: on_press(report_of(KEY).get()["pressed"]),
    )
