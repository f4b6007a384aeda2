"""A link for students: it opens a place with the drawing, and hides what is not needed there."""

from urllib.parse import urlencode

import streamlit as st

from mnist_demo.app.hiding import PARAMETER, PARTS
from mnist_demo.app.language import get_for_address
from mnist_demo.app.places.sections import START
from mnist_demo.app.session import LANGUAGE
from mnist_demo.language import _, language
from mnist_demo.learn.chapter import CHAPTERS, load_chapter


def show_class_link(start: str, drawing: dict[str, str]) -> None:
    """Choice of what it opens and hides; ``drawing`` is the query parameters that hold one.

    Lessons are in the teacher's language, where he has opened one, or else in the learner's.
    """
    st.subheader(_("A link for your students"), anchor=False)
    titles = {START: _("Look inside")}
    for name in CHAPTERS:
        title = load_chapter(name, language()).title
        titles[name] = _("Learn: {title}").format(title=title)
    with st.container(horizontal=True):
        opened = st.selectbox(
            _("Opens"),
            titles,
            format_func=titles.__getitem__,
            key="class-opens",
            help=_("What everybody sees first."),
        )
        hidden = st.pills(
            _("Hides"),
            PARTS,
            format_func=lambda part: _(PARTS[part]),
            selection_mode="multi",
            wrap=True,
            key="class-hides",
            help=_(
                "What your students do not need. Whoever takes “hide” out of the address sees it "
                "again."
            ),
        )
    spoken = get_for_address()
    others = {LANGUAGE.name: spoken, **drawing} if spoken else drawing
    address = start + write_link(opened, hidden, others)
    st.text_input(
        _("Link for your students"),
        address,
        help=_(
            "Hand it out. If a drawing is on the stage, the link holds it and the network that "
            "reads it; if not, an example is shown."
        ),
    )


def write_link(opened: str, hidden: list[str], others: dict[str, str]) -> str:
    """Address of `START` or of a chapter, relative to the first place's, with ``others``, too."""
    parameters = others | ({PARAMETER: ",".join(hidden)} if hidden else {})
    if opened != START:
        parameters = {"chapter": opened} | parameters
    place = "" if opened == START else "learn"
    return place + (f"?{urlencode(parameters, safe=',')}" if parameters else "")
