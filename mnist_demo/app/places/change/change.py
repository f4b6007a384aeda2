"""What if I change it? Sliders and handles, the curve along one of them, the smallest change."""

from collections.abc import Mapping

import streamlit as st

from mnist_demo.app.components.checks import is_dict_of
from mnist_demo.app.components.modules import make_component
from mnist_demo.app.places.change.change_chart import show_curve
from mnist_demo.app.places.change.change_flip import show_smallest_flip
from mnist_demo.app.places.question.case import Case, describe_answer
from mnist_demo.app.session import CHANGED_ALONG, CHANGED_DRAWING, amount_of, report_of
from mnist_demo.app.templates import address_gray
from mnist_demo.finite import is_finite
from mnist_demo.image.adjustments import ADJUSTMENTS, adjust, among_others
from mnist_demo.language import N_, _
from mnist_demo.stress.curve import trace_curve

HELP = {
    "thickness": N_("Mix the strokes with ones that are thicker or thinner by a pixel."),
    "scale": N_("Make the drawing larger or smaller about the middle."),
    "rotation": N_("Turn the drawing about the middle, clockwise."),
    "right": N_("Move the drawing to the right; below 0, to the left."),
    "down": N_("Move the drawing down; below 0, up."),
    "noise": N_("Add noise of this standard deviation; full ink is 1."),
}
HANDLED = ("right", "down", "scale", "rotation")
HANDLES = "change-handles"
HINT = N_("Drag the drawing to move it, or the round handle to turn and scale it.")

_show_handles = make_component("places/change/handles.js", html="<div class='handles'></div>")


def show(case: Case) -> None:
    """Sliders at rest for a new drawing, and what they change."""
    if CHANGED_DRAWING.get() != case.drawing.key:
        _take_back()
        CHANGED_DRAWING.set(case.drawing.key)
    sentence = st.empty()
    picture, sliders = st.columns([2, 3], gap="large")
    with sliders:
        amounts = _choose_amounts()
    image = adjust(case.image, amounts)
    reading = case.engine.reader.read(image)
    given = describe_answer(case.reading, case.class_names)
    changed = describe_answer(reading, case.class_names)
    text = _("As drawn, it is {given}. Changed, it is {changed}.")
    sentence.markdown(text.format(given=given, changed=changed))
    with picture:
        _show_handles(
            data={
                "image": address_gray(image),
                "alt": _("The changed drawing: 28 × 28 pixels"),
                "amounts": {name: amounts[name] for name in HANDLED},
                "limits": {name: ADJUSTMENTS[name].ends for name in HANDLED},
            },
            key=HANDLES,
            checks={"dragged": is_dict_of(dict.fromkeys(HANDLED, is_finite))},
            on_dragged_change=_take_dragged,
        )
        st.caption(_(HINT))
    name = CHANGED_ALONG.get()
    adjustment = among_others(name, amounts)
    curve = trace_curve(case.engine.reader, case.image, adjustment)
    show_curve(case.class_names, adjustment, curve, amounts[name])
    show_smallest_flip(case.engine, image, reading)


def _choose_amounts() -> dict[str, float]:
    """A slider for each adjustment, and a button that takes all back."""
    amounts, columns = {}, st.columns(2)
    for index, (name, adjustment) in enumerate(ADJUSTMENTS.items()):
        amounts[name] = columns[2 * index // len(ADJUSTMENTS)].slider(
            _(adjustment.title),
            float(adjustment.low),
            float(adjustment.high),
            step=float(adjustment.step),
            format=f"%.{adjustment.decimals}f {adjustment.unit}".strip(),
            key=amount_of(name).name,
            persist_state="session",
            on_change=_touch,
            args=(name,),
            help=_(HELP[name]),
        )
    st.button(
        _("Undo all changes"),
        icon=":material/undo:",
        on_click=_take_back,
        disabled=all(amounts[name] == one.neutral for name, one in ADJUSTMENTS.items()),
        help=_("Put all sliders where they change nothing."),
    )
    return amounts


def _touch(name: str) -> None:
    """Trace the curve along the slider touched last."""
    CHANGED_ALONG.set(name)


def _take_dragged() -> None:
    """Put the sliders where the handles were dragged to."""
    dragged: Mapping[str, float] = report_of(HANDLES).get()["dragged"]
    before = {name: amount_of(name).get() for name in HANDLED}

    def measure(name: str) -> float:
        """Fraction of its slider by which an amount was changed."""
        low, high = ADJUSTMENTS[name].ends
        return float(abs(dragged[name] - before[name]) / (high - low))

    _touch(max(HANDLED, key=measure))
    for name in HANDLED:
        amount_of(name).set(ADJUSTMENTS[name].snap(dragged[name]))


def _take_back() -> None:
    for name, adjustment in ADJUSTMENTS.items():
        amount_of(name).set(float(adjustment.neutral))
