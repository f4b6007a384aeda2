"""What is known of a model version, and where its files are."""

import json
import math
import re
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, is_zipfile

from mnist_demo.data.catalogue import DATASETS
from mnist_demo.errors import ModelVersionError
from mnist_demo.paths import PROJECT

CARD_FILE = "card.json"
WEIGHTS_FILE = "model.weights.h5"
HISTORY_FILE = "history.json"
NAME = re.compile(r"[\w.+-]{1,100}")
BROKEN = (OSError, ValueError, TypeError, AttributeError, LookupError, RecursionError, BadZipFile)
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
    if path.is_dir():
        path = path / CARD_FILE
    try:
        values = json.loads(_read_zipped(path) if is_zipfile(path) else path.read_bytes())
        known = (field.name for field in fields(Card))  # former cards have others, too
        card = Card(**{name: values[name] for name in known if name in values})
        _check(card)
    except FileNotFoundError as error:
        raise ModelVersionError("The model's card {path} is missing.", path=shown(path)) from error
    except BROKEN as error:
        raise ModelVersionError("The model's card {path} is damaged.", path=shown(path)) from error
    return card


def _read_zipped(path: Path) -> bytes:
    with ZipFile(path) as archive:
        names = [name for name in archive.namelist() if Path(name).name == CARD_FILE]
        return archive.read(names[0])


def _check(card: Card) -> None:
    """Raise TypeError or ValueError where a value is not what pages take it for."""
    for name in (card.network, card.recipe):
        if not NAME.fullmatch(name):
            raise ValueError("no name")
    if card.dataset not in DATASETS:
        raise ValueError("no data set")
    if type(card.seed) is not int:
        raise TypeError("no seed")
    for number in (card.test_loss, card.test_accuracy, card.duration_s):
        if not _is_number(number):
            raise ValueError("no number")
    datetime.fromisoformat(card.created)
    if not all(_is_number(value) or isinstance(value, str) for value in card.settings.values()):
        raise ValueError("no setting")
    checksums = (card.weights_sha256, card.history_sha256, card.data_sha256)
    for text in (*card.software.values(), *checksums):
        if not isinstance(text, str):
            raise TypeError("no text")


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def shown(path: Path) -> Path:
    """``path`` as a sentence names it: from the project's folder on, where it is in there."""
    return path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else path
