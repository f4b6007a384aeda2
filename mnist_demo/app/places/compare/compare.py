"""What do others say? The same drawing through every network of the same classes, in one table."""

from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from mnist_demo.app.places.question.case import Case
from mnist_demo.app.runtime.background import Wording, work_at_once
from mnist_demo.app.runtime.own import open_store
from mnist_demo.app.runtime.readers import start_loading
from mnist_demo.app.sidebar.version_choice import name_version
from mnist_demo.app.stage.canvas import CanvasContent
from mnist_demo.app.templates import render
from mnist_demo.app.trouble import show_error
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.errors import ModelVersionError
from mnist_demo.image.normalization import find_ink
from mnist_demo.language import N_, _, ngettext
from mnist_demo.networks import get_network
from mnist_demo.progress import OnCount
from mnist_demo.reading.reading import Reading
from mnist_demo.stress.robustness import (
    CHANGES,
    Failure,
    Trials,
    find_failures,
    try_drawing,
    try_image,
)
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.reading.reader import Reader

TABLE_STYLE = Path(__file__).parents[2] / "components" / "table.css"
TITLES = {"shift": N_("moved by"), "rotation": N_("turned by"), "thinning": N_("thinned by")}
WORDING = Wording(
    N_("The comparison"),
    N_("Compare"),
    N_("Ask every network, also about the drawing moved, turned and thinned."),
    N_("networks"),
    ":material/groups:",
)


@dataclass(frozen=True, eq=False)
class Report:
    """What one version makes of a drawing; ``failures`` are from `find_failures`."""

    version: Version
    reading: Reading
    parameters: int
    failures: dict[str, Failure | None]


def show(case: Case) -> None:
    """Draw the table, and above it in a sentence who agrees."""
    st.html(TABLE_STYLE)
    store, drawing = open_store(), case.drawing
    versions = list_versions(store, case.engine.version)
    readers = [start_loading(version, store) for version in versions]

    def run(on_count: OnCount) -> tuple[Trials, list[Report | ModelVersionError]]:
        trials, reports = _try_out(drawing), []
        for done, (version, reader) in enumerate(zip(versions, readers, strict=True)):
            on_count(done, len(versions))
            reports.append(_ask(version, reader, case, trials))
        return trials, reports

    question = *case.key, *(version.key for version in versions)
    found = work_at_once("compare", question, WORDING, run)
    if found is None:
        return
    trials, reports = found
    answered = [report for report in reports if isinstance(report, Report)]
    st.markdown(summarize(answered, case.class_names))
    st.html(
        render(
            "compared",
            reports=answered,
            names=case.class_names,
            current=case.engine.version,
            changes=TITLES,
            largest={change: trials.largest(change) for change in CHANGES},
            name_amount=_name_amount,
            name_version=partial(name_version, store=store),
        )
    )
    st.caption(
        _(
            "Here the drawing is changed and then prepared again, as a new one would be. Under "
            "“What if I change it?”, the prepared 28 × 28 pixels are changed."
        )
    )
    for report in reports:
        if isinstance(report, ModelVersionError):
            show_error(report)


def list_versions(store: Store, current: Version) -> list[Version]:
    """The version in use, then one of each network of the same classes, by its tutorial's recipe.

    A network that ships nothing of its tutorial is there with its default version.
    """
    classes = DATASETS[current.card.dataset].classes
    known = [v for v in store.versions() if DATASETS[v.card.dataset].classes == classes]
    networks = sorted({version.card.network for version in known})
    others = [_find_tutorials(store, network) for network in networks]
    return [current, *(version for version in others if version.key != current.key)]


def _find_tutorials(store: Store, network: str) -> Version:
    try:
        return store.shipped(network, get_network(network).tutorial_recipe.name)
    except (KeyError, ModelVersionError):
        return store.versions(network)[-1]


def _try_out(drawing: CanvasContent) -> Trials:
    if drawing.image is not None:
        return try_image(drawing.image)
    return try_drawing(find_ink(drawing.rgba))


def _ask(
    version: Version, loading: "Future[Reader]", case: Case, trials: Trials
) -> Report | ModelVersionError:
    try:
        reader = loading.result()
    except ModelVersionError as error:
        card = version.card
        return ModelVersionError(
            "{network}, {recipe}: {error}", network=card.network, recipe=card.recipe, error=error
        )
    parameters = sum(layer.parameters for layer in reader.layers)
    return Report(version, reader.read(case.image), parameters, find_failures(trials, reader))


def summarize(reports: list[Report], names: tuple[str, ...]) -> str:
    """Who agrees, the most frequent answer first."""
    groups = Counter(
        None if report.reading.is_rejected else names[report.reading.digit] for report in reports
    ).most_common()
    counts = (_count(answer, count, len(reports)) for answer, count in groups)
    return _("{answers}.").format(answers=_("; ").join(counts))


def _count(answer: str | None, count: int, total: int) -> str:
    is_all = count == total > 1
    if answer is None:
        some = ngettext("{count} of {total} rejects it", "{count} of {total} reject it", count)
        text = _("All {total} reject it") if is_all else some
    else:
        some = ngettext(
            "{count} of {total} answers **{answer}**",
            "{count} of {total} answer **{answer}**",
            count,
        )
        text = _("All {total} answer **{answer}**") if is_all else some
    return text.format(count=count, total=total, answer=answer)


def _name_amount(amount: float, change: str) -> str:
    """An amount of a change with its unit."""
    unit = CHANGES[change]
    return f"{amount:.0f}°" if unit == "°" else f"{amount:.1f} {unit}"
