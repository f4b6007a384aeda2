"""Maps that took long to make, kept in the files of the version that they are about."""

import hashlib
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_demo.landscape import Landscape
from mnist_demo.store import Store, Version
from mnist_demo.whole_file import write_whole

FORMAT = "1"  # another one wherever maps come to be made differently


def find_kept_map(
    store: Store, version: Version, landscape: Landscape
) -> NDArray[np.float32] | None:
    """Places (n, 2) that were kept for these weights and pictures, or None."""
    try:
        content = _path(store, version, landscape).read_bytes()
        places = np.load(io.BytesIO(content), allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None  # making it again replaces what is damaged
    is_map = places.shape == (len(landscape.points), 2) and places.dtype == np.float32
    return places if is_map and np.isfinite(places).all() else None


def keep_map(
    store: Store, version: Version, landscape: Landscape, places: NDArray[np.float32]
) -> None:
    """Keep places; where the disk refuses, they are only known until the program ends."""
    file = io.BytesIO()
    np.save(file, places, allow_pickle=False)
    try:
        write_whole(_path(store, version, landscape), file.getvalue())
    except OSError:
        return


def _path(store: Store, version: Version, landscape: Landscape) -> Path:
    """In the version's folder; of what shipped, which nobody may write to, in one of its own."""
    folder = version.folder
    if store.is_shipped(version):
        folder = store.trained_folder / "maps" / version.name
    text = "\n".join([FORMAT, version.key, landscape.fingerprint])
    return folder / f"tsne-{hashlib.sha256(text.encode()).hexdigest()[:16]}.npy"
