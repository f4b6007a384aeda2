"""Why was it misread? The drawing prepared in many ways, and what each version makes of it."""

import streamlit as st

from mnist_demo.app.places.compare.compare import TABLE_STYLE
from mnist_demo.app.places.question.case import Case, describe_answer
from mnist_demo.app.places.teach.corrections import choose_meant, offer_adding
from mnist_demo.app.runtime.background import Wording, work_at_once
from mnist_demo.app.runtime.own import open_store
from mnist_demo.app.runtime.readers import start_loading
from mnist_demo.app.templates import render
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.language import N_, _
from mnist_demo.progress import OnCount
from mnist_demo.stress.doctor import Diagnosis, diagnose, treat_drawing, treat_image
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store

WORDING = Wording(
    N_("The search"),
    N_("Search"),
    N_("Prepare the drawing in other ways, and ask other versions."),
    N_("versions"),
    ":material/search:",
)
NO_CURE = N_(
    "Nothing that was tried makes it {meant}. Perhaps a stroke is missing, or one too many?"
)


def show(case: Case) -> None:
    """What was meant, what makes it right, and all that was tried."""
    st.html(TABLE_STYLE)
    store, drawing, names = open_store(), case.drawing, case.class_names
    labels = case.engine.class_names
    label = labels.index(drawing.label) if drawing.label in labels else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        meant = choose_meant(drawing, names, label)
        if DATASETS[case.engine.version.card.dataset].are_digits:
            offer_adding(drawing, case.image, meant)
    versions = list_versions(store, case.engine.version)
    loadings = {name: start_loading(version, store) for name, version in versions.items()}

    def run(on_count: OnCount) -> Diagnosis:
        image = drawing.image
        treatments = treat_drawing(drawing.rgba) if image is None else treat_image(image)
        readers = {name: loading.result() for name, loading in loadings.items()}
        return diagnose(treatments, readers, on_count)

    question = *case.key, *(version.key for version in versions.values())
    diagnosis = work_at_once("doctor", question, WORDING, run)
    if diagnosis is None:
        return
    _show_cures(diagnosis, next(iter(versions)), meant, names)
    title = _("All {count} ways that were tried").format(count=len(diagnosis.findings))
    with st.expander(title, icon=":material/table_rows:"):
        st.html(render("diagnosis", diagnosis=diagnosis, names=names, meant=meant))


def list_versions(store: Store, current: Version) -> dict[str, Version]:
    """The version in use, then those that ship with the same network, by their recipes."""
    shipped = [v for v in store.versions(current.card.network) if store.is_shipped(v)]
    name = current.card.recipe if store.is_shipped(current) else N_("yours")
    return {name: current} | {version.card.recipe: version for version in shipped}


def _show_cures(
    diagnosis: Diagnosis, version: str, meant: int | None, names: tuple[str, ...]
) -> None:
    given = diagnosis.given[version]
    answer = describe_answer(given, names)
    if meant is None:
        st.markdown(_("It is {answer}. What did you mean?").format(answer=answer))
    elif given.outcome == meant:
        text = _("It is read as **{name}**, as you meant.").format(name=names[meant])
        st.success(text, icon=":material/check:")
    elif cures := diagnosis.find_cures(version, meant):
        text = _("It is {answer}. What makes it **{name}**:")
        st.markdown(text.format(answer=answer, name=names[meant]))
        st.html(render("cures", cures=cures, current=version, names=names))
    else:
        st.markdown(_("It is {answer}.").format(answer=answer))
        st.info(_(NO_CURE).format(meant=names[meant]), icon=":material/help:")
