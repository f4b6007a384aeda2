"""What a teaching has changed, side by side, and whether to keep it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import streamlit as st

from mnist_demo.app.numbers import percent, points
from mnist_demo.app.places.compare.compare import TABLE_STYLE
from mnist_demo.app.places.teach.collected import describe
from mnist_demo.app.places.teach.corrections import Correction, make_lesson
from mnist_demo.app.places.teach.doubts import describe_doubts
from mnist_demo.app.runtime.engine import Engine, get_engine
from mnist_demo.app.runtime.own import get_own, open_store
from mnist_demo.app.session import TAUGHT
from mnist_demo.app.sidebar.version_choice import use_version
from mnist_demo.app.templates import render
from mnist_demo.app.trouble import toast_error
from mnist_demo.data.catalogue import DATASETS, HANDWRITING
from mnist_demo.errors import DemoError
from mnist_demo.evaluation.outcome import REJECTED
from mnist_demo.language import N_, _
from mnist_demo.stress.answers import Answer, ask
from mnist_demo.teaching.effects import Effect, find_effects
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store

LEARNED = N_(
    "It reads {count} of your {total} drawings as you meant them; before, it was {before}."
)
COST = N_(
    "It has lost more than it should on {data}: {accuracy} in all, and {count} more of the digit "
    "{label} are {answer}."
)
LOST = N_(
    "The connection was lost, and with it what was taught. Your drawings are here: teach it again."
)
KEEP_HELP = N_("Save it for this session, for you alone, and read your drawings with it.")
DROP_HELP = N_("Delete what was taught. Your drawings stay in your lesson.")


@dataclass(frozen=True)
class Comparison:
    """A taught version beside the one that it is a copy of, on what was taught and elsewhere."""

    base: Engine
    taught: Engine
    corrections: tuple[Correction, ...]
    effects: dict[str, Effect]

    @property
    def answers(self) -> list[tuple[Correction, Answer, Answer]]:
        """Each correction, how it was read, and how it is read now."""
        images = make_lesson(self.corrections).images
        answers = (ask(engine.reader, images) for engine in (self.base, self.taught))
        return list(zip(self.corrections, *answers, strict=True))


def show_taught() -> None:
    """The comparison and two buttons, where something was taught that nobody has decided on."""
    store = open_store()
    comparison = _find_comparison(store)
    if comparison is None:
        if TAUGHT.get() and get_own().job.status.state == "idle":
            st.info(_(LOST), icon=":material/link_off:")
        return
    st.subheader(_("What has changed"), anchor=False)
    st.html(TABLE_STYLE)
    answers = comparison.answers
    st.markdown(_summarize(answers))
    rows = [
        (one, describe(before, one.label), describe(now, one.label)) for one, before, now in answers
    ]
    st.html(render("taught", rows=rows, figures=list(_list_figures(comparison))))
    lesson = make_lesson(comparison.corrections)
    troubles = [*describe_doubts(lesson, comparison.base), *_list_costs(comparison)]
    for text in troubles:
        st.warning(text, icon=":material/report:")
    is_good = not troubles and all(now.outcome == one.label for one, _before, now in answers)
    _offer_decision(store, comparison.taught.version, is_good)


def _find_comparison(store: Store) -> Comparison | None:
    """What was taught last, once it is measured; None where nothing waits for a decision."""
    corrections, candidates = TAUGHT.get(), store.own_candidates()
    if not candidates or not corrections:
        return None
    taught = candidates[-1]
    bases = {version.name: version for version in store.versions(taught.card.network)}
    base = bases.get(str(taught.card.settings["taught_from"]))
    if base is None:
        return None
    effects = find_effects(store, base, taught)
    if effects is None:
        return None
    with st.spinner(_("Loading the network …")):
        return Comparison(get_engine(base.key), get_engine(taught.key), corrections, effects)


def _summarize(answers: list[tuple[Correction, Answer, Answer]]) -> str:
    before = sum(was.outcome == one.label for one, was, _now in answers)
    count = sum(now.outcome == one.label for one, _was, now in answers)
    return _(LEARNED).format(count=count, total=len(answers), before=before)


def _list_figures(comparison: Comparison) -> Iterator[tuple[str, str, str, str]]:
    """Name, value before and now, and the difference, of everything that was measured."""
    for data, effect in comparison.effects.items():
        before, now = effect.before, effect.after
        title = _name(data)
        yield _tell(_("{data}: accuracy").format(data=title), before.accuracy, now.accuracy)
        if before.threshold is None:
            continue
        rejected = before.digits_rejected, now.digits_rejected
        yield _tell(_("{data}: digits rejected").format(data=title), *rejected)
        if not before.is_digit.all():
            rejected = before.non_digits_rejected, now.non_digits_rejected
            yield _tell(_("{data}: others rejected").format(data=title), *rejected)


def _tell(name: str, before: float, now: float) -> tuple[str, str, str, str]:
    return name, percent(before, 2), percent(now, 2), points(now - before)


def _list_costs(comparison: Comparison) -> Iterator[str]:
    """A sentence for each of the data on which more is lost than should be."""
    for data, effect in comparison.effects.items():
        if effect.is_harmful:
            worst = effect.worst
            answer = _("rejected")
            if worst.answer != REJECTED:
                answer = _("read as {answer}").format(answer=worst.answer)
            yield _(COST).format(
                data=_name(data),
                accuracy=points(-effect.accuracy_lost),
                label=worst.label,
                count=worst.count,
                answer=answer,
            )


def _name(data: str) -> str:
    if data == HANDWRITING.name:
        return _("Rendered handwriting")
    return _("{dataset} test set").format(dataset=_(DATASETS[data].title))


def _offer_decision(store: Store, taught: Version, is_good: bool) -> None:
    with st.container(horizontal=True):
        for name, decide, explanation, is_main in (
            (_("Keep for me"), _keep, _(KEEP_HELP), is_good),
            (_("Drop"), _drop, _(DROP_HELP), not is_good),
        ):
            st.button(
                name,
                key=f"{decide.__name__.strip('_')}-taught",
                type="primary" if is_main else "secondary",
                on_click=partial(_decide, decide, store, taught),
                help=explanation,
            )


def _decide(decide: Callable[[Store, Version], None], store: Store, taught: Version) -> None:
    try:
        decide(store, taught)
    except DemoError as error:
        toast_error(error)
        return
    get_own().job.dismiss()
    TAUGHT.forget()
    st.rerun()  # the whole page: another version may read now


def _keep(store: Store, taught: Version) -> None:
    use_version(store.keep(taught))


def _drop(store: Store, taught: Version) -> None:
    store.delete(taught)
