"""Do the maps depend on what was learned? The weights are spoilt, and the maps made again."""

from typing import TYPE_CHECKING

import streamlit as st

from mnist_demo.pages.engine import Engine
from mnist_demo.pages.map_pictures import draw_map
from mnist_demo.pages.subject import Subject
from mnist_demo.pages.why_methods import Explanation, list_methods
from mnist_demo.signed_scale import SignedScale

if TYPE_CHECKING:  # importing them loads TensorFlow
    from mnist_demo.attribution import Map, Target
    from mnist_demo.sanity import Spoilt

STATE = "why-spoilt"
STILL_ALIKE = 0.5  # a rank correlation beyond this is no change
ABOUT = (
    "A map that would look the same for a network that has learned nothing explains nothing. Here "
    "the weights of the last layer are shuffled, then also those of the layer before it, and so "
    "on: every map must change. The number is the rank correlation with the map of the network as "
    "it is: 1 is the same picture, 0 is none of it."
)


def show_sanity(
    engine: Engine, subject: Subject, target: "Target", explanations: tuple[Explanation, ...]
) -> None:
    """Button, and for each map what became of it, layer by layer."""
    st.subheader("Do the maps depend on what was learned?", anchor=False)
    st.markdown(ABOUT)
    key = (engine.version.key, subject.drawing.key, target)
    maps = {one.name: one.values for one in explanations if one.values is not None}
    if st.button(
        "Randomise the weights layer by layer",
        icon=":material/casino:",
        help="Shuffle the weights in a copy of the network, from the last layer to the first, and "
        "make all maps again after each. The network that you use stays as it is.",
    ):
        st.session_state[STATE] = (key, _spoil(engine, subject, target, list(maps)))
    found_key, results = st.session_state.get(STATE, (None, None))
    if found_key == key:
        rows = [_show_row(name, maps[name], spoilt, subject) for name, spoilt in results.items()]
        st.html("".join(rows))


def _spoil(
    engine: Engine, subject: Subject, target: "Target", names: list[str]
) -> "dict[str, tuple[Spoilt, ...]]":
    from mnist_demo.sanity import randomize_by_layer

    progress = st.progress(0.0, "Making a copy of the network …")

    def show_progress(done: int, total: int) -> None:
        progress.progress(done / total, f"{done} of {total} layers are shuffled")

    methods = list_methods(subject.image, target)
    chosen = {name: methods[name] for name in names}
    results = randomize_by_layer(engine.attributor, chosen, show_progress)
    progress.empty()
    return results


def _show_row(name: str, before: "Map", spoilt: "tuple[Spoilt, ...]", subject: Subject) -> str:
    items = [_show_item(before, subject, "As it is", "1.00")]
    for index, one in enumerate(spoilt):
        title = f"{one.layer} and all after it" if index else one.layer
        items.append(_show_item(one.values, subject, title, f"{one.similarity:.2f}"))
    return (
        f"<section class='spoilt'><h4>{name}</h4><p>{judge(spoilt)}</p>"
        f"<ol>{''.join(items)}</ol></section>"
    )


def _show_item(values: "Map", subject: Subject, title: str, similarity: str) -> str:
    scale = SignedScale.over([values])  # only the pattern is compared
    drawn = draw_map(values, subject.image, scale, f"{title}: correlation {similarity}")
    return f"<li>{drawn}<b>{title}</b>{similarity}</li>"


def judge(spoilt: "tuple[Spoilt, ...]") -> str:
    """Whether the map has changed as it must, in a sentence."""
    last = spoilt[-1].similarity
    alike = [one.layer for one in spoilt if abs(one.similarity) > STILL_ALIKE]
    if not alike:
        return f"✓ It changes with the first layer, as it must; {last:+.2f} in the end."
    if abs(last) <= STILL_ALIKE:
        return (
            f"✓ It changes, as it must: {last:+.2f} in the end. It is still much alike, beyond "
            f"{STILL_ALIKE}, with {', '.join(alike)}."
        )
    return (
        f"✗ It hardly changes: {last:+.2f} with nothing learned at all. "
        "For this drawing it shows the drawing rather than what was learned."
    )
