"""Outcomes kept on disk, so that a long evaluation is not done twice."""

import hashlib
import os
from pathlib import Path

from mnist_demo.evaluation.outcome import Outcome
from mnist_demo.evaluation.samples import Samples
from mnist_demo.store import Store, Version
from mnist_demo.whole_file import write_whole

FORMAT = "1"  # another one wherever images or scores come to be made differently
MOST_KEPT = 100


def find_kept(store: Store, version: Version, samples: Samples) -> Outcome | None:
    """Outcome that was kept for these weights and samples, without threshold, or None."""
    try:
        text = _path(store, version, samples).read_text(encoding="utf-8")
        outcome = Outcome.from_json(text)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # evaluating again replaces what is damaged
    return outcome if len(outcome.labels) == len(samples) else None


def keep(store: Store, version: Version, samples: Samples, outcome: Outcome) -> None:
    """Keep an outcome; where the disk refuses, it is only known until the program ends."""
    path = _path(store, version, samples)
    try:
        write_whole(path, outcome.to_json().encode())
        _forget_oldest(path.parent)
    except OSError:
        return


def _path(store: Store, version: Version, samples: Samples) -> Path:
    text = "\n".join([FORMAT, version.key, samples.fingerprint])
    name = hashlib.sha256(text.encode()).hexdigest()[:32]
    return store.trained_folder / "evaluations" / f"{name}.json"


def _forget_oldest(folder: Path) -> None:
    paths = sorted(folder.glob("*.json"), key=os.path.getmtime)
    for path in paths[:-MOST_KEPT]:
        path.unlink(missing_ok=True)
