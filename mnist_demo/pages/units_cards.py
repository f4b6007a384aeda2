"""Cards on one channel or unit: the image made for it, the test images, and the classes."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.pages.engine import Engine
from mnist_demo.pages.map_pictures import gray_picture
from mnist_demo.pages.units_choice import Unit
from mnist_demo.pages.units_tested import Tested
from mnist_demo.pages.units_words import describe_card, say

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.units import Excited

MADE, TOP, CLASSES = (
    "The image that excites it most",
    "The test images that excite it most",
    "Its mean activation for each class",
)


def describe_made(engine: Engine, unit: Unit, tested: Tested | None) -> str:
    """Card of the image that activation maximisation finds."""
    made = _maximize(engine.version.key, unit.layer.name, unit.number, engine)
    measure = "mean activation" if unit.has_map else "activation"
    if made.activation == 0:
        text = "None was found: whatever the attempts began with, its activation stays 0."
        return describe_card(MADE, "", text)
    text = f"Made from noise, step by step. Its {measure} there is {say(made.activation)}"
    if tested is not None:
        highest = tested.excitation.mean[:, unit.number].max()
        text += f"; among {tested.sample_name} it is {say(highest)} at most"
    alt = f"Made image of 28 × 28 pixels, {measure} {say(made.activation)}"
    drawn = f"<div class='large'>{gray_picture(made.image, alt)}</div>"
    return describe_card(MADE, drawn, f"{text}.")


@st.cache_resource(max_entries=64, show_spinner="Looking for the image that excites it most …")
def _maximize(version_key: str, layer_name: str, number: int, _engine: Engine) -> "Excited":
    return _engine.layer(layer_name).maximize(number)


def describe_top(unit: Unit, tested: Tested, names: tuple[str, ...]) -> str:
    """Card of the nine test images that excite it most, with their labels."""
    highest = tested.excitation.highest[:, unit.number]
    if highest.max() == highest.min():
        text = f"It is {say(highest[0])} for every one of {tested.sample_name}."
        return describe_card(TOP, "", text)
    figures = [
        _describe_image(tested.samples.pixels[i], names[tested.samples.labels[i]], highest[i])
        for i in tested.excitation.top(unit.number)
    ]
    where = "the highest activation anywhere in its map" if unit.has_map else "its activation"
    text = f"Of {tested.sample_name}. Each with its label and {where}."
    return describe_card(TOP, f"<div class='nine'>{''.join(figures)}</div>", text)


def _describe_image(image: NDArray[np.float32], name: str, activation: float) -> str:
    alt = f"Test image labelled {name}, activation {say(activation)}"
    caption = f"<figcaption>label <b>{name}</b><br>{say(activation)}</figcaption>"
    return f"<figure>{gray_picture(image, alt)}{caption}</figure>"


def describe_classes(unit: Unit, tested: Tested, names: tuple[str, ...]) -> str:
    """Card of its mean activation over the test images of each class, as bars from zero."""
    means = tested.excitation.mean_of_classes(unit.number, tested.samples.labels)
    low, high = min(0.0, np.nanmin(means)), max(0.0, np.nanmax(means))
    first = int(np.nanargmax(means))
    bars = "".join(
        _bar(name, mean, low, (high - low) or 1.0, "first" if index == first else "")
        for index, (name, mean) in enumerate(zip(names, means.tolist(), strict=True))
    )
    over = "over all pixels of its map and " if unit.has_map else ""
    text = f"The mean is taken {over}over all of {tested.sample_name} that have the label."
    return describe_card(CLASSES, f"<div class='bars'>{bars}</div>", text)


def _bar(name: str, mean: float, low: float, reach: float, rank: str) -> str:
    """Row of a bar that begins where zero is; only a sentence where there is no mean."""
    if np.isnan(mean):
        return f"<div class='row'><span>{name}</span><span>no image</span><span></span></div>"
    start, width = (min(mean, 0.0) - low) / reach, abs(mean) / reach
    return (
        f"<div class='row {rank}' role='img' aria-label='{name}: {say(mean)}'><span>{name}</span>"
        f"<div class='track'><div class='fill' style='margin-left:{start:.1%};width:{width:.1%}'>"
        f"</div></div><span class='percent'>{say(mean)}</span></div>"
    )
