"""A process killed with SIGKILL at each moment of a save leaves whole versions only."""

import hashlib
import resource
import signal
import subprocess
import sys

import pytest

from mnist_demo.errors import ModelVersionError
from mnist_demo.store import PROJECT

# Reads "action moment" lines; does each in a fork of itself that kills itself before the line of
# the store's code of that number, and answers with the exit code.
PROGRAM = """
import os, signal, sys
import h5py
from mnist_demo import store as module
from mnist_demo.store import Card, Path, Store

class Model:
    def save_weights(self, path):
        with h5py.File(path, "w") as file:
            for name in ("kernel", "bias"):
                file.create_group(name).create_dataset("values", data=[1.0] * 1000)

def count_down(frame, event, _):
    global left
    if frame.f_code.co_filename != module.__file__:
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
    "drop": lambda: store.drop(store.candidates()[0]),
}
for line in sys.stdin:
    action, left = line.split()
    left = int(left)
    child = os.fork()
    if child == 0:
        sys.settrace(count_down)
        actions[action]()
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def run(store):
    """Function that does something with the store in a process, killed at a moment (0: never)."""
    folders = [str(store.shipped_folder), str(store.trained_folder)]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *folders],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    ) as program:

        def run_killed(action, moment=0):
            program.stdin.write(f"{action} {moment}\n")
            program.stdin.flush()
            exit_code = int(program.stdout.readline())
            assert exit_code in ((0, -signal.SIGKILL) if moment else (0,))
            return exit_code

        yield run_killed
        program.stdin.close()


def assert_whole(versions):
    for version in versions:
        content = (version.folder / "model.weights.h5").read_bytes()
        assert hashlib.sha256(content).hexdigest() == version.card.weights_sha256


@pytest.mark.parametrize("action", ["save_candidate", "keep", "drop"])
def test_killed_at_each_moment(store, run, action, reopened):
    run("save_candidate")
    run("keep")
    kept = store.versions("keras-cnn")
    moments = 0
    while True:
        for candidate in store.candidates():
            store.drop(candidate)
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
        kept = found.versions("keras-cnn")
    assert moments > 5
    run("save_candidate")
    assert not list(store.candidates_folder.glob(".*"))


def test_remaking_what_shipped_killed_at_each_moment(store, run):
    moments = 0
    exit_code = -signal.SIGKILL
    while exit_code:
        moments += 1
        run("save_shipped")
        exit_code = run("save_shipped", moments)
        try:
            assert_whole([store.shipped("keras-cnn", "plain")])
        except ModelVersionError as error:
            assert "Remake it with" in str(error)  # noqa: PT017 - either is right
    assert moments > 5
    assert not list(store.shipped_folder.glob(".*"))


def test_disk_that_fills_up_while_keras_writes_is_explained(store, model, make_card):
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
