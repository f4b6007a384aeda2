"""The answer: the digit, large, and bars for all ten."""

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reading

STYLE = """
<style>
.answer { display: flex; gap: 1.5rem; align-items: center; flex-wrap: wrap; }
.answer-digit { font-size: 7.5rem; line-height: 1; font-weight: 700; min-width: 5rem;
  text-align: center; font-variant-numeric: lining-nums; }
.answer-text { margin: 0.25rem 0 0; text-align: center; opacity: 0.8; }
.bars { flex: 1 1 14rem; display: grid; grid-template-columns: 1.2rem 1fr 4.2rem; gap: 0.3rem 0.6rem;
  align-items: center; font-variant-numeric: tabular-nums; margin: 0; }
.bars .track { height: 1rem; border-radius: 0.3rem; overflow: hidden;
  background: color-mix(in srgb, currentColor 10%, transparent); }
.bars .fill { height: 100%; border-radius: 0.3rem;
  background: color-mix(in srgb, currentColor 38%, transparent); }
.bars .first { font-weight: 700; } .bars .first .fill { background: var(--accent, #6d65e8); }
.bars .second .fill { background: color-mix(in srgb, var(--accent, #6d65e8) 55%, transparent); }
.bars .percent { text-align: right; }
.row { display: contents; }
</style>
"""


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
        f"{STYLE}<div class='answer'><div><div class='answer-digit' role='status' "
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
