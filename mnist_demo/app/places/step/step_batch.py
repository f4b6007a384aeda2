"""The batch of the last step: its pictures, each with its label and its loss."""

import numpy as np
import streamlit as st

from mnist_demo.app.numbers import NOTHING, percent, significant
from mnist_demo.app.places.evaluate.evaluate_parts import show_gallery
from mnist_demo.app.stage.canvas import content_of_sample
from mnist_demo.app.stage.scene import put_on_stage
from mnist_demo.figures.pixels import encode_image
from mnist_demo.language import _
from mnist_demo.one_step.training_step import TrainingStep

PICTURES = 40  # at most


def show_batch(step: TrainingStep, names: tuple[str, ...]) -> None:
    """Pictures in the order of their losses, the largest first; a click puts one on the stage."""
    number, record = f"{step.record.number:,}", step.record
    st.subheader(_("The batch of step {number}").format(number=number), anchor=False)
    order = np.argsort(-step.losses, kind="stable")[:PICTURES].tolist()
    text = _(
        "{shown} of {count} pictures, each with its label and its loss, the largest first. The "
        "loss of the batch is the mean of all: {loss}; {accuracy} of them were read right. Choose "
        "a picture to put it on the stage."
    )
    st.caption(
        text.format(
            shown=len(order),
            count=f"{len(step.losses):,}",
            loss=write_number(record.loss),
            accuracy=percent(record.accuracy, 0),
        )
    )
    pictures = []
    for index in order:
        label, loss = _(names[step.labels[index]]), write_number(float(step.losses[index]))
        alt = _("Labelled {label}, loss {loss}: put it on the stage").format(label=label, loss=loss)
        png = encode_image(step.images[index])
        pictures.append({"index": index, "png": png, "text": f"{label}\n{loss}", "alt": alt})
    picked = show_gallery(pictures, "step-batch", len(step.losses)).get("picked")
    if picked is not None:
        put_on_stage(content_of_sample(step.images[picked], label=names[step.labels[picked]]))


def write_number(value: float, digits: int = 3) -> str:
    """In so many digits; a dash where it is no number any more."""
    return significant(value, digits) if np.isfinite(value) else NOTHING
