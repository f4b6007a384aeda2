"""Why this answer: which pixels of the drawing count for it, by five methods, each checked."""

import streamlit as st
from markupsafe import Markup

from mnist_demo.app.components.map_pictures import MAPS_STYLE, draw_map
from mnist_demo.app.numbers import fixed
from mnist_demo.app.places.question.case import Case
from mnist_demo.app.places.why.why_methods import ABOUT, describe_checks, describe_map, name_score
from mnist_demo.app.places.why.why_sanity import show_sanity
from mnist_demo.app.templates import render
from mnist_demo.explain.values import Attribution, Target
from mnist_demo.figures.signed_scale import COLOURS, SignedScale
from mnist_demo.language import _

ANSWER = -1
ALONE, AGAINST = "alone", "against"


def show(case: Case) -> None:
    """One large map with what it says; the other maps and a check of all on demand."""
    st.html(MAPS_STYLE)
    with st.container(horizontal=True, vertical_alignment="center"):
        sentence = st.container(key="why-sentence")  # style.css keeps it wide enough
        target = _choose_target(case)
    method = st.segmented_control(
        _("Method"),
        list(ABOUT),
        format_func=_,
        default="Occlusion",
        required=True,
        key="why-method",
        persist_state="session",
        help=_("How the map is made. The text beside the map says what it shows."),
    )
    attribution = _attribute(case, target, method)
    sentence.markdown(_introduce(case, target, attribution))
    st.html(render("maps", kind="large", maps=[_draw(case, attribution)], beside=None))
    others = st.expander(
        _("All methods side by side"),
        key="why-others",
        icon=":material/grid_view:",
        on_change="rerun",
    )
    if others.open:
        with others:
            _show_all(case, target)
    show_sanity(case, target, attribution)


def _choose_target(case: Case) -> Target:
    """The class that the visitor asks about, alone or against its strongest rival."""
    names, reading = case.class_names, case.reading
    with st.popover(
        _("Another class"), icon=":material/swap_horiz:", help=_("Ask why not another one.")
    ):
        chosen = st.selectbox(
            _("Class"),
            [ANSWER, *range(len(names))],
            format_func=lambda index: (
                _("The answer: {name}").format(name=names[reading.digit])
                if index == ANSWER
                else names[index]
            ),
            key="why-class",
            persist_state="session",
            help=_("The maps show what counts for this class."),
        )
        first = reading.digit if chosen == ANSWER else chosen
        rival = reading.runner_up if first == reading.digit else reading.digit
        is_answer = first == reading.digit
        title = _("Against the runner-up, {name}") if is_answer else _("Against the answer, {name}")
        titles = {ALONE: _("On its own"), AGAINST: title.format(name=names[rival])}
        against = st.segmented_control(
            _("Score"),
            list(titles),
            format_func=titles.__getitem__,
            default=ALONE,
            required=True,
            key="why-against",
            persist_state="session",
            help=_(
                "On its own: the logit of the class. Against another: its logit minus that of "
                "the other, so what speaks for both drops out."
            ),
        )
    return Target(first, rival if against == AGAINST else None)


def _introduce(case: Case, target: Target, attribution: Attribution) -> str:
    score = float(case.reading.logits @ target.weights)
    told = describe_map(attribution, name_score(target, case.class_names), score)
    text = _("{map} Violet speaks for it, orange against it.").format(map=told)
    if case.reading.is_rejected:
        return _("This version rejects the drawing. {text}").format(text=text)
    return text


def _attribute(case: Case, target: Target, method: str) -> Attribution:
    asked = *case.key, target.first, target.against, method
    with st.spinner(_("Asking which pixels count …")):
        return _attribute_once(asked, case, target, method)


@st.cache_data(max_entries=256, show_spinner=False)
def _attribute_once(
    asked: tuple[str, str, int, int | None, str], _case: Case, _target: Target, _method: str
) -> Attribution:
    from mnist_demo.explain.attribution_checks import attribute

    return attribute(_case.engine.attributor, _case.image, _target, _method)


def _show_all(case: Case, target: Target) -> None:
    is_shared = st.toggle(
        _("One scale for all"),
        key="why-shared",
        persist_state="session",
        help=_(
            "The same colour is then the same number on every map. Otherwise the largest number "
            "of each map has the full colour, so that faint maps show their pattern."
        ),
    )
    attributions = [_attribute(case, target, method) for method in ABOUT]
    shared = SignedScale.over(one.values for one in attributions if one.values is not None)
    if is_shared:
        st.html(render("scale", scale=shared))
        text = _("{colours} The scale is stretched around zero, as its numbers show.")
        st.caption(text.format(colours=_(COLOURS)))
    maps = [_draw(case, one, shared if is_shared else None) for one in attributions]
    st.html(render("maps", kind="small", maps=maps, beside=case.image))


def _draw(case: Case, attribution: Attribution, shared: SignedScale | None = None) -> Markup:
    """A map with its scale, unless that is ``shared``, what it shows and what was checked."""
    values, title = attribution.values, _(attribution.method)
    own = SignedScale.over(() if values is None else [values])
    return render(
        "attribution",
        method=attribution.method,
        map=values is not None and draw_map(values, case.image, shared or own, title),
        scale=None if shared else own,
        about=_(ABOUT[attribution.method]),
        extent=values is not None
        and _("{low} to {high}").format(low=fixed(values.min(), 3), high=fixed(values.max(), 3)),
        checks=describe_checks(attribution),
    )
