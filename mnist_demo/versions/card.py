"""What is known of a model version, and where its files are."""

import json
import lzma
import re
import zlib
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

from mnist_demo.data.catalogue import DATASETS
from mnist_demo.errors import ModelVersionError
from mnist_demo.finite import is_finite
from mnist_demo.paths import PROJECT

CARD_FILE = "card.json"
WEIGHTS_FILE = "model.weights.h5"
HISTORY_FILE = "history.json"
NAME = re.compile(r"[\w.+-]{1,100}")
MOST_BYTES = 1_000_000
SEEDS = range(2**32)  # that NumPy takes
BROKEN = (
    *(OSError, ValueError, TypeError, AttributeError, LookupError, OverflowError, RuntimeError),
    *(BadZipFile, EOFError, lzma.LZMAError, zlib.error),
)
BROKEN_BELOW = 0.109  # chance, and three standard errors of it with 10,000 test images


@dataclass(frozen=True)
class Card:
    """How a version was made, ``created`` at an ISO 8601 time, and how well it reads.

    ``data_sha256`` is of the file that it learned from, where that was somebody's own.
    """

    network: str
    recipe: str
    dataset: str
    seed: int
    settings: dict[str, str | int | float]
    test_loss: float
    test_accuracy: float
    duration_s: float
    created: str
    software: dict[str, str] = field(default_factory=dict)
    weights_sha256: str = ""
    history_sha256: str = ""
    data_sha256: str = ""

    @property
    def is_broken(self) -> bool:
        """Whether it reads the test set no better than somebody who guesses among ten classes."""
        return self.test_accuracy < BROKEN_BELOW

    def to_bytes(self) -> bytes:
        """Content of a card's file."""
        return (json.dumps(asdict(self), indent=2) + "\n").encode()


@dataclass(frozen=True)
class Version:
    """An immutable model version: a folder with its weights and its card."""

    folder: Path
    card: Card

    @property
    def name(self) -> str:
        """The folder's name, unique among all versions."""
        return self.folder.name

    @property
    def key(self) -> str:
        """Names the weights themselves: a key for caches."""
        return f"{self.name}-{self.card.weights_sha256}"

    @property
    def changed_ns(self) -> int:
        """When the file of the weights was written, in nanoseconds; 0 where it is missing."""
        try:
            return (self.folder / WEIGHTS_FILE).stat().st_mtime_ns
        except OSError:
            return 0


def read_version(folder: Path) -> Version:
    """Version in ``folder``; ModelVersionError where its card is missing or damaged."""
    return Version(folder, read_card(folder / CARD_FILE))


def read_card(path: Path) -> Card:
    """Card in a file, in a version's folder or in the ZIP file that it is downloaded as.

    Raises ModelVersionError where it is missing or damaged.
    """
    try:
        if path.is_dir():
            path = path / CARD_FILE
        values = json.loads(_read_zipped(path) if is_zipfile(path) else _read(path))
        known = (field.name for field in fields(Card))  # former cards have others, too
        card = Card(**{name: values[name] for name in known if name in values})
        check_card(card)
    except FileNotFoundError as error:
        raise ModelVersionError("The model's card {path} is missing.", path=shown(path)) from error
    except BROKEN as error:
        raise ModelVersionError("The model's card {path} is damaged.", path=shown(path)) from error
    return card


def _read(path: Path) -> bytes:
    """What no card is longer than; the rest would take memory for nothing."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES)


def _read_zipped(path: Path) -> bytes:
    with ZipFile(path) as archive:
        names = [name for name in archive.namelist() if Path(name).name == CARD_FILE]
        with archive.open(names[0]) as file:
            return file.read(MOST_BYTES)


def check_card(card: Card) -> None:
    """Raise one of `BROKEN` where a value is not what pages take it for."""
    for name in (card.network, card.recipe):
        if not NAME.fullmatch(name):
            raise ValueError("no name")
    if card.dataset not in DATASETS:
        raise ValueError("no data set")
    if type(card.seed) is not int or card.seed not in SEEDS:
        raise ValueError("no seed")
    for number in (card.test_loss, card.test_accuracy, card.duration_s):
        if not is_finite(number):
            raise ValueError("no number")
    datetime.fromisoformat(card.created) + timedelta(seconds=1)  # the next version is later
    if not all(is_finite(value) or isinstance(value, str) for value in card.settings.values()):
        raise ValueError("no setting")
    checksums = (card.weights_sha256, card.history_sha256, card.data_sha256)
    for text in (*card.software.values(), *checksums):
        if not isinstance(text, str):
            raise TypeError("no text")


def shown(path: Path) -> Path:
    """``path`` as a sentence names it: from the project's folder on, where it is in there."""
    return path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else path
