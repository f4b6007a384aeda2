"""What does it look for? The kernels of a layer, and what one of its channels or units does."""

from pathlib import Path

import streamlit as st

from mnist_demo.errors import DatasetError
from mnist_demo.pages.engine import Engine, find_engine
from mnist_demo.pages.units_cards import describe_classes, describe_made, describe_top
from mnist_demo.pages.units_choice import Unit, choose_unit
from mnist_demo.pages.units_kernels import describe_kernel, show_kernels
from mnist_demo.pages.units_off import show_switched_off
from mnist_demo.pages.units_tested import Tested, find_tested

STYLES = [Path(__file__).parent / name for name in ("maps.css", "units.css")]
ABOUT = (
    "What a layer looks for is written in its weights, in the images that excite it, and in what "
    "goes wrong without it. Channels, units and inputs are counted from 0."
)


def show() -> None:
    """Draw the page: what is chosen, all kernels of the layer, then the unit by itself."""
    for style in STYLES:
        st.html(style)
    st.header("What does it look for?", anchor=False)
    engine = find_engine()
    if engine is None:
        return
    st.markdown(ABOUT)
    unit = choose_unit(engine)
    show_kernels(engine, unit.layer)
    st.subheader(f"{unit.title} of {unit.layer.name}", anchor=False)
    tested = _find_tested(engine, unit)
    _show_unit(engine, unit, tested)
    show_switched_off(engine, unit, tested)


def _find_tested(engine: Engine, unit: Unit) -> Tested | None:
    """What the test images excite; None after a sentence on why there are none."""
    try:
        return find_tested(engine, unit.layer.name)
    except DatasetError as error:
        st.warning(
            f"{error} Without its test images, nothing can be said here of what excites the "
            f"{unit.kind} among them.",
            icon=":material/warning:",
        )
        return None


def _show_unit(engine: Engine, unit: Unit, tested: Tested | None) -> None:
    cards = [describe_kernel(engine, unit), describe_made(engine, unit, tested)]
    if tested is not None:
        cards.append(describe_top(unit, tested, engine.class_names))
    st.html(f"<div class='unit-cards'>{''.join(cards)}</div>")
    if tested is not None:
        st.html(describe_classes(unit, tested, engine.class_names))
