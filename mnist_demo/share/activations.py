"""What every layer of a network gave for one image, as a file for NumPy."""

import io
import zipfile
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

ABOUT = "about"  # no layer's name has a slash in it


def to_npz(
    activations: Mapping[str, NDArray[np.float32]],
    image: NDArray[np.float32],
    names: Mapping[str, str | tuple[str, ...]],
) -> bytes:
    """File for `numpy.load`: every layer by its name, and beside them what it is about.

    ``about/image`` is what the network got, (28, 28, 1) float32 in [0, 1], ``about/layers`` the
    layers' names in their order; ``names`` are added as ``about/…`` in the same way.
    """
    arrays = dict(activations)
    arrays[f"{ABOUT}/image"] = image
    texts = {"layers": tuple(activations), **names}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            _add(archive, name, array)
        for name, text in texts.items():
            _add(archive, f"{ABOUT}/{name}", np.array(text))
    return file.getvalue()


def _add(archive: zipfile.ZipFile, name: str, array: NDArray[np.generic]) -> None:
    """One array; `numpy.savez` would stumble over a layer called ``file``."""
    with archive.open(f"{name}.npy", "w") as entry:
        np.lib.format.write_array(entry, array, allow_pickle=False)
