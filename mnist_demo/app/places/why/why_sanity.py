"""Does a map depend on what was learned? It is made again with randomised weights."""

import streamlit as st

from mnist_demo.app.components.map_pictures import draw_map
from mnist_demo.app.numbers import fixed, signed
from mnist_demo.app.places.question.case import Case
from mnist_demo.app.runtime.background import Wording, find_place, show_work
from mnist_demo.app.templates import render
from mnist_demo.explain.values import Attribution, Map, RandomizedMap, Target
from mnist_demo.figures.signed_scale import SignedScale
from mnist_demo.language import N_, _
from mnist_demo.progress import OnCount

STILL_ALIKE = 0.5  # a rank correlation beyond this is no change
ABOUT = N_(
    "A map that would look the same for a network that has learned nothing explains nothing. Here "
    "the weights of the last layer are shuffled, then also those of the layer before it, and so "
    "on: the map must change. The number is the rank correlation with the map of the network as "
    "it is: 1 is the same picture, 0 is no likeness at all."
)
WORDING = Wording(
    N_("The check"),
    N_("Randomise the weights layer by layer"),
    N_(
        "Shuffle the weights in a copy of the network, from the last layer to the first, and make "
        "the map again after each. The network that you use stays as it is."
    ),
    N_("layers"),
    ":material/casino:",
)


def show_sanity(case: Case, target: Target, attribution: Attribution) -> None:
    """Button, and what became of the map, layer by layer."""
    values, method = attribution.values, attribution.method
    if values is None or attribution.is_empty:
        return

    def run(on_count: OnCount) -> tuple[RandomizedMap, ...]:
        from mnist_demo.explain.attribution import METHODS
        from mnist_demo.explain.attribution_checks import randomize_by_layer

        return randomize_by_layer(attributor, case.image, target, METHODS[method], on_count)

    attributor = case.engine.attributor
    with st.expander(_("Does this map depend on what was learned?"), icon=":material/fact_check:"):
        st.markdown(_(ABOUT))
        place = find_place("why-randomized", (*case.key, target, method))
        randomized = show_work(place, WORDING, "randomize", run)
        if randomized is not None:
            first, *others = randomized
            after = _("{layer} and all after it")
            rows = [(_("As it is"), 1.0, values), (first.layer, first.similarity, first.values)]
            rows += [(after.format(layer=one.layer), one.similarity, one.values) for one in others]
            items = [
                (title, fixed(similarity, 2), _draw(made, case, title))
                for title, similarity, made in rows
            ]
            st.html(render("randomized", verdict=judge(randomized), items=items))


def _draw(values: Map, case: Case, title: str) -> str:
    scale = SignedScale.over([values])  # only the pattern is compared
    return draw_map(values, case.image, scale, title)


def judge(randomized: tuple[RandomizedMap, ...]) -> str:
    """Whether the map has changed as it must, in a sentence."""
    last = randomized[-1].similarity
    alike = [one.layer for one in randomized if abs(one.similarity) > STILL_ALIKE]
    if not alike:
        text = _("✓ It changes with the first layer, as it must; {last} in the end.")
    elif abs(last) <= STILL_ALIKE:
        text = _(
            "✓ It changes, as it must: {last} in the end. It is still very similar, beyond "
            "{limit}, with {layers}."
        )
    else:
        text = _(
            "✗ It hardly changes: {last} with nothing learned at all. For this drawing it shows "
            "the drawing rather than what was learned."
        )
    return text.format(last=signed(last, 2), limit=STILL_ALIKE, layers=_(", ").join(alike))
