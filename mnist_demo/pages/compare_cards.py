"""The cards of the comparison: what one network makes of the drawing, in words and bars."""

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.datasets import THINGS
from mnist_demo.figures import draw_image
from mnist_demo.pages.answer import describe_sureness
from mnist_demo.pages.subject import Subject
from mnist_demo.robustness import CHANGES, Failure, Trials
from mnist_demo.store import Card

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reading

TITLES = {"shift": "Smallest shift", "turn": "Smallest turn", "thinning": "Least thinning"}


@dataclass(frozen=True)
class Asked:
    """What all networks are asked: ``class_names`` are those of the version in use."""

    subject: Subject
    trials: Trials
    class_names: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """One network and what it makes of the drawing; ``failures`` are from `find_failures`."""

    card: Card
    class_names: tuple[str, ...]
    reading: "Reading"
    parameters: int
    file_bytes: int
    duration_ms: float
    failures: dict[str, Failure | None]

    @property
    def answer(self) -> str:
        """Name of the class, or a question mark where the drawing is refused."""
        return "?" if self.reading.is_refused else self.class_names[self.reading.digit]


def show_image(image: NDArray[np.float32]) -> None:
    """The image that all of them get."""
    st.html(
        f"<figure class='compared-image'>{_picture(image, 'What all networks get')}<figcaption>All "
        "networks get these 28 × 28 pixels. Below each one stands how far the drawing has to be "
        "moved, turned or thinned until its answer, right or wrong, becomes another one or a "
        "refusal.</figcaption></figure>"
    )


def show_card(compared: Compared, asked: Asked) -> None:
    """Answer, bars, figures and failures of one network."""
    card, reading, answer = compared.card, compared.reading, compared.answer
    sureness = describe_sureness(float(reading.probabilities[reading.digit]))
    text = "This is nothing I know." if reading.is_refused else sureness
    bars = "".join(
        _bar(name, float(probability), index == reading.digit)
        for index, (name, probability) in enumerate(
            zip(compared.class_names, reading.probabilities, strict=True)
        )
    )
    size = "" if len(answer) == 1 else " word"
    st.html(
        f"<article class='compared' data-network='{card.network}'><h3>{card.network}"
        f"<small>{card.recipe}</small></h3>{_describe_knowledge(compared, asked)}"
        f"<p class='compared-answer{size}'>{answer}</p>"
        f"<p class='sureness'>{text}</p><div class='bars'>{bars}</div>"
        f"<dl>{_describe_network(compared)}</dl>{_describe_failures(compared, asked.trials)}"
        "</article>"
    )


def _describe_knowledge(compared: Compared, asked: Asked) -> str:
    """That the network knows other things than those asked for; nothing where it knows these."""
    if compared.class_names == asked.class_names:
        return ""
    known, unknown = THINGS[compared.class_names], THINGS[asked.class_names]
    why = ": its answer is the nearest thing that it knows"
    end = "" if compared.reading.is_refused else why
    return f"<p class='stranger'>Knows {known}, not {unknown}{end}.</p>"


def _bar(name: str, probability: float, is_first: bool) -> str:
    percent, rank = f"{probability:.1%}", "first" if is_first else ""
    return (
        f"<div class='row {rank}' role='img' aria-label='{name}: {percent}'><span>{name}</span>"
        f"<div class='track'><div class='fill' style='width:{percent}'></div></div>"
        f"<span class='percent'>{percent}</span></div>"
    )


def _describe_network(compared: Compared) -> str:
    figures = {
        "Parameters": f"{compared.parameters:,}",
        "File": f"{compared.file_bytes / 1000:,.0f} kB",
        f"Test accuracy ({compared.card.dataset})": f"{compared.card.test_accuracy:.2%}",
        "One reading": f"{compared.duration_ms:.1f} ms",
    }
    return "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in figures.items())


def _describe_failures(compared: Compared, trials: Trials) -> str:
    if compared.reading.is_refused:
        return "<h4>Refused as it is</h4><p>There is no answer that could fail.</p>"
    rows = "".join(
        f"<div><dt>{TITLES[change]}</dt><dd>{_describe_failure(failure, change, compared, trials)}"
        "</dd></div>"
        for change, failure in compared.failures.items()
    )
    return f"<h4>The answer {compared.answer} fails at</h4><dl class='failures'>{rows}</dl>"


def _describe_failure(
    failure: Failure | None, change: str, compared: Compared, trials: Trials
) -> str:
    unit = CHANGES[change]
    if failure is None:
        largest = trials.largest(change)
        return f"never, up to {_amount(largest, unit)}" if largest else "cannot be tried"
    text = f"{failure.trial.text}: {_describe_answer(failure, compared.class_names)}"
    picture = _picture(failure.trial.image, text)
    return f"<b>{_amount(failure.trial.amount, unit)}</b>{picture}<small>{text}</small>"


def _describe_answer(failure: Failure, class_names: tuple[str, ...]) -> str:
    if failure.answer is None:
        return "not read any more"
    return f"read as {class_names[failure.answer]}"


def _amount(amount: float, unit: str) -> str:
    return f"{amount:.0f}°" if unit == "°" else f"{amount:.1f} {unit}"


def _picture(image: NDArray[np.float32], text: str) -> str:
    source = base64.b64encode(draw_image(image[..., 0], "gray")).decode()
    return f"<img alt='{text}' title='{text}' src='data:image/png;base64,{source}'>"
