"""What the data sets' files have in common: where they are, how they come and what is damage."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DATA_FOLDER_VARIABLE = "MNIST_DEMO_DATA"

OnDownload = Callable[[float], None]


def own_folder() -> Path | None:
    """Folder that the user keeps data in; None where there is no such wish."""
    folder = os.environ.get(DATA_FOLDER_VARIABLE)
    return Path(folder) if folder else None


def keras_folder() -> Path:
    """Folder that Keras keeps data in."""
    from keras.src.backend import config  # the folder's only accessor

    return Path(config.keras_home()).expanduser() / "datasets"


def are_labelled_images(images: NDArray[np.generic], labels: NDArray[np.generic]) -> bool:
    """Whether these are (n, 28, 28) bytes and as many labels, 0 to 9."""
    return (
        images.dtype == np.uint8
        and labels.dtype.kind in "iu"
        and labels.size > 0
        and images.shape == (labels.size, 28, 28)
        and labels.shape == (labels.size,)
        and bool(np.isin(labels, range(10)).all())
    )


def say_damaged(path: Path) -> str:
    """One sentence on a damaged file."""
    return f"The data file {path} is damaged: move it away, or replace it by a good copy."


class watch_download:  # noqa: N801 - used as a context manager
    """Passes on the progress that Keras would print while it downloads ``size`` bytes."""

    def __init__(self, on_download: OnDownload, size: int) -> None:
        self.on_download = on_download
        self.size = size

    def __enter__(self) -> None:
        from keras.src.utils import file_utils

        on_download, size = self.on_download, self.size
        self.module, self.original = file_utils, file_utils.Progbar

        class Reporter:
            target = size

            def __init__(self, target: int | None) -> None:
                self.target = target or size

            def update(self, current: int, finalize: bool = False) -> None:
                on_download(min(current / self.target, 1.0))

        file_utils.Progbar = Reporter

    def __exit__(self, *_: object) -> None:
        self.module.Progbar = self.original
