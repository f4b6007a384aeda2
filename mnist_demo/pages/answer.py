"""The answer: the digit, large, how sure the network is, and bars for all classes."""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reading

# A twentieth faster than `st.html`, which first looks for what must not be in foreign HTML.
_show_html = st.components.v2.component(
    "answer",
    html="<div class='answer-place'></div>",
    js=(Path(__file__).parent / "answer.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def show_answer(html: str) -> None:
    """What `describe_answer` made, and whatever belongs to it; in one place of a page only."""
    _show_html(data=html, key="answer")


def describe_answer(reading: "Reading", class_names: tuple[str, ...]) -> str:
    """HTML of the answer or refusal, in words, and of a bar for each class."""
    first, second = reading.digit, reading.runner_up
    ranks = {first: "first", second: "second"}
    bars = "".join(
        _bar(name, float(probability), ranks.get(index, ""))
        for index, (name, probability) in enumerate(
            zip(class_names, reading.probabilities, strict=True)
        )
    )
    answer, text = _refuse(reading) if reading.is_refused else _tell(reading, class_names)
    kind = "answer refused" if reading.is_refused else "answer"
    size = "answer-digit" if len(answer) == 1 else "answer-digit answer-word"
    return (
        f"<div class='{kind}'><div class='answer-side' role='status'>"
        f"<div class='{size}' data-testid='answer'>{answer}</div>"
        f"<p class='answer-text'>{text}</p></div><div class='bars'>{bars}</div></div>"
    )


def _tell(reading: "Reading", class_names: tuple[str, ...]) -> tuple[str, str]:
    """Name of the answer, and how sure it is."""
    name, other = class_names[reading.digit], class_names[reading.runner_up]
    sureness = describe_sureness(float(reading.probabilities[reading.digit]))
    return name, f"{sureness}<br>Runner-up: <b data-testid='runner-up'>{other}</b>"


def _refuse(reading: "Reading") -> tuple[str, str]:
    """A question mark, and why."""
    return "?", (
        "<b data-testid='refusal'>This is not a digit I know.</b><br>"
        f"All ten together get {reading.score:.1f} points from this drawing; "
        f"a digit gets more than {reading.refusal_threshold:.1f}."
    )


def describe_sureness(probability: float) -> str:
    """How sure an answer of this probability is, in words that a child understands."""
    if probability >= 0.99:
        return "I am very sure."
    if probability >= 0.9:
        return "I am quite sure."
    if probability >= 0.6:
        return "I think so, but I am not sure."
    return "I am only guessing."


def _bar(name: str, probability: float, rank: str) -> str:
    percent = f"{probability:.1%}"
    return (
        f"<div class='row {rank}' role='img' aria-label='{name}: {percent}'><span>{name}</span>"
        f"<div class='track'><div class='fill' style='width:{100 * probability:.1f}%'></div></div>"
        f"<span class='percent'>{percent}</span></div>"
    )
