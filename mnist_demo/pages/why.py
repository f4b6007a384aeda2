"""Why this answer: which pixels of the drawing count for it, in five ways, each of them checked."""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from mnist_demo.pages.engine import Engine, find_engine
from mnist_demo.pages.map_pictures import draw_map, draw_scale, gray_picture
from mnist_demo.pages.subject import Subject, find_subject
from mnist_demo.pages.why_methods import ABOUT, Explanation, explain
from mnist_demo.pages.why_sanity import show_sanity
from mnist_demo.signed_scale import COLOURS, SignedScale

if TYPE_CHECKING:  # importing them loads TensorFlow
    from mnist_demo.attribution import Target
    from mnist_demo.inference import Reading

STYLE = Path(__file__).parent / "maps.css"
ANSWER = -1
ALONE, AGAINST = "alone", "against"
ALL_MAPS, EACH_MAP = "All maps", "Each map"
INVITATION = (
    "Nothing is drawn yet. Draw something on the page “Draw”, or choose a picture on the page "
    "“Pictures”: here you see which of its pixels count for the answer."
)
NO_MAPS = "This network has no convolution, so it has no maps that Grad-CAM could weigh."


def show() -> None:
    """Draw the page: what is asked, the maps, and whether they depend on what was learned."""
    st.html(STYLE)
    st.header("Why this answer?", anchor=False)
    subject = find_subject()
    if subject is None:
        st.info(INVITATION, icon=":material/draw:")
        return
    engine = find_engine()
    if engine is None:
        return
    reading = engine.reader.read(subject.image)
    target = _choose_target(reading, engine.class_names)
    st.markdown(_introduce(reading, target, engine.class_names))
    explanations = _explain(
        engine.version.key, subject.drawing.key, (target.first, target.against), engine, subject
    )
    _show_maps(subject, explanations)
    show_sanity(engine, subject, target, explanations)


def _choose_target(reading: "Reading", names: tuple[str, ...]) -> "Target":
    """The class that the visitor asks about, alone or against its strongest rival."""
    from mnist_demo.attribution import Target

    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Class",
            [ANSWER, *range(len(names))],
            format_func=lambda index: (
                f"The answer: {names[reading.digit]}" if index == ANSWER else names[index]
            ),
            key="why-class",
            persist_state="session",
            width=240,
            help="The maps show what counts for this class.",
        )
        first = reading.digit if chosen == ANSWER else chosen
        rival = reading.runner_up if first == reading.digit else reading.digit
        role = "the runner-up" if first == reading.digit else "the answer"
        titles = {ALONE: "On its own", AGAINST: f"Against {role}, {names[rival]}"}
        against = st.segmented_control(
            "Score",
            list(titles),
            format_func=titles.__getitem__,
            default=ALONE,
            required=True,
            key="why-against",
            persist_state="session",
            help="On its own: the logit of the class. Against another: its logit minus that of "
            "the other, so what speaks for both drops out.",
        )
    return Target(first, rival if against == AGAINST else None)


def _introduce(reading: "Reading", target: "Target", names: tuple[str, ...]) -> str:
    first = f"the logit of {names[target.first]} ({reading.logits[target.first]:.2f})"
    score = first
    if target.against is not None:
        other = f"that of {names[target.against]} ({reading.logits[target.against]:.2f})"
        score = f"{first} minus {other}"
    refusal = "This version refuses the drawing. " if reading.is_refused else ""
    return (
        f"{refusal}The score explained here is {score}, before softmax. "
        "Violet speaks for it, orange against it; + and − mark the strongest pixel of each."
    )


@st.cache_data(max_entries=64, show_spinner="Asking which pixels count …")
def _explain(
    version_key: str,
    drawing_key: str,
    key: tuple[int, int | None],
    _engine: Engine,
    _subject: Subject,
) -> tuple[Explanation, ...]:
    from mnist_demo.attribution import Target

    return explain(_engine.attributor, _subject.image, Target(*key))


def _show_maps(subject: Subject, explanations: tuple[Explanation, ...]) -> None:
    maps = [explanation.values for explanation in explanations if explanation.values is not None]
    spread = st.segmented_control(
        "Colours spread over",
        [ALL_MAPS, EACH_MAP],
        default=ALL_MAPS,
        required=True,
        key="why-spread",
        persist_state="session",
        help="All maps: the same colour is the same number everywhere. Each map: its own largest "
        "number has the full colour, so that faint maps show their pattern.",
    )
    shared = SignedScale.over(maps)
    if spread == ALL_MAPS:
        st.html(f"<div>{draw_scale(shared)}</div>")
        st.caption(f"{COLOURS} The scale is stretched around zero, as its numbers show.")
    cards = [_show_drawing(subject)]
    for explanation in explanations:
        if explanation.values is None:
            cards.append(_show_card(explanation, f"<div class='none'><span>{NO_MAPS}</span></div>"))
            continue
        is_shared = spread == ALL_MAPS
        scale = shared if is_shared else SignedScale.over([explanation.values])
        drawn = draw_map(explanation.values, subject.image, scale, explanation.name)
        cards.append(_show_card(explanation, drawn + ("" if is_shared else draw_scale(scale))))
    st.html(f"<div class='maps'>{''.join(cards)}</div>")


def _show_drawing(subject: Subject) -> str:
    return (
        f"<figure>{gray_picture(subject.image, 'The 28 × 28 pixels of the drawing')}<figcaption>"
        "<b>The drawing</b><p>The 28 × 28 pixels that the network gets. Their outline lies over "
        "every map.</p></figcaption></figure>"
    )


def _show_card(explanation: Explanation, drawn: str) -> str:
    values, extent = explanation.values, ""
    if values is not None:
        extent = f"<p class='range'>{values.min():.3f} to {values.max():.3f}</p>"
    checks = "".join(f"<li>{check}</li>" for check in explanation.checks)
    return (
        f"<figure data-method='{explanation.name}'>{drawn}<figcaption><b>{explanation.name}</b>"
        f"<p>{ABOUT[explanation.name]}</p>{extent}"
        f"<ul class='checks' aria-label='Checks'>{checks}</ul></figcaption></figure>"
    )
