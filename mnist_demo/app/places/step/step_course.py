"""The course of the steps so far: loss and accuracy of each batch, and what went wrong."""

import math
from collections.abc import Sequence

import streamlit as st

from mnist_demo.app.numbers import significant
from mnist_demo.app.places.curves.curves_chart import Curve, show_chart
from mnist_demo.language import N_, _
from mnist_demo.networks import Network
from mnist_demo.one_step.divergence import Divergence, find_divergence
from mnist_demo.one_step.training_step import StepRecord, TrainingStep
from mnist_demo.versions.history import Point

STEEPER = N_(
    "A step that is too long lands on the other side of the valley, higher up than it came from; "
    "there it is steeper, so the next one is longer still."
)
AS_LONG = N_(
    "This optimizer takes steps about as long as the learning rate, however small the gradient is: "
    "each weight leaps across the valley, and never comes to rest in it."
)
WHY = {"sgd": STEEPER, "momentum": STEEPER, "rmsprop": AS_LONG, "adam": AS_LONG}


def show_verdict(optimizer: str, step: TrainingStep, course: Sequence[StepRecord]) -> None:
    """What has gone wrong, in a few sentences; nothing where all goes well."""
    divergence = find_divergence(course)
    if divergence is not None:
        text = describe_divergence(divergence, optimizer)
        st.error(text, icon=":material/trending_up:")
    elif step.has_no_gradient:
        st.warning(describe_no_gradient(step), icon=":material/block:")


def describe_divergence(divergence: Divergence, optimizer: str) -> str:
    """How it diverges, with its own numbers, and what to do."""
    first, last, largest = divergence.first, divergence.last, divergence.largest
    text = _("**The training diverges.** The loss was {first} at first and {last} at step {step}.")
    sentences = [
        text.format(
            first=significant(first.loss), last=significant(last.loss), step=f"{last.number:,}"
        )
    ]
    if divergence.lost is not None:
        text = _("**The training diverges.** From step {step} on, the loss is no longer a number.")
        sentences = [text.format(step=f"{divergence.lost:,}")]
    if largest is not None:
        text = _(
            "Step {step}, with a learning rate of {rate}, was {ratio} times as large as the "
            "weights themselves."
        )
        rate, ratio = f"{largest.learning_rate:g}", significant(largest.ratio)
        sentences.append(text.format(step=f"{largest.number:,}", rate=rate, ratio=ratio))
    cure = _("Start over with a much smaller learning rate, or with smaller weights.")
    sentences += [_(WHY[optimizer]), cure]
    return " ".join(sentences)


def describe_no_gradient(step: TrainingStep) -> str:
    """Why no kernel has a gradient."""
    if step.is_all_zero:
        return _(
            "**The gradient of every kernel is 0.** With kernels of zeros every unit gives the "
            "same to every picture, and passes nothing back: no kernel matters, so none learns. "
            "Only the last layer's biases change, and they know nothing but how frequent each "
            "class is. This is why weights begin at random."
        )
    return _(
        "**The gradient of every kernel is 0.** No small change of a kernel would change the loss "
        "of this batch."
    )


def show_course(network: Network, course: Sequence[StepRecord]) -> None:
    """Charts of loss and accuracy, once there are two steps to compare."""
    if len(course) < 2:
        return
    title = _("Your training of {network}").format(network=_(network.title))
    points = [Point(one.number, 1, 0.0, one.loss, one.accuracy) for one in course]
    positive = [point for point in points if 0 < point.loss < math.inf]  # on a logarithmic scale
    for column, quantity, shown in zip(
        st.columns(2), ("loss", "accuracy"), (positive, points), strict=True
    ):
        with column:
            show_chart([Curve(title, tuple(shown))], quantity, "Batches")
    st.caption(_("Loss and accuracy of each batch, before the step taken from it."))
