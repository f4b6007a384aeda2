"""Files of a data set: in the user's folder, or downloaded into Keras's cache."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from mnist_demo.errors import DatasetError
from mnist_demo.progress import OnFraction

DATA_FOLDER_VARIABLE = "MNIST_DEMO_DATA"
CHUNK_SIZE = 1 << 16
SERVER = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"  # Keras's own


@dataclass(frozen=True)
class RemoteFile:
    """A file of a data set: its path below the data folder, its bytes and their checksum."""

    path: str
    size: int
    sha256: str

    @property
    def url(self) -> str:
        """Where it is downloaded from."""
        return SERVER + Path(self.path).name


def find_files(title: str, files: tuple[RemoteFile, ...], on_fraction: OnFraction) -> list[Path]:
    """Paths of ``files``, in their order; the data set called ``title`` is downloaded if need be.

    Raises DatasetError, in one sentence, where a file is missing, is damaged or cannot be had.
    """
    own_folder = os.environ.get(DATA_FOLDER_VARIABLE)
    if own_folder:
        return [_find_own(title, Path(own_folder) / file.path) for file in files]
    folder, total, done = keras_folder(), sum(file.size for file in files), 0
    for file in files:
        _find_in_cache(title, files, file, folder, _as_part(on_fraction, done, file.size, total))
        done += file.size
    return [folder / file.path for file in files]


def are_here(files: tuple[RemoteFile, ...]) -> bool:
    """Whether all ``files`` are here, so that nothing is downloaded."""
    folder = Path(os.environ.get(DATA_FOLDER_VARIABLE) or keras_folder())
    return all((folder / file.path).is_file() for file in files)


def keras_folder() -> Path:
    """Keras's cache of data sets."""
    return Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser() / "datasets"


def damaged(path: Path) -> DatasetError:
    """The error of a damaged file."""
    return DatasetError(
        "The data file {path} is damaged: move it away, or replace it with a good copy.", path=path
    )


def unreadable(path: Path, error: OSError) -> DatasetError:
    """The error of a file that is there and cannot be read."""
    return DatasetError(
        "The data file {path} cannot be read: {why}.", path=path, why=error.strerror
    )


def _find_own(title: str, path: Path) -> Path:
    if not path.is_file():
        raise DatasetError(
            "{title} is missing: there is no {path}, in the folder that {variable} names.",
            title=title,
            path=path,
            variable=DATA_FOLDER_VARIABLE,
        )
    return path


def _find_in_cache(
    title: str, files: tuple[RemoteFile, ...], file: RemoteFile, folder: Path, report: OnFraction
) -> None:
    """Download ``file`` where there is none; a damaged copy is left alone."""
    path = folder / file.path
    try:
        if not path.exists():
            _download(file, path, report)
        elif hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256:
            raise damaged(path)
    except (OSError, ValueError) as error:  # those of `requests` are OSErrors
        raise DatasetError(
            "{title} cannot be downloaded: connect to the internet, or set {variable} to a folder "
            "that has {names}.",
            title=title,
            names=", ".join(file.path for file in files),
            variable=DATA_FOLDER_VARIABLE,
        ) from error


def _download(file: RemoteFile, path: Path, report: OnFraction) -> None:
    """Download beside ``path``, verify, then move it there: a killed download leaves no file."""
    import pooch

    pooch.get_logger().setLevel("WARNING")
    bar = _ProgressBar(file.size, report)
    downloader = pooch.HTTPDownloader(bar, CHUNK_SIZE)
    pooch.retrieve(file.url, file.sha256, path.name, path.parent, downloader=downloader)


class _ProgressBar:
    """Progress bar as Pooch expects it; Pooch sets ``total`` itself, to 0 if unknown."""

    total = 0

    def __init__(self, size: int, report: OnFraction) -> None:
        self._size, self._done, self._report = size, 0, report

    def update(self, amount: int) -> None:
        self._done += amount
        self._report(min(self._done / self._size, 1.0))

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        self._report(1.0)


def _as_part(on_fraction: OnFraction, done: int, size: int, total: int) -> OnFraction:
    """For a part of ``size`` of the ``total``, of which so much is ``done``."""
    return lambda fraction: on_fraction((done + size * fraction) / total)
