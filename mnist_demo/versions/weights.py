"""The weights of a version as a file: Keras's own, made smaller."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mnist_demo.versions.keras_internals import save_weights

if TYPE_CHECKING:  # it is given models
    import keras


def to_half(values: NDArray[np.float32]) -> NDArray[np.float16]:
    """The nearest numbers of half precision; the largest of them for what is beyond."""
    limit = np.finfo(np.float16).max
    return np.clip(values, -limit, limit).astype(np.float16)


def to_bytes(model: "keras.Model") -> bytes:
    """Keras's file, compressed and without the optimizer's variables, which reading does not need.

    Rounded weights take half the room.
    """
    import h5py

    def compress(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and item.shape and not name.startswith("optimizer"):
            group, name = target.require_group(item.parent.name), Path(name).name
            group.create_dataset(name, data=item[()], compression="gzip", shuffle=True)

    small = io.BytesIO()
    with h5py.File(io.BytesIO(save_weights(model))) as source, h5py.File(small, "w") as target:
        source.visititems(compress)
    return small.getvalue()
