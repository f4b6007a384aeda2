"""What touches Keras's insides, with the reason and with what happens once they are gone.

`test_keras_internals` fails where it is not needed any more, or does not work.
"""

import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it is given models
    import keras

WEIGHTS_ENDING = ".weights.h5"


class _NamedBytes(io.BytesIO):
    """A file in memory; Keras checks no more of its name than the ending."""

    def __str__(self) -> str:
        return WEIGHTS_ENDING


def save_weights(model: "keras.Model") -> bytes:
    """Keras's file of weights.

    It is written in memory: on a failing disk HDF5 ignores lost writes, or crashes. Keras asks for
    a path, but passes it on to h5py, which takes file objects, too. A Keras that insists on a path
    gets one in a temporary folder.
    """
    file = _NamedBytes()
    try:
        model.save_weights(file)
    except (TypeError, ValueError):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"model{WEIGHTS_ENDING}"
            model.save_weights(path)
            return path.read_bytes()
    return file.getvalue()
