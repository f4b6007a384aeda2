"""The teaching itself: begun, waiting for its turn, running, ended."""

import random
from collections.abc import Sequence

import streamlit as st

from mnist_demo.app.places.teach.corrections import Correction, make_lesson
from mnist_demo.app.runtime.own import get_own, open_store
from mnist_demo.app.session import TAUGHT
from mnist_demo.app.sidebar.training_panel import describe_time, show_failure
from mnist_demo.app.trouble import toast_error
from mnist_demo.errors import DemoError
from mnist_demo.language import N_, _, ngettext
from mnist_demo.teaching.lesson import LEAST
from mnist_demo.training.process import Status
from mnist_demo.versions.card import Version

TEACH_HELP = N_(
    "Teach a copy of the version in use, in a process of its own, for about a minute. It is yours "
    "alone, and you decide whether to keep it."
)
WAITING = N_(
    "Others are training or teaching, one at a time: you are number {place} in the queue. Yours "
    "begins by itself."
)
STOPPED = N_("The teaching was stopped. Nothing has changed.")


def offer_teaching(corrections: Sequence[Correction], version: Version) -> None:
    """Button that begins a teaching, or says why it cannot."""
    missing = LEAST - len(corrections)
    explanation = _(TEACH_HELP)
    if missing > 0:
        explanation = ngettext(
            "Add another drawing: fewer than {least} say little about anyone’s handwriting.",
            "Add {count} drawings: fewer than {least} say little about anyone’s handwriting.",
            missing,
        ).format(count=missing, least=LEAST)
        st.caption(explanation)
    st.button(
        _("Teach it"),
        key="teach",
        icon=":material/school:",
        type="secondary" if missing > 0 else "primary",  # what is disabled could not be read
        disabled=missing > 0,
        on_click=_begin,
        args=(corrections, version),
        help=explanation,
    )


def show_state() -> bool:
    """Progress or trouble of this visitor's teaching; whether it goes on."""
    job = get_own().job
    status = job.status
    match status.state:
        case "waiting":
            text = _(WAITING).format(place=job.place)
            st.info(text, icon=":material/hourglass_top:")
            _offer_end(_("Leave the queue"), _("Nothing will be taught."))
        case "running":
            st.progress(status.fraction or 0.0, text=_describe_progress(status))
            explanation = _("End the teaching. Your version stays as it is.")
            _offer_end(_("Stop teaching"), explanation)
        case "failed":
            show_failure(status)
        case "stopped":
            st.info(_(STOPPED), icon=":material/stop_circle:")
    return status.state in ("waiting", "running")


def _begin(corrections: Sequence[Correction], version: Version) -> None:
    own, store = get_own(), open_store()
    TAUGHT.set(tuple(corrections))
    try:
        for candidate in store.own_candidates():  # a teaching takes the place of the one before
            store.delete(candidate)
        arguments = ["--version", version.name, "--own", str(own.folder)]
        arguments += ["--seed", str(random.randrange(2**31))]
        given = {"--corrections": make_lesson(corrections).to_bytes()}
        own.job.enqueue("mnist_demo.teaching", arguments, version.card.network, given)
    except DemoError as error:
        toast_error(error)


def _offer_end(label: str, explanation: str) -> None:
    st.button(
        label,
        key="stop-teaching",
        icon=":material/stop:",
        on_click=get_own().job.stop,
        help=explanation,
    )


def _describe_progress(status: Status) -> str:
    if not status.last or status.stage != "Training":
        return _("{stage} …").format(stage=_(status.stage))
    progress, left_s = status.last.progress, status.last.seconds_left
    read = f"{progress.accuracy or 0:.0%}"
    text = _("It learns: {part} of your drawings and their copies are read as you meant")
    if left_s is not None:
        text = _(
            "It learns: {part} of your drawings and their copies are read as you meant, at most "
            "{time} left"
        )
    return text.format(part=read, time=describe_time(left_s or 0))
