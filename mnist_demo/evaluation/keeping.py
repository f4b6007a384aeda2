"""Outcomes kept on disk: those of the versions that ship come with the project, others are made."""

from pathlib import Path

from mnist_demo.evaluation.outcome import Outcome
from mnist_demo.paths import ASSETS
from mnist_demo.versions.card import Version
from mnist_demo.versions.folders import write_whole
from mnist_demo.versions.store import Store

FORMAT = "2"  # another one wherever images or scores come to be made differently
SHIPPED_MEASURES = ASSETS / "measures"


def find_kept(store: Store, version: Version, data: str) -> Outcome | None:
    """Outcome kept for these weights and the data of this name, without threshold, or None."""
    try:
        content = _locate_shipped(version, data).read_bytes()
    except OSError:
        content = store.cache("evaluations", version).read(FORMAT, version.key, data) or b""
    try:
        return Outcome.from_bytes(content)
    except ValueError:
        return None  # evaluating again replaces what is damaged


def keep(store: Store, version: Version, data: str, outcome: Outcome) -> None:
    """Keep an outcome; where the disk does not take it, it is lost when the program ends."""
    store.cache("evaluations", version).write(outcome.to_bytes(), FORMAT, version.key, data)


def ship(version: Version, data: str, outcome: Outcome) -> None:
    """Put an outcome among those that come with the project; OSError on failure."""
    write_whole(_locate_shipped(version, data), outcome.to_bytes())


def _locate_shipped(version: Version, data: str) -> Path:
    """The name has the beginning of the weights' checksum: other weights read differently."""
    return SHIPPED_MEASURES / f"{version.name}-{version.card.weights_sha256[:8]}-{data}.json.gz"
