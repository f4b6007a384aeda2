"""The answer: the digit, large, and bars for all ten."""

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reading


def show_answer(reading: "Reading", class_names: tuple[str, ...]) -> None:
    """Digit, runner-up and a bar for each class."""
    first, second = reading.digit, reading.runner_up
    rows = "".join(
        _bar(name, float(probability), {first: "first", second: "second"}.get(index, ""))
        for index, (name, probability) in enumerate(
            zip(class_names, reading.probabilities, strict=True)
        )
    )
    st.html(
        f"<div class='answer'><div><div class='answer-digit' role='status' "
        f"data-testid='answer'>{class_names[first]}</div>"
        f"<p class='answer-text'>{reading.probabilities[first]:.1%} sure<br>"
        f"runner-up: <b data-testid='runner-up'>{class_names[second]}</b></p></div>"
        f"<div class='bars'>{rows}</div></div>"
    )


def _bar(name: str, probability: float, rank: str) -> str:
    percent = f"{probability:.1%}"
    return (
        f"<div class='row {rank}' role='img' aria-label='{name}: {percent}'><span>{name}</span>"
        f"<div class='track'><div class='fill' style='width:{100 * probability:.1f}%'></div></div>"
        f"<span class='percent'>{percent}</span></div>"
    )
