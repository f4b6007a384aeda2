"""A process killed with SIGKILL at each moment of a save leaves whole versions only."""

import hashlib
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import keras
import pytest

from mnist_demo.errors import ModelVersionError
from mnist_demo.paths import PROJECT
from mnist_demo.versions.card import Card, Version
from mnist_demo.versions.store import Store
from tests.talking import talk_to

# Reads "action moment" lines; does each in a fork of itself that kills itself before the line of
# the room's code of that number, and answers with the exit code. A negative moment is a disk on
# which no file can be larger than so many bytes; then the exit code is 1 where that is explained.
PROGRAM = """
import os, resource, signal, sys
import h5py
import numpy as np
from mnist_demo import versions
from mnist_demo.errors import ModelVersionError
from mnist_demo.versions.card import Card
from mnist_demo.versions.store import Path, Store

VALUES = np.random.default_rng(1).random(20_000)

class Model:
    def save_weights(self, path):
        with h5py.File(path, "w") as file:
            for name in ("kernel", "bias"):
                file.create_group(name).create_dataset("values", data=VALUES)

def count_down(frame, event, _):
    global left
    if os.path.dirname(frame.f_code.co_filename) != versions.__path__[0]:
        return None
    left -= event == "line"
    if event == "line" and left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return count_down

os.fsync = lambda _: None  # slow, and SIGKILL loses nothing that was written
store = Store(*map(Path, sys.argv[1:]))
card = Card("keras-cnn", "plain", "mnist", 1, {}, 0.1, 0.9, 2.0, "2026-01-02T03:04:05+00:00")
actions = {
    "save_candidate": lambda: store.save_candidate(Model(), card),
    "save_shipped": lambda: store.save_shipped(Model(), card),
    "keep": lambda: store.keep(store.candidates()[0]),
    "delete": lambda: store.delete(store.candidates()[0]),
}
for line in sys.stdin:
    action, left = line.split()
    left = int(left)
    child = os.fork()
    if child == 0:
        if left < 0:
            resource.setrlimit(resource.RLIMIT_FSIZE, (-left, -left))
        sys.settrace(count_down if left > 0 else None)
        try:
            actions[action]()
        except ModelVersionError as error:
            os._exit(1 if "cannot be saved" in str(error) else 2)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def run(store: Store) -> Iterator[Callable[..., int]]:
    """Function that does something with the store in a process, killed at a moment (0: never)."""
    folders = [str(store.shipped_folder), str(store.trained_folder)]
    with talk_to(PROGRAM, *folders) as ask:

        def run_killed(action: str, moment: int = 0) -> int:
            exit_code = int(ask(f"{action} {moment}"))
            assert exit_code in (0, 1 if moment < 0 else -signal.SIGKILL if moment else 0)
            return exit_code

        yield run_killed


def assert_whole(versions: list[Version]) -> None:
    for version in versions:
        content = (version.folder / "model.weights.h5").read_bytes()
        assert hashlib.sha256(content).hexdigest() == version.card.weights_sha256


@pytest.mark.parametrize("action", ["save_candidate", "keep", "delete"])
def test_killed_at_each_moment(
    store: Store, run: Callable[..., int], action: str, reopened: Callable[..., Any]
) -> None:
    run("save_candidate")
    run("keep")
    kept = store.versions("keras-cnn")
    moments = 0
    while True:
        for candidate in store.candidates():
            store.delete(candidate)
        if action != "save_candidate":
            run("save_candidate")
        moments += 1
        exit_code = run(action, moments)
        found = reopened(store)
        assert_whole([*found.versions("keras-cnn"), *found.candidates()])
        assert all(version in found.versions("keras-cnn") for version in kept)
        if exit_code == 0:
            break
        assert len(found.versions("keras-cnn")) + len(found.candidates()) <= len(kept) + 1
        for version in found.versions("keras-cnn"):
            if version not in kept:  # the next time, there are as many to go through
                shutil.rmtree(version.folder)
    assert moments > 5
    run("save_candidate")
    assert not list(store.candidates_folder.glob(".*"))


def test_remaking_what_shipped_killed_at_each_moment_leaves_a_whole_version(
    store: Store, run: Callable[..., int], reopened: Callable[..., Any]
) -> None:
    run("save_shipped")
    moments = 0
    exit_code = -signal.SIGKILL
    while exit_code:
        moments += 1
        exit_code = run("save_shipped", moments)
        (found,) = reopened(store).versions("keras-cnn")
        assert_whole([found, reopened(store).shipped("keras-cnn", "plain")])
    assert moments > 30
    assert [path.name for path in store.shipped_folder.glob(".*")] == [".lock"]


@pytest.mark.parametrize("action", ["save_candidate", "save_shipped"])
def test_disk_that_is_full_at_any_size_leaves_whole_versions(
    store: Store, run: Callable[..., int], action: str, reopened: Callable[..., Any]
) -> None:
    run(action)
    (version,) = [*store.versions(), *store.candidates()]
    whole = (version.folder / "model.weights.h5").stat().st_size
    codes = []
    for most in [*range(1, whole, whole // 60), whole]:
        codes.append(run(action, -most))
        found = reopened(store)
        assert_whole([*found.versions(), *found.candidates()])
        assert len(found.versions()) + len(found.candidates()) == (
            1 + codes.count(0) if action == "save_candidate" else 1
        )
    assert codes[0] == 1
    assert codes[-1] == 0


@pytest.mark.parametrize("action", ["save_candidate", "save_shipped"])
def test_two_programs_save_at_the_same_time(store: Store, action: str) -> None:
    """Each round both are let go together, and neither sweeps what the other one is writing."""
    rounds = 30
    command = [sys.executable, "-c", PROGRAM, str(store.shipped_folder), str(store.trained_folder)]
    start = partial(
        subprocess.Popen[str],
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    with start() as one, start() as other:
        pipes = [(p.stdin, p.stdout) for p in (one, other) if p.stdin and p.stdout]
        for _ in range(rounds):
            for stdin, _ in pipes:
                stdin.write(f"{action} 0\n")
            for stdin, _ in pipes:
                stdin.flush()
            assert [stdout.readline() for _, stdout in pipes] == ["0\n", "0\n"]
        for stdin, _ in pipes:
            stdin.close()
    versions = [*store.versions(), *store.candidates()]
    assert len(versions) == (2 * rounds if action == "save_candidate" else 1)
    assert_whole(versions)


def test_disk_that_fills_up_while_keras_writes_is_explained(
    store: Store, model: keras.Model, make_card: Callable[..., Card]
) -> None:
    """A limit on the size of files breaks Keras's own writing, as a full disk does."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, most))
    try:
        with pytest.raises(ModelVersionError, match="cannot be saved"):
            store.save_candidate(model, make_card())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    assert list(store.candidates_folder.iterdir()) == []
    assert store.load(store.save_candidate(model, make_card()))
