"""Every word that a step shows can be translated, and no other is kept for it."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo import language
from mnist_demo.language import list_languages
from mnist_demo.learn.chapter import CHAPTERS
from mnist_demo.learn.step import Choice, Data, Result, Setting, Step, load_steps
from mnist_demo.learn.words import WORDS, say

CODE = {  # and names: the same in every language
    "x", "x * w", "x @ W + b", "relu(x)", "leaky relu(x)", "sigmoid(x)", "tanh(x)", "dtype",
    "reduce_mean", "tf.nn.softmax", "tf.function", "Keras", "Glorot", "mnist", "fashion-mnist",
}  # fmt: skip
TOLD_BY_PYTHON = {  # or by TensorFlow: texts under these names
    "dtype", "message", "summary", "not watched", "another tape", "assign_sub is a variable",
    "assign_sub has a gradient", "plain is a variable", "plain has a gradient", "one batch",
    "before the session", "too early", "graph",
}  # fmt: skip


@pytest.fixture(scope="module")
def results(drawing: NDArray[np.float32], data: Data) -> list[Result]:
    """What each step shows with its defaults, and with all numbers at their upper ends."""
    steps = [step for name in CHAPTERS for step in load_steps(name).values()]
    return [
        step.run(drawing, numbers, data)
        for step in steps
        for numbers in (step.defaults, find_ends(step))
    ]


def find_ends(step: Step) -> dict[str, Setting]:
    return {
        name: control.values[-1] if isinstance(control, Choice) else control.high
        for name, control in step.numbers.items()
    }


def find_words(result: Result) -> Iterator[str]:
    """Names of values, and texts with letters."""
    for name, value in result.items():
        yield name
        if isinstance(value, str) and name not in TOLD_BY_PYTHON and any(map(str.isalpha, value)):
            yield value


def find_choices() -> Iterator[str]:
    for chapter in CHAPTERS:
        for step in load_steps(chapter).values():
            for control in step.numbers.values():
                if isinstance(control, Choice):
                    yield from (value for value in control.values if isinstance(value, str))


def test_every_word_that_is_shown_can_be_translated(results: list[Result]) -> None:
    shown = {word for result in results for word in find_words(result)} | {*find_choices()}
    shown -= CODE
    batches = {word for word in shown if word.startswith("batch ")}
    assert batches
    assert sorted(shown - batches) == sorted(WORDS)


@pytest.mark.parametrize("name", list_languages())
def test_no_two_values_of_a_step_have_one_name(
    name: str, results: list[Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "language", lambda: name)
    for result in results:
        assert len({say(word) for word in result}) == len(result)


def test_a_batch_has_a_number_in_every_language(monkeypatch: pytest.MonkeyPatch) -> None:
    assert say("batch 12") == "batch 12"
    for name in list_languages():
        monkeypatch.setattr(language, "language", lambda name=name: name)
        assert "12" in say("batch 12")
        assert "12" not in say("batch 3")
