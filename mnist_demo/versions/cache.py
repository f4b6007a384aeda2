"""Cached results of long computations, beside the versions and never in their folders."""

import hashlib
from pathlib import Path

from mnist_demo.versions.folders import write_whole

MOST_KEPT = 100


class Cache:
    """Files in ``folder``, named by their keys; any of them may be deleted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, *key: str) -> bytes | None:
        """Content written for ``key``, not validated; None where there is none."""
        try:
            return self._path(key).read_bytes()
        except OSError:
            return None

    def write(self, content: bytes, *key: str) -> None:
        """Write ``content`` and delete the oldest files; a failing disk is ignored."""
        try:
            write_whole(self._path(key), content)
            paths = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
            for path in paths[:-MOST_KEPT]:
                path.unlink(missing_ok=True)
        except OSError:
            return

    def _path(self, key: tuple[str, ...]) -> Path:
        return self._folder / hashlib.sha256("\n".join(key).encode()).hexdigest()[:32]
