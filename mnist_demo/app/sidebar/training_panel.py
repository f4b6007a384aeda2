"""Sidebar: a button that retrains, the progress of a training, and what becomes of its result."""

import random
from collections.abc import Callable
from functools import cache, partial

import streamlit as st

from mnist_demo.app.numbers import NOTHING, percent, points
from mnist_demo.app.runtime.events import find_visitor, follow_training, refuse
from mnist_demo.app.runtime.own import get_turns
from mnist_demo.app.runtime.settings import get_settings
from mnist_demo.app.sidebar.data_choice import get_drawings
from mnist_demo.app.sidebar.recipe_choice import choose_training, get_arguments
from mnist_demo.app.sidebar.version_choice import get_network_name, get_version, use_version
from mnist_demo.app.trouble import plain, show_error, toast_error
from mnist_demo.errors import DemoError, ModelVersionError
from mnist_demo.language import N_, _
from mnist_demo.networks import get_network
from mnist_demo.training.process import Job, Status
from mnist_demo.versions.card import Card, Version
from mnist_demo.versions.store import Store

PROGRAM = "mnist_demo.training"
POLL_INTERVAL_S = 0.5
KEEP_HELP = N_("Save it, and read your drawings with it")
DELETE_HELP = N_("Delete it for everybody")
BUSY = N_("Somebody is training or teaching a network at the moment: try again in a minute.")


@cache  # not Streamlit's, which any visitor may clear
def get_job() -> Job:
    """The one training of this server, the same for all visitors."""
    return Job(get_turns(), partial(follow_training, "training"))


def is_allowed() -> bool:
    """Whether visitors may train on this server, and decide about what was trained."""
    return get_settings().may_train


def prepare_training() -> None:
    """Have a process ready, where visitors may train, for the next training to begin at once."""
    if is_allowed():
        get_job().prepare(PROGRAM)


def show_retraining(store: Store) -> None:
    """Retrain button, progress of a running training, and the decision about a finished one."""
    if not is_allowed():
        return
    st.subheader(_("Retrain"), anchor=False)
    job = get_job()
    is_running = job.status.state == "running"
    st.fragment(_show_job, run_every=POLL_INTERVAL_S if is_running else None)(is_running)
    if not is_running:
        _show_lost()
        _show_start(job, store)
    for candidate in store.candidates():
        _show_decision(store, candidate)


def _show_job(was_running: bool) -> None:
    job = get_job()
    status = job.status
    if (status.state == "running") != was_running:
        st.rerun()
    match status.state:
        case "running":
            _show_progress(job, status)
        case "failed":
            show_failure(status)
        case "stopped":
            text = _("The training was stopped. Nothing has changed.")
            st.info(text, icon=":material/stop_circle:")


def _show_lost() -> None:
    """Which training ended with its server, maybe another one than this."""
    for network in get_turns().list_lost():
        text = _("A training of {network} ended with its server. Nothing has changed: train again.")
        st.info(text.format(network=plain(network)), icon=":material/power_off:")


def show_failure(status: Status) -> None:
    """Why a job has failed, and what it printed."""
    show_error(status.message)
    if status.details:
        with st.expander(_("What the training printed")):
            st.code(status.details, language=None)


def _show_start(job: Job, store: Store) -> None:
    network = get_network_name()
    choose_training(network, store)
    st.button(
        _("Retrain this network"),
        key="retrain",
        icon=":material/model_training:",
        width="stretch",
        on_click=start_training,
        args=(job, network),
        help=_(
            "Train this network again, from new random weights, in a process of its own. "
            "You can go on drawing."
        ),
    )


def start_training(job: Job, network: str, *options: str) -> None:
    """Widget callback: train the network as the sidebar has it, unless something is trained."""
    arguments = ["--network", network, "--candidate", "--json", *options]
    arguments += ["--seed", str(random.randrange(2**31))]  # the card keeps it
    arguments += get_arguments(network)
    try:
        drawings = get_drawings(get_network(network))
        given = {} if drawings is None else {"--drawings": drawings}
        if not job.start(PROGRAM, arguments, network, given):
            refuse("training", find_visitor())
            st.toast(_(BUSY), icon=":material/hourglass_top:")
    except DemoError as error:
        toast_error(error)


def _show_progress(job: Job, status: Status) -> None:
    text = _("{network}: {progress}")
    text = text.format(network=plain(status.title), progress=_describe_progress(status))
    st.progress(status.fraction or 0.0, text=text)
    if status.last:
        progress = status.last.progress
        left, right = st.columns(2)
        left.metric(_("Loss"), f"{progress.loss:.4f}")
        accuracy = progress.accuracy
        right.metric(_("Accuracy"), NOTHING if accuracy is None else percent(accuracy, 2))
        for name, value in progress.metrics.items():
            text = _("{name}: {value}")
            st.caption(text.format(name=_(name.capitalize()), value=f"{value:.4f}"))
    st.button(
        _("Stop training"),
        icon=":material/stop:",
        width="stretch",
        on_click=job.stop,
        help=_("End the training. What it has learned so far is dropped; your version stays."),
    )


def _describe_progress(status: Status) -> str:
    if not status.last or status.stage != "Training":
        return _("{stage} …").format(stage=_(status.stage))
    progress, left_s = status.last.progress, status.last.seconds_left
    text = _("epoch {epoch} of {epochs}, batch {batch} of {batches}")
    if left_s is not None:
        text = _("epoch {epoch} of {epochs}, batch {batch} of {batches}, {time} left")
    return text.format(
        epoch=progress.epoch,
        epochs=progress.epochs,
        batch=f"{progress.batch:,}",
        batches=f"{progress.batches:,}",
        time=describe_time(left_s or 0),
    )


def describe_time(seconds: float) -> str:
    """Its two largest units: "1 min 05 s", or "2 h 03 min"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, rest_minutes = divmod(minutes, 60)
    if hours:
        text = _("{hours} h {minutes} min")
        return text.format(hours=f"{hours:,}", minutes=f"{rest_minutes:02d}")
    text = _("{minutes} min {seconds} s") if minutes else _("{seconds} s")
    return text.format(minutes=minutes, seconds=f"{rest:02d}" if minutes else rest)


def _show_decision(store: Store, candidate: Version) -> None:
    """How the new version compares with the one in use, and two buttons."""
    st.markdown(_compare(candidate.card, _accuracy_in_use(store, candidate.card)))
    is_good = is_worth_keeping(store, candidate.card)
    with st.container(horizontal=True):
        for action, name, explanation in (
            (keep, N_("Keep"), KEEP_HELP),
            (delete, N_("Delete"), DELETE_HELP),
        ):
            st.button(
                _(name),
                key=f"{name.lower()}-{candidate.name}",
                type="primary" if (action is keep) == is_good else "secondary",
                width="stretch",
                on_click=_decide,
                args=(action, store, candidate),
                help=_("{sentence}.").format(sentence=_(explanation)),
            )


def _compare(new: Card, now: float | None) -> str:
    """How accurate the new version is, also against the accuracy in use."""
    accuracy = percent(new.test_accuracy, 2)
    if new.is_broken:
        text = _(
            "**A new version is ready**: {accuracy} on its test set, no better than guessing: it "
            "is broken."
        )
        return text.format(accuracy=accuracy)
    if now is None:
        text = _("**A new version is ready**: {accuracy} on its test set.")
        return text.format(accuracy=accuracy)
    text = _(
        "**A new version is ready**: {accuracy} on its test set, {difference} against the version "
        "in use."
    )
    return text.format(accuracy=accuracy, difference=points(new.test_accuracy - now))


def is_worth_keeping(store: Store, new: Card) -> bool:
    """Whether a new version is not worse than the one in use, as far as they can be compared."""
    now = _accuracy_in_use(store, new)
    return not new.is_broken and (now is None or new.test_accuracy >= now)


def _accuracy_in_use(store: Store, new: Card) -> float | None:
    """Test accuracy of this visitor's version, if it is of the same network and test set."""
    try:
        card = get_version(store).card
    except ModelVersionError:
        return None  # the page says so where the answer would be
    is_comparable = (card.network, card.dataset) == (new.network, new.dataset)
    return card.test_accuracy if is_comparable else None


def _decide(action: Callable[[Store, Version], None], store: Store, candidate: Version) -> None:
    try:
        action(store, candidate)
    except DemoError as error:
        toast_error(error)


def keep(store: Store, candidate: Version) -> None:
    """Put a candidate among the versions, for this visitor to read with."""
    use_version(store.keep(candidate))
    get_job().dismiss()


def delete(store: Store, version: Version) -> None:
    """Delete a candidate or a kept version."""
    store.delete(version)
    get_job().dismiss()
