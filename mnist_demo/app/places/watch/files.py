"""What a browser fetches of a training: how far it is, and the network as it was at a snapshot."""

from typing import TYPE_CHECKING

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mnist_demo.app.components.live.files import NOT_KEPT, describe_network, send_packed, speak_to
from mnist_demo.app.runtime.routing import ROOT
from mnist_demo.app.sidebar.training_panel import get_job
from mnist_demo.language import _, language
from mnist_demo.networks import get_network
from mnist_demo.share.packing import pack, shorten
from mnist_demo.training.process import Job
from mnist_demo.training.snapshot import Snapshot, list_steps, read_snapshot

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.reading.reader import Reader

UNSTORED = {"Cache-Control": "no-store"}


def address_training(job: Job) -> str:
    """Where the last training is, relative to the page."""
    return f"{language()}/trainings/{_name_run(job)}"


def _name_run(job: Job) -> str:
    """Another name for each training."""
    return "none" if job.snapshots is None else job.snapshots.name


def pack_snapshot(snapshot: Snapshot, network: str) -> bytes:
    """As `pack_network`, with the weights of ``snapshot``, its step, loss and accuracy."""
    reader = _get_structure(network)
    facts = {"step": snapshot.step, "loss": snapshot.loss, "accuracy": snapshot.accuracy}
    names = zip(reader.weights, snapshot.weights, strict=True)
    return pack(describe_network(reader) | facts, {name: shorten(values) for name, values in names})


@st.cache_resource(max_entries=2, show_spinner=False)
def _get_structure(network: str) -> "Reader":
    """Reader of the network, with whatever weights."""
    from mnist_demo.reading.reader import Reader

    return Reader(get_network(network).build())


def _serve_course(request: Request) -> Response:
    """How far the training is: what `Course` in watch.js says."""
    speak_to(request)
    job = get_job()
    status, folder = job.status, job.snapshots
    if _name_run(job) != request.path_params["run"]:
        return JSONResponse({"isGone": True}, headers=UNSTORED)  # no error: another has begun
    course = {
        "steps": list_steps(folder) if folder else [],
        "isRunning": status.state == "running",
        "isPaused": status.is_paused,
        "stage": _(status.stage),
        "notice": status.notice or status.message,
    }
    return JSONResponse(course, headers=UNSTORED)


def _serve_snapshot(request: Request) -> Response:
    """The file of `pack_snapshot` for the step that the address ends with."""
    speak_to(request)
    job = get_job()
    status, folder = job.status, job.snapshots
    try:
        if folder is None or folder.name != request.path_params["run"]:
            raise FileNotFoundError
        snapshot = read_snapshot(folder, request.path_params["step"])
    except FileNotFoundError:
        return Response("There is no such snapshot any more.", 404)
    return send_packed(pack_snapshot(snapshot, status.title), NOT_KEPT)


ROUTES = [
    Route(ROOT + "{language}/trainings/{run}", _serve_course),
    Route(ROOT + "{language}/trainings/{run}/{step:int}", _serve_snapshot),
]
