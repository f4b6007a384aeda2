"""The smallest change of the pixels that makes the answer another one."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.pages.engine import Engine
from mnist_demo.pages.map_pictures import draw_map, draw_scale, gray_picture
from mnist_demo.perturbation import (
    RANDOM_CHANGES,
    SmallestFlip,
    count_random_flips,
    find_smallest_flip,
)
from mnist_demo.signed_scale import SignedScale

ABOUT = (
    "No turning and no moving: here every pixel may change by itself, along the network's true "
    "gradient, and as little as possible."
)
NONE = "None was found: along its gradients the network gives no other answer."


def show_smallest_flip(engine: Engine, image: NDArray[np.float32]) -> None:
    """The image (28, 28, 1), the change, and the image after it."""
    st.subheader("The smallest change that flips the answer", anchor=False)
    st.markdown(ABOUT)
    classify = engine.reader.classify
    flip = find_smallest_flip(classify, engine.attributor.gradients, image)
    if flip is None:
        st.info(NONE, icon=":material/shield:")
        return
    probabilities = classify(np.stack([image, flip.image]))[1]
    given, answer = (engine.class_names[index] for index in (flip.given, flip.answer))
    sure = f"{probabilities[0, flip.given]:.1%}", f"{probabilities[1, flip.answer]:.1%}"
    scale = SignedScale.over([flip.change])
    figures = [
        _figure(_gray(image, "Before"), "Before", f"Read as {given}, {sure[0]}."),
        _figure(
            draw_map(flip.change[..., 0], image, scale, "The change") + draw_scale(scale),
            "The change, enlarged",
            _describe_size(flip, image),
        ),
        _figure(
            _gray(flip.image, "After"),
            "After",
            f"Read as {answer}, {sure[1]}.",
        ),
    ]
    st.html(f"<div class='maps'>{''.join(figures)}</div>")
    flips = count_random_flips(classify, image, flip)
    st.markdown(
        f"Of {RANDOM_CHANGES} random changes of the same length, {flips or 'none'} "
        f"{'makes' if flips == 1 else 'make'} the answer another one."
    )


def _describe_size(flip: SmallestFlip, image: NDArray[np.float32]) -> str:
    share = flip.distance / float(np.linalg.norm(image))
    return (
        f"Its length is {flip.distance:.3f}, {share:.0%} of the drawing's. The pixel that changes "
        f"most changes by {flip.largest:.3f}, where full ink is 1. Violet gets brighter, orange "
        "darker."
    )


def _gray(image: NDArray[np.float32], title: str) -> str:
    return gray_picture(image, f"{title}: 28 × 28 pixels")


def _figure(drawn: str, title: str, text: str) -> str:
    return f"<figure>{drawn}<figcaption><b>{title}</b><p>{text}</p></figcaption></figure>"
