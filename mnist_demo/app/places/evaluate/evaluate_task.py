"""The evaluation of a version on some data, in the background; what it gives is kept for all."""

from functools import partial

from mnist_demo.app.places.evaluate.evaluate_data import Data
from mnist_demo.app.runtime.background import Wording, find_place, show_work
from mnist_demo.app.runtime.readers import start_loading
from mnist_demo.evaluation import Outcome, evaluate, find_kept, keep
from mnist_demo.language import N_
from mnist_demo.progress import OnCount
from mnist_demo.reading.rejection import find_threshold
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store

WORDING = Wording(
    N_("The evaluation"),
    N_("Measure"),
    N_(
        "Let the version read all of it. That takes a few seconds, and the result is kept. You "
        "and others can go on drawing meanwhile."
    ),
    N_("pictures"),
    ":material/speed:",
)


def find_outcome(store: Store, version: Version, data: Data) -> Outcome | None:
    """What was measured, if it is kept; else button, progress or trouble until it is there."""
    outcome = find_kept(store, version, data.key)
    if outcome is None:
        place = find_place("measure", (version.key, data.key))
        outcome = show_work(place, WORDING, "measure", partial(_measure, store, version, data))
    return outcome and outcome.with_threshold(find_threshold(version.card.settings))


def _measure(store: Store, version: Version, data: Data, on_progress: OnCount) -> Outcome:
    reader = start_loading(version, store).result()
    outcome = evaluate(reader.classify, data.load(), on_progress=on_progress)
    keep(store, version, data.key, outcome)
    return outcome
