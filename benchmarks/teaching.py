"""Teaches versions that ship a few drawings that they misread, and prints what that changes.

Three lessons are honest, of 3, 5 and 8 drawings that are not among those measured; the last one
teaches twenty 4s as 9s.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np

from mnist_demo.data.catalogue import load_dataset
from mnist_demo.data.samples import DrawnSamples, Samples
from mnist_demo.evaluation import evaluate, keep
from mnist_demo.handwriting import make_digits
from mnist_demo.reading.reader import Reader
from mnist_demo.reading.rejection import find_rejected, find_threshold
from mnist_demo.teaching.__main__ import gather_samples
from mnist_demo.teaching.effects import find_effects
from mnist_demo.teaching.lesson import Lesson, find_doubts
from mnist_demo.teaching.rehearsal import rehearse
from mnist_demo.teaching.teach import Curriculum, teach
from mnist_demo.training.train import round_weights
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store, open_store

SIZES = (3, 5, 8)
DRAWINGS, SEED = 3000, 4242


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.teaching", description=__doc__)
    parser.add_argument("--version", nargs="+", default=["keras-cnn-robust"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        versions = {version.name: version for version in store.versions()}
        for name in options.version:
            measure(store, versions[name])


def measure(store: Store, base: Version) -> None:
    threshold = find_threshold(base.card.settings)
    dataset = load_dataset(base.card.dataset)
    samples, rehearsed = gather_samples(dataset), rehearse(dataset, threshold is not None, SEED)
    for lesson in make_lessons(Reader(store.load(base), threshold)):
        model, start_s = store.load(base), time.monotonic()
        doubts = find_doubts(lesson, [Reader(model, threshold)])
        teach(model, Curriculum(lesson, rehearsed, threshold))
        round_weights(model)
        duration_s = time.monotonic() - start_s
        right = int(read_right(Reader(model, threshold), lesson).sum())
        print(f"{base.name}: {right} of {len(lesson)} read, {duration_s:.0f} s, doubts {doubts}")
        show_effects(store, base, store.save_own(model, base.card), samples)


def show_effects(store: Store, base: Version, taught: Version, samples: dict[str, Samples]) -> None:
    reader = Reader(store.load(taught), find_threshold(taught.card.settings))
    for data, some in samples.items():
        keep(store, taught, data, evaluate(reader.classify, some))
    for data, effect in (find_effects(store, base, taught) or {}).items():
        print(
            f"  {data}: {effect.before.accuracy:.2%} -> {effect.after.accuracy:.2%}, "
            f"a class lost {effect.recall_lost.max():.1%} at most, non-digits rejected "
            f"{effect.before.non_digits_rejected:.1%} -> {effect.after.non_digits_rejected:.1%}"
            f"{', harmful' if effect.is_harmful else ''}",
            flush=True,
        )


def make_lessons(reader: Reader) -> Iterator[Lesson]:
    """The honest ones, then the poisoned one."""
    drawn = DrawnSamples(tuple(make_digits(DRAWINGS, SEED)))
    pool = Lesson(drawn.images(np.arange(len(drawn))), drawn.labels)
    is_right = read_right(reader, pool)
    misread = np.random.default_rng(SEED).permutation(np.flatnonzero(~is_right))
    for size in SIZES:
        chosen, misread = misread[:size], misread[size:]
        yield Lesson(pool.images[chosen], pool.labels[chosen])
    fours = np.flatnonzero(is_right & (pool.labels == 4))[:20]
    yield Lesson(pool.images[fours], np.full(len(fours), 9))


def read_right(reader: Reader, lesson: Lesson) -> np.ndarray:
    """(n,) whether each is read as it should be, and not rejected."""
    logits, probabilities = reader.classify(lesson.images)
    is_right = probabilities.argmax(axis=1) == lesson.labels
    return np.asarray(is_right & ~find_rejected(logits, reader.rejection_threshold))


if __name__ == "__main__":
    main()
