"""Atomic writes: a file or folder is there as a whole or not at all, whatever happens meanwhile.

The caller of `write_folder`, `remove_folder` and `sweep` holds the `lock` of the place.
"""

import errno
import os
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path

from filelock import FileLock

HALF_WRITTEN = ".half-written-"
REPLACED = ".replaced-"
LOCK_TIMEOUT_S = 30.0


def lock(place: Path) -> FileLock:
    """Lock between processes and threads that write in the folder ``place``, which exists."""
    return FileLock(place / ".lock", LOCK_TIMEOUT_S, poll_interval=0.01)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder of these files, or replace the one that is there; OSError on failure.

    If the process is killed while it replaces a folder, `sweep` restores the old one.
    """
    half_written = folder.with_name(f"{HALF_WRITTEN}{uuid.uuid4().hex}")
    sweep(folder.parent)
    try:
        half_written.mkdir()
        for name, content in files.items():
            _write_and_compare(half_written / name, content)
        _sync(half_written)
        if folder.exists():
            folder.rename(folder.with_name(f"{REPLACED}{folder.name}"))
        half_written.rename(folder)
        _sync(folder.parent)
    finally:
        sweep(folder.parent)


def remove_folder(folder: Path) -> None:
    """Remove ``folder`` in one step, so that a killed process leaves no part of it visible."""
    half_removed = folder.with_name(f"{HALF_WRITTEN}{uuid.uuid4().hex}")
    folder.rename(half_removed)
    _sync(folder.parent)
    shutil.rmtree(half_removed)


def is_interrupted(place: Path) -> bool:
    """Whether a folder in ``place`` is being replaced, or was when a process was killed."""
    return any(place.glob(f"{REPLACED}*"))


def sweep(place: Path) -> None:
    """Remove what a killed process left in ``place``, and restore what it was replacing."""
    for replaced in place.glob(f"{REPLACED}*"):
        folder = place / replaced.name.removeprefix(REPLACED)
        if folder.exists():
            shutil.rmtree(replaced, ignore_errors=True)
        else:
            replaced.rename(folder)
            _sync(place)
    for half_written in place.glob(f"{HALF_WRITTEN}*"):
        shutil.rmtree(half_written, ignore_errors=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside ``path`` and move it there; OSError on failure."""
    half_written = path.with_name(f"{HALF_WRITTEN}{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_and_compare(half_written, content)
        half_written.replace(path)
    finally:
        half_written.unlink(missing_ok=True)


def _write_and_compare(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if path.read_bytes() != content:
        raise OSError(errno.EIO, "What was written reads differently", str(path))


def _sync(folder: Path) -> None:
    """Flush the entries of ``folder`` to disk, so that they survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
