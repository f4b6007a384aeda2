"""Teach it: collect drawings that are misread, teach them to a copy, and see what that changes."""

from pathlib import Path

import streamlit as st

from mnist_demo.app.components.poll import poll
from mnist_demo.app.places.question.case import describe_answer
from mnist_demo.app.places.teach.collected import show_collected
from mnist_demo.app.places.teach.corrections import choose_meant, offer_adding
from mnist_demo.app.places.teach.doubts import show_doubts
from mnist_demo.app.places.teach.taught import show_taught
from mnist_demo.app.places.teach.teaching import offer_teaching, show_state
from mnist_demo.app.runtime.engine import Engine, find_engine
from mnist_demo.app.runtime.own import open_store
from mnist_demo.app.session import CORRECTIONS
from mnist_demo.app.sidebar.training_panel import is_allowed
from mnist_demo.app.stage.scene import find_source, see
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.language import N_, _

STYLE = Path(__file__).parent / "teach.css"
POLL_INTERVAL_S = 0.5
NOT_HERE = N_("Training is switched off on this server.")
NO_DIGITS = N_("This network knows {kind}, and no digits: choose another one to teach.")
ABOUT = N_(
    "Is a drawing misread? Say what you meant, and teach a copy of the network. Your drawings stay "
    "in this session: they are gone when you close the page."
)


def show() -> None:
    """Draw the section."""
    st.html(STYLE)
    engine = find_engine()
    if engine is None:
        return
    dataset = DATASETS[engine.version.card.dataset]
    if not is_allowed():
        st.info(_(NOT_HERE), icon=":material/block:")
    elif not dataset.are_digits:
        st.info(_(NO_DIGITS).format(kind=_(dataset.word)), icon=":material/block:")
    else:
        st.caption(_(ABOUT))
        _show_drawing(engine)
        _show_lesson(engine)


def _show_drawing(engine: Engine) -> None:
    """What the drawing on the stage is read as, and what was meant."""
    scene = see(find_source(open_store()))
    if scene.image is None or scene.reading is None:
        text = _("Nothing has been drawn yet. Draw a digit that the network may misread.")
        st.info(text, icon=":material/draw:")
        return
    names = engine.class_names
    st.markdown(_("It is {answer}.").format(answer=describe_answer(scene.reading, names)))
    label = scene.drawing.label
    with st.container(horizontal=True, vertical_alignment="bottom"):
        meant = choose_meant(scene.drawing, names, names.index(label) if label in names else None)
        offer_adding(scene.drawing, scene.image, meant)


def _show_lesson(engine: Engine) -> None:
    corrections = CORRECTIONS.get()
    if corrections:
        st.subheader(_("My lesson"), anchor=False)
        show_collected(corrections, engine.reader)
        show_doubts(corrections, engine)
    if show_state():
        poll(POLL_INTERVAL_S, "poll-teach")
        return
    offer_teaching(corrections, engine.version)
    show_taught()
