"""The smallest change of the pixels that makes the answer another one."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.app.components.map_pictures import MAPS_STYLE, draw_map
from mnist_demo.app.numbers import percent
from mnist_demo.app.places.question.case import describe_answer
from mnist_demo.app.runtime.background import Wording, find_place, show_work
from mnist_demo.app.runtime.engine import Engine
from mnist_demo.app.templates import render
from mnist_demo.figures.signed_scale import SignedScale
from mnist_demo.language import N_, _, ngettext
from mnist_demo.progress import OnCount
from mnist_demo.reading.reading import Reading
from mnist_demo.stress.answers import ask
from mnist_demo.stress.smallest_flip import (
    RANDOM_CHANGES,
    SmallestFlip,
    count_random_flips,
    find_smallest_flip,
)

ABOUT = N_(
    "No turning and no moving: here every pixel may change by itself, along the network's true "
    "gradient, and as little as possible."
)
REJECTED = N_("The drawing is rejected as it is: there is no answer to flip.")
NONE = N_("None was found: along its gradients the network gives no other answer.")
WORDING = Wording(
    N_("The search"),
    N_("Find it"),
    N_("Find the smallest change of the image as the sliders have made it."),
    N_("steps"),
    ":material/search:",
)


def show_smallest_flip(engine: Engine, image: NDArray[np.float32], reading: Reading) -> None:
    """The smallest change of an image (28, 28, 1), once it is asked for."""
    st.subheader(_("The smallest change that flips the answer"), anchor=False)
    st.markdown(_(ABOUT))
    if reading.is_rejected:
        st.info(_(REJECTED), icon=":material/block:")
        return

    def run(on_count: OnCount) -> tuple[SmallestFlip | None]:
        return (find_smallest_flip(engine.reader, gradients, image, on_count),)

    gradients = engine.attributor.gradients
    place = find_place("change-flip", (engine.version.key, image.tobytes()))
    found = show_work(place, WORDING, "find-flip", run)
    if found is None:
        return
    if found[0] is None:
        st.info(_(NONE), icon=":material/shield:")
    else:
        _show_flip(engine, image, found[0])


def _show_flip(engine: Engine, image: NDArray[np.float32], flip: SmallestFlip) -> None:
    """The image, the change, the image after it, and how rare such a change is."""
    st.html(MAPS_STYLE)
    names = tuple(map(_, engine.class_names))
    before, after = ask(engine.reader, np.stack([image, flip.image]))
    scale = SignedScale.over([flip.change])
    st.html(
        render(
            "flip",
            image=image,
            before=describe_answer(before, names),
            change=draw_map(flip.change[..., 0], image, scale, _("The change")),
            scale=scale,
            size=describe_size(flip, image),
            flipped=flip.image,
            after=describe_answer(after, names),
        )
    )
    st.markdown(_describe_flips(count_random_flips(engine.reader, image, flip)))


def _describe_flips(count: int) -> str:
    """How many random changes flip the answer, too."""
    text = ngettext(
        "Of {total} random changes of the same length, {count} changes the answer.",
        "Of {total} random changes of the same length, {count} change the answer.",
        count,
    )
    if count == 0:
        text = _("Of {total} random changes of the same length, none change the answer.")
    return text.format(total=RANDOM_CHANGES, count=count)


def describe_size(flip: SmallestFlip, image: NDArray[np.float32]) -> str:
    """How large the change is, in all and in one pixel."""
    length = float(np.linalg.norm(image))
    text = _("Its length is {length}.")
    if length:
        text = _("Its length is {length}, {part} of the drawing's.")
    part = percent(flip.distance / length, 0) if length else ""
    return _(
        "{length} The pixel that changes most changes by {largest}, where full ink is 1. Violet "
        "gets brighter, orange darker."
    ).format(
        length=text.format(length=f"{flip.distance:.3f}", part=part), largest=f"{flip.largest:.3f}"
    )
