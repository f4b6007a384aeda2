"""The lesson: its drawings with what each is read as now, to be removed or taken away."""

from collections.abc import Sequence

import streamlit as st

from mnist_demo.app.numbers import percent
from mnist_demo.app.places.teach.corrections import Correction, make_lesson, remove
from mnist_demo.app.session import CORRECTIONS
from mnist_demo.app.templates import render
from mnist_demo.data.pen_file import format_pen_file
from mnist_demo.language import _, ngettext
from mnist_demo.reading.classifier import Classifier
from mnist_demo.stress.answers import Answer, ask

WIDTH = 118  # pixels: three beside each other on a phone


def show_collected(corrections: Sequence[Correction], reader: Classifier) -> None:
    """Each drawing with what was meant, what it is read as, and a button that removes it."""
    answers = ask(reader, make_lesson(corrections).images)
    with st.container(horizontal=True, key="lesson"):
        for correction, answer in zip(corrections, answers, strict=True):
            with st.container(width=WIDTH, gap="xsmall"):
                text = describe(answer, correction.label)
                st.html(render("correction", correction=correction, text=text))
                st.button(
                    _("Remove"),
                    key=f"remove-{correction.key}",
                    on_click=remove,
                    args=(correction.key,),
                    help=_("Take this {digit} out of the lesson.").format(digit=correction.label),
                )
    _offer_file(corrections)


def describe(answer: Answer, meant: int) -> str:
    """How a drawing is read, and whether that is what was meant: "✗ read as 9, 97%"."""
    probability = percent(float(answer.probabilities.max()), 0)
    if answer.is_rejected:
        return _("✗ rejected")
    text = _("✓ read as {digit}, {probability}")
    if answer.digit != meant:
        text = _("✗ read as {digit}, {probability}")
    return text.format(digit=answer.digit, probability=probability)


def _offer_file(corrections: Sequence[Correction]) -> None:
    drawn = [one for one in CORRECTIONS.get() if one.strokes]
    st.download_button(
        _("Download my drawings"),
        format_pen_file((one.label, one.strokes) for one in drawn),
        "my_drawings.jsonl",
        "application/jsonl",
        icon=":material/download:",
        on_click="ignore",
        disabled=not drawn,
        help=_(
            "The strokes and what you meant, one drawing a line, in the form that “How well it "
            "reads” takes."
        ),
    )
    pictures = len(corrections) - len(drawn)
    if pictures:
        text = ngettext(
            "One picture has no strokes, and is not in the file.",
            "{count} pictures have no strokes, and are not in the file.",
            pictures,
        )
        st.caption(text.format(count=pictures))
