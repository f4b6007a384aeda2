"""The answer and its bars, which move with the pen."""

from collections.abc import Callable
from typing import Any

from mnist_demo.app.components.checks import is_index
from mnist_demo.app.components.modules import make_component
from mnist_demo.app.session import report_of

KEY = "answer"

_show_answer = make_component("components/live/answer.js", html="<div class='stage-answer'></div>")


def show_live_answer(told: dict[str, Any], digits: int, on_choice: Callable[[], object]) -> None:
    """The answer with its bars; ``told`` is what `Told` in live.js says.

    ``on_choice`` is called when one of the ``digits`` of a number is chosen, which `find_choice`
    tells then.
    """
    checks = {"chosen": is_index(digits)}
    _show_answer(data=told, key=KEY, checks=checks, on_chosen_change=on_choice)


def find_choice() -> int:
    """Index of the digit that was chosen last."""
    index: int = report_of(KEY).get()["chosen"]
    return index
