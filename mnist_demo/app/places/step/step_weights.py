"""What the last step did to the weights: one kernel in pictures, one weight in numbers."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.app.places.step.step_batch import write_number
from mnist_demo.app.templates import render
from mnist_demo.figures.pixels import tile
from mnist_demo.figures.signed_scale import COLOURS, SignedScale
from mnist_demo.image.normalization import IMAGE_SIDE
from mnist_demo.language import N_, _
from mnist_demo.one_step.arithmetic import write_out
from mnist_demo.one_step.training_step import TrainingStep, WeightUpdate

STYLE = Path(__file__).parent / "step_weights.css"
COLUMNS = 32  # of a unit's weights where its inputs are no picture
DIGITS = 6
ABOUT = {
    "sgd": N_(
        "w is the weight, g its gradient and η the learning rate. Plain gradient descent remembers "
        "nothing of the steps before."
    ),
    "momentum": N_(
        "w is the weight, g its gradient and η the learning rate. v is the step: it keeps μ of the "
        "step before, so a weight rolls on where many batches agree."
    ),
    "rmsprop": N_(
        "w is the weight, g its gradient and η the learning rate. v is a moving average of g²; "
        "divided by its root, steps are about as long for small gradients as for large ones. "
        "ε keeps that from being a division by 0."
    ),
    "adam": N_(
        "w is the weight, g its gradient and η the learning rate. m is a moving average of g and "
        "v one of g². Both start at 0 and are too small at first; α makes up for that (bias "
        "correction) with t, the number of the step. ε keeps it from being a division by 0."
    ),
}


@dataclass(frozen=True)
class Figure:
    """A picture of numbers; there is none, ``png`` being empty, where some are no numbers."""

    title: str
    alt: str
    extent: str
    png: bytes


def show_weights(optimizer: str, step: TrainingStep) -> None:
    """Choice of a kernel, its pictures, and the arithmetic of one of its weights."""
    st.subheader(_("What the step did to the weights"), anchor=False)
    st.html(STYLE)
    kernels = step.kernels
    with st.container(horizontal=True):
        name = st.selectbox(
            _("Layer"),
            list(kernels),
            format_func=lambda name: name.partition("/")[0],
            key="step-layer",
            width=200,
            help=_("A layer that has kernels."),
        )
        update = kernels[name]
        channels = update.before.shape[-1]
        channel = st.number_input(
            _("Channel or unit"),
            0,
            channels - 1,
            key=f"step-channel-{name}",
            width=200,
            help=_("From 0 to {last}: each has a kernel of its own.").format(last=channels - 1),
        )
        size = update.before[..., channel].size
        rank = st.number_input(
            _("Weight, by its gradient"),
            1,
            size,
            key=f"step-rank-{name}",
            width=200,
            help=_(
                "1 is the weight of this kernel with the largest gradient, {last} the last."
            ).format(last=size),
        )
    st.html(render("weight_update", figures=draw_update(update, channel)))
    st.caption(
        _(
            "{colours} Before and after share a scale; gradient and step have their own, or the "
            "step would be too faint to see."
        ).format(colours=_(COLOURS))
    )
    index = find_weight(update, channel, rank)
    st.markdown(_("**One weight**: {place}").format(place=describe_place(index)))
    st.html(_write_arithmetic(optimizer, step, name, index))
    st.caption(_(ABOUT[optimizer]))


def find_weight(update: WeightUpdate, channel: int, rank: int) -> tuple[int, ...]:
    """Place of the weight whose gradient is the ``rank``-th largest of a kernel, from 1."""
    gradient = update.gradient[..., channel]
    flat = np.argsort(-np.abs(gradient), axis=None, kind="stable")[rank - 1]
    return (*(int(i) for i in np.unravel_index(flat, gradient.shape)), channel)


def describe_place(index: tuple[int, ...]) -> str:
    """Where a weight is in its array, counted from 0."""
    if len(index) == 4:
        row, column, source, channel = index
        text = _("row {row}, column {column}, from map {source} to map {channel}")
        return text.format(row=row, column=column, source=source, channel=channel)
    source, channel = index[0], index[-1]
    return _("from input {source} to unit {channel}").format(source=source, channel=channel)


def draw_update(update: WeightUpdate, channel: int) -> list[Figure]:
    """Kernel before, its gradient, the step, and the kernel after."""
    before, after = update.before[..., channel], update.after[..., channel]
    gradient, step = update.gradient[..., channel], update.step[..., channel]
    shared = [before, after]
    return [
        _draw(_("Before"), before, shared),
        _draw(_("Gradient"), gradient, [gradient]),
        _draw(_("Step"), step, [step]),
        _draw(_("After"), after, shared),
    ]


def lay_out(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """A kernel (height, width, inputs) or (inputs,) as one array (rows, columns)."""
    if kernel.ndim == 3:
        return tile(kernel)
    flat = kernel.ravel()
    if flat.size == IMAGE_SIDE**2:
        return flat.reshape(IMAGE_SIDE, IMAGE_SIDE)
    columns = min(flat.size, COLUMNS)
    rows = -(-flat.size // columns)
    return np.pad(flat, (0, rows * columns - flat.size)).reshape(rows, columns)


def _draw(title: str, values: NDArray[np.float32], shared: list[NDArray[np.float32]]) -> Figure:
    """A picture on the scale that holds all of ``shared``."""
    if not all(np.isfinite(one).all() for one in shared):
        text = _("Some of the values here are no longer numbers.")
        return Figure(title, "", text, b"")
    low, high = write_number(float(values.min())), write_number(float(values.max()))
    extent = _("{low} to {high}").format(low=low, high=high)
    alt = _("{title}: numbers from {low} to {high}").format(title=title, low=low, high=high)
    return Figure(title, alt, extent, SignedScale.over(shared).draw(lay_out(values)))


def _write_arithmetic(optimizer: str, step: TrainingStep, name: str, index: tuple[int, ...]) -> str:
    update = step.updates[name]
    numbers = [
        (_("Before"), update.before),
        (_("Gradient"), update.gradient),
        (_("Step"), update.step),
        (_("After"), update.after),
    ]
    return render(
        "weight_arithmetic",
        numbers=[(title, write_number(float(array[index]), DIGITS)) for title, array in numbers],
        lines=[
            (
                line.formula.result,
                line.formula.text,
                line.substitute(lambda value: write_number(value, 4)),
                write_number(line.value, DIGITS),
            )
            for line in write_out(optimizer, step, name, index)
        ],
    )
