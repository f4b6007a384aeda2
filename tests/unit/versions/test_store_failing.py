"""The store, killed at a system call or failed by it: no kept version is lost, and it goes on."""

import hashlib
import json
import signal
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from mnist_demo.versions.store import DEFAULTS_FILE, Store
from tests.talking import talk_to

# Reads lines of a store's folders, an action, a way and a number. Does each in a fork of itself,
# in which the system call of that number (0: none) kills the process or fails, once or with all
# that follow, as on a full or a broken disk. Python tells of all calls but those that write: disks
# that fill up while a file is written are in `test_store_killed`.
PROGRAM = """
import errno, os, signal, sys
import h5py
import numpy as np
from mnist_demo.errors import ModelVersionError
from mnist_demo.versions.card import Card
from mnist_demo.versions.store import Path, Store

CALLS = {
    "open", "fsync", "fcntl.flock",
    "os.listdir", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.scandir",
}

class Model:
    def save_weights(self, path):
        with h5py.File(path, "w") as file:
            file.create_group("kernel").create_dataset("values", data=np.zeros(10))

def watch(event, arguments):
    global left
    if not is_watched or event not in CALLS:
        return
    left -= 1
    if left == 0 and way == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if left == 0 or (left < 0 and way == "broken"):
        number = errno.EIO if way == "broken" else errno.ENOSPC
        raise OSError(number, os.strerror(number))

is_watched = False
sys.addaudithook(watch)
os.fsync = lambda descriptor: sys.audit("fsync")
card = Card("keras-cnn", "plain", "mnist", 1, {}, 0.1, 0.9, 2.0, "2026-01-02T03:04:05+00:00")
actions = {
    "save_candidate": lambda candidate, kept: store.save_candidate(Model(), card),
    "save_shipped": lambda candidate, kept: store.save_shipped(Model(), card),
    "keep": lambda candidate, kept: store.keep(candidate),
    "delete": lambda candidate, kept: store.delete(candidate),
    "set_default": lambda candidate, kept: store.set_default(kept),
}
for line in sys.stdin:
    *folders, action, way, left = line.split()
    store, left = Store(*map(Path, folders)), int(left)
    child = os.fork()
    if child == 0:
        candidate, kept = [*store.candidates(), None][0], [None, *store.versions()][-1]
        is_watched, exit_code = left > 0, 0
        try:
            actions[action](candidate, kept)
        except ModelVersionError:
            exit_code = 3
        os._exit(4 if left > 0 else exit_code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
DONE, EXPLAINED, NO_SUCH_CALL = 0, 3, 4


@pytest.fixture(scope="module")
def run() -> Iterator[Callable[..., int]]:
    """Function that does something with a store in a process; it gives the exit code."""
    with talk_to(PROGRAM) as ask:

        def run_action(store: Store, action: str, way: str = "whole", moment: int = 0) -> int:
            folders = f"{store.shipped_folder} {store.trained_folder}"
            return int(ask(f"{folders} {action} {way} {moment}"))

        yield run_action


def list_whole(store: Store) -> list[str]:
    """Names of all versions of the store, and of its candidates, whose weights are theirs."""
    versions = [*store.versions(), *store.candidates()]
    for version in versions:
        content = (version.folder / "model.weights.h5").read_bytes()
        assert hashlib.sha256(content).hexdigest() == version.card.weights_sha256
    return [version.name for version in versions]


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("way", ["killed", "full", "broken"])
@pytest.mark.parametrize(
    "action", ["save_candidate", "save_shipped", "keep", "delete", "set_default"]
)
def test_a_system_call_that_goes_wrong_costs_no_version(
    action: str, way: str, every: int, store: Store, run: Callable[..., int], reopened: Any
) -> None:
    for step in ("save_shipped", "save_candidate", "keep", "set_default"):
        assert run(store, step) == DONE
    choose_for_another_network(store)
    versions, default = set(list_whole(store)), store.default("keras-cnn")
    for moment in count(1, every):
        assert run(store, "save_candidate") == DONE
        exit_code = run(store, action, way, moment)
        if exit_code == NO_SUCH_CALL:
            break
        assert exit_code in ({-signal.SIGKILL} if way == "killed" else {DONE, EXPLAINED})
        store = reopened(store)
        assert versions <= set(list_whole(store))
        assert store.default("keras-cnn") == default or action in ("save_shipped", "set_default")
        assert read_defaults(store)["another"] == "chosen"
        assert run(store, "save_candidate") == DONE
        assert not list(store.candidates_folder.glob(".half-written*"))
        for candidate in store.candidates():
            store.delete(candidate)
        versions, default = set(list_whole(store)), store.default("keras-cnn")
    assert moment > every


def read_defaults(store: Store) -> Any:
    return json.loads((store.trained_folder / DEFAULTS_FILE).read_bytes())


def choose_for_another_network(store: Store) -> None:
    defaults = read_defaults(store) | {"another": "chosen"}
    (store.trained_folder / DEFAULTS_FILE).write_text(json.dumps(defaults))
