"""What is one visitor's alone: a folder with versions and a job, which are gone when he leaves."""

import atexit
import shutil
import tempfile
import threading
import uuid
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import streamlit as st

from mnist_demo.app.runtime.events import follow_training
from mnist_demo.app.session import OWN
from mnist_demo.training.process import Job
from mnist_demo.training.turns import Turns
from mnist_demo.versions import store
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store


@dataclass(frozen=True)
class Own:
    """A visitor's folder, and the job that teaches for this visitor."""

    folder: Path
    job: Job

    def release(self) -> None:
        """Leave nothing behind; the server does not wait for the process to end."""
        gone = self.folder.with_name(f".{uuid.uuid4().hex}")
        with suppress(FileNotFoundError):
            self.folder.rename(gone)  # one who comes again begins with a new one
        threading.Thread(target=self._end, args=(gone,)).start()

    def _end(self, folder: Path) -> None:
        self.job.close()
        shutil.rmtree(folder, ignore_errors=True)


def get_own() -> Own:
    """What is this visitor's alone, from now on."""
    if not OWN.get():
        OWN.set(uuid.uuid4().hex)
    return _make(OWN.get())


def open_store() -> Store:
    """Store of this project, with the versions that are this visitor's alone."""
    return store.open_store(_find_folder(OWN.get()) if OWN.get() else None)


def find_version(key: str) -> tuple[Version, Store]:
    """Any version by its key, and the store it is in; KeyError where there is none.

    The key of a version that is one visitor's alone has the checksum of its weights: nobody else
    can guess it.
    """
    folders = [None, *_find_root().glob("[!.]*")]  # without those of who has left
    for one in map(store.open_store, folders):
        for version in (*one.versions(), *one.candidates(), *one.own_candidates()):
            if version.key == key:
                return version, one
    raise KeyError(key)


@cache  # not Streamlit's, which any visitor may clear
def get_turns() -> Turns:
    """Whose turn it is to train or to teach, among all servers with these models."""
    return Turns(store.open_store().trained_folder / "turns")


@st.cache_resource(scope="session", on_release=Own.release, show_spinner=False)
def _make(name: str) -> Own:
    folder = _find_folder(name)
    folder.mkdir(exist_ok=True)
    return Own(folder, Job(get_turns(), partial(follow_training, "teaching")))


def _find_folder(name: str) -> Path:
    return _find_root() / name


@cache
def _find_root() -> Path:
    """Folder of this server, removed when it stops."""
    root = Path(tempfile.mkdtemp(prefix="mnist_demo-own-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    return root
