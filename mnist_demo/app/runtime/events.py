"""What happens on the server: a line in the log for each event, and metrics for Prometheus.

Neither has a drawing, a file's name or an address. A visitor is a random number, given anew with
each connection.
"""

import time

import streamlit as st
from prometheus_client import Counter, Gauge, Histogram, start_http_server
from streamlit import runtime
from streamlit.logger import get_logger

from mnist_demo.app.runtime.settings import METRICS
from mnist_demo.app.runtime.streamlit_internals import get_visitor
from mnist_demo.errors import SettingError
from mnist_demo.training.process import OnState, State

LOGGER = get_logger("mnist_demo")  # with the format and the level of Streamlit's options
VISITOR_HEADER = "X-Visitor"  # from the connection to the script that runs for it
NOBODY = "-"
arrivals: dict[str, float] = {}  # of the last message of each visitor who is here, in seconds
VISITORS = Gauge("mnist_demo_visitors", "Open pages")
REFUSED = Counter("mnist_demo_refused", "What was refused", ["what"])
STROKES = Histogram(
    "mnist_demo_stroke_seconds",
    "Time from the arrival of a stroke until it is read",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
JOBS_RUNNING = Gauge("mnist_demo_jobs_running", "Jobs in the background that run")
JOBS_WAITING = Gauge("mnist_demo_jobs_waiting", "Jobs in the background that wait for their turn")
JOBS = Counter("mnist_demo_jobs", "Jobs in the background that have ended", ["job", "outcome"])
TRAININGS_RUNNING = Gauge("mnist_demo_trainings_running", "Trainings and teachings that run")
TRAININGS = Counter(
    "mnist_demo_trainings",
    "Trainings and teachings that have ended",
    ["kind", "network", "outcome"],
)


def serve_metrics(address: str, port: int) -> None:
    """Serve these metrics and the process's own over HTTP; SettingError where that fails."""
    try:
        start_http_server(port, address)
    except OSError as error:
        raise SettingError(
            "{variable}: the metrics cannot be served at {address}, port {port}: {why}.",
            variable=METRICS,
            address=address,
            port=port,
            why=error.strerror or error,
        ) from error


def find_visitor() -> str:
    """Number of the visitor whose page is being written; a thread's work is nobody's."""
    is_run = get_visitor() and runtime.exists()
    return st.context.headers.get(VISITOR_HEADER, NOBODY) if is_run else NOBODY


def log(event: str, visitor: str, **facts: object) -> None:
    """Write a line of names and values."""
    pairs = {"event": event, "visitor": visitor, **facts}
    LOGGER.info(" ".join(f"{name}={value}" for name, value in pairs.items()))


def refuse(what: str, visitor: str) -> None:
    """Tell that something was refused."""
    REFUSED.labels(what).inc()
    log("refused", visitor, what=what)


def come(visitor: str) -> None:
    """Tell that a page was opened."""
    arrivals[visitor] = time.perf_counter()
    VISITORS.inc()
    log("visitor_came", visitor)


def hear(arrival_s: float) -> None:
    """Tell when something came from this visitor without a message."""
    visitor = find_visitor()
    if visitor in arrivals:
        arrivals[visitor] = arrival_s


def leave(visitor: str) -> None:
    """Tell that the page was closed, or has lost its connection."""
    del arrivals[visitor]
    VISITORS.dec()
    log("visitor_left", visitor)


def read_stroke() -> None:
    """Tell that a drawing has been read, and how long after the visitor's last message."""
    visitor = find_visitor()
    if visitor in arrivals:
        duration_s = time.perf_counter() - arrivals[visitor]
        STROKES.observe(duration_s)
        log("stroke_read", visitor, milliseconds=f"{duration_s * 1000:.1f}")


def follow_training(kind: str, network: str) -> OnState:
    """Tells when this visitor's training or teaching, as ``kind`` says, begins and how it ends."""
    visitor, start_s = find_visitor(), 0.0

    def tell(state: State) -> None:
        nonlocal start_s
        if state == "running":
            start_s = time.monotonic()
            TRAININGS_RUNNING.inc()
            log(f"{kind}_begun", visitor, network=network)
            return
        TRAININGS_RUNNING.dec()
        TRAININGS.labels(kind, network, state).inc()
        seconds = f"{time.monotonic() - start_s:.1f}"
        log(f"{kind}_ended", visitor, network=network, outcome=state, seconds=seconds)

    return tell
