"""Model versions on disk: weights and a card, whole or not there at all, and never changed."""

import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mnist_demo.errors import ModelVersionError
from mnist_demo.history import Point, from_json, to_json

if TYPE_CHECKING:  # a page lists versions before Keras has been loaded
    import keras

PROJECT = Path(__file__).resolve().parent.parent
SHIPPED_FOLDER = PROJECT / "assets" / "models"
MODELS_FOLDER_VARIABLE = "MNIST_DEMO_MODELS"
SHOWN_FIRST = ("robust", "fast", "plain")  # recipes of what shipped, the better one first
CARD_FILE = "card.json"
WEIGHTS_FILE = "model.weights.h5"
HISTORY_FILE = "history.json"

Result = TypeVar("Result")


@dataclass(frozen=True)
class Card:
    """What is known of a version: how it was made and how well it reads the test set."""

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


class Store:
    """The versions in two folders: what shipped, and what was trained here.

    ``trained_folder`` holds the kept versions, and in ``candidates`` those whose keeping nobody
    has decided yet.
    """

    def __init__(self, shipped_folder: Path, trained_folder: Path) -> None:
        self.shipped_folder = shipped_folder
        self.trained_folder = trained_folder
        self.candidates_folder = trained_folder / "candidates"

    def shipped(self, network: str, recipe: str) -> Version:
        """Version that came with the project; ModelVersionError where it is missing or damaged."""
        return self._with_remedy(
            network, recipe, lambda folder: Version(folder, _read_card(folder))
        )

    def versions(self, network: str | None = None) -> list[Version]:
        """Versions of ``network``, or all: what shipped, then what was kept, the last kept last."""
        shipped = [version for version in _list(self.shipped_folder) if _is_of(version, network)]
        kept = [version for version in _list(self.trained_folder) if _is_of(version, network)]
        return shipped + sorted(kept, key=lambda version: version.folder.stat().st_mtime_ns)

    def default(self, network: str) -> Version:
        """What a newcomer gets: the version kept last, or what shipped.

        Raises ModelVersionError where there is none.
        """
        kept = [version for version in self.versions(network) if not self.is_shipped(version)]
        if kept:
            return kept[-1]
        names = {path.name for path in self.shipped_folder.glob(f"{network}-*")}
        recipe = next((name for name in SHOWN_FIRST if f"{network}-{name}" in names), "plain")
        return self.shipped(network, recipe)

    def candidates(self) -> list[Version]:
        """Trained versions, oldest first, that nobody has kept or dropped yet."""
        return sorted(_list(self.candidates_folder), key=lambda version: version.card.created)

    def is_shipped(self, version: Version) -> bool:
        """Whether ``version`` came with the project."""
        return version.folder.parent == self.shipped_folder

    def load(self, version: Version) -> "keras.Model":
        """Classifier with the weights of ``version``; ModelVersionError where they are damaged."""
        if self.is_shipped(version):
            card = version.card
            return self._with_remedy(card.network, card.recipe, lambda _: _load_model(version))
        return _load_model(version)

    def read_history(self, version: Version) -> tuple[Point, ...]:
        """The course of the training of ``version``; none where it was not kept.

        Raises ModelVersionError where the file is missing or damaged.
        """
        if not version.card.history_sha256:
            return ()
        path = version.folder / HISTORY_FILE
        try:
            if _checksum(path) == version.card.history_sha256:
                return from_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, TypeError):
            pass  # said below
        raise ModelVersionError(f"The training's history {_shown(path)} is missing or damaged.")

    def save_candidate(
        self, model: "keras.Model", card: Card, history: tuple[Point, ...] = ()
    ) -> Version:
        """Save a new version that waits for `keep` or `drop`."""
        name = f"{card.network}-{card.recipe}-{card.created}-{uuid.uuid4().hex[:6]}"
        return self._save(model, card, history, self.candidates_folder / name.replace(":", ""))

    def save_shipped(
        self, model: "keras.Model", card: Card, history: tuple[Point, ...] = ()
    ) -> Version:
        """Save as the version that comes with the project, in place of the one before."""
        folder = self.shipped_folder / f"{card.network}-{card.recipe}"
        return self._save(model, card, history, folder)

    def keep(self, candidate: Version) -> Version:
        """Move a candidate among the versions; doing it twice is the same as once."""
        folder = self.trained_folder / candidate.name
        with _explained(f"{candidate.name} cannot be kept"):
            if candidate.folder.is_dir():
                now_ns = time.time_ns()
                os.utime(candidate.folder, ns=(now_ns, now_ns))  # the last kept is the newest
                candidate.folder.rename(folder)
        return Version(folder, _read_card(folder))

    def drop(self, candidate: Version) -> None:
        """Delete a candidate; doing it twice is the same as once."""
        with _explained(f"{candidate.name} cannot be dropped"):
            if candidate.folder.is_dir():
                deleted = candidate.folder.with_name(f".half-written-{uuid.uuid4().hex}")
                candidate.folder.rename(deleted)  # first, as nothing half-deleted may be listed
                shutil.rmtree(deleted)

    def _save(
        self, model: "keras.Model", card: Card, history: tuple[Point, ...], folder: Path
    ) -> Version:
        """Write everything beside ``folder`` and move it there in one step."""
        half_written = folder.parent / f".half-written-{uuid.uuid4().hex}"
        with _explained(f"the new version cannot be saved in {folder.parent}"):
            folder.parent.mkdir(parents=True, exist_ok=True)
            _remove_half_written(folder.parent)
            try:
                half_written.mkdir()
                card = _write_version(model, card, history, half_written)
                if folder.exists():
                    folder.rename(half_written.with_name(half_written.name + "-replaced"))
                half_written.rename(folder)
            finally:
                _remove_half_written(folder.parent)
        return Version(folder, card)

    def _with_remedy(self, network: str, recipe: str, action: Callable[[Path], Result]) -> Result:
        try:
            return action(self.shipped_folder / f"{network}-{recipe}")
        except ModelVersionError as error:
            raise ModelVersionError(
                f"{error} Remake it with: "
                f"python -m mnist_demo.training --network {network} --recipe {recipe}"
            ) from error


def open_store() -> Store:
    """Store of this project: ``assets/models``, and ``models`` or what MNIST_DEMO_MODELS names."""
    trained = os.environ.get(MODELS_FOLDER_VARIABLE)
    return Store(SHIPPED_FOLDER, Path(trained) if trained else PROJECT / "models")


def _is_of(version: Version, network: str | None) -> bool:
    return network in (None, version.card.network)


def _list(folder: Path) -> Iterator[Version]:
    """Versions in ``folder`` whose card can be read; anything else there is none."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if not path.name.startswith(".") and (path / CARD_FILE).is_file():
            try:
                yield Version(path, _read_card(path))
            except ModelVersionError:
                continue


def _read_card(folder: Path) -> Card:
    path = folder / CARD_FILE
    try:
        return Card(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ModelVersionError(f"The model's card {_shown(path)} is missing.") from error
    except (OSError, ValueError, TypeError) as error:
        raise ModelVersionError(f"The model's card {_shown(path)} is damaged.") from error


def _load_model(version: Version) -> "keras.Model":
    from mnist_demo.networks import get_network

    path = version.folder / WEIGHTS_FILE
    if not path.is_file():
        raise ModelVersionError(f"The model file {_shown(path)} is missing.")
    if _checksum(path) != version.card.weights_sha256:
        raise ModelVersionError(f"The model file {_shown(path)} is damaged.")
    try:
        model = get_network(version.card.network).build()
    except KeyError as error:
        raise ModelVersionError(
            f"The version {version.name} is of the network {version.card.network}, which is not "
            "among those here."
        ) from error
    try:
        model.load_weights(path)
    except (ValueError, KeyError, OSError) as error:
        raise ModelVersionError(
            f"The model file {_shown(path)} does not fit the network {version.card.network}."
        ) from error
    return model


def _write_version(
    model: "keras.Model", card: Card, history: tuple[Point, ...], folder: Path
) -> Card:
    weights_file, history_file = folder / WEIGHTS_FILE, folder / HISTORY_FILE
    _save_weights(model, weights_file)
    card = replace(card, weights_sha256=_checksum(weights_file))
    if history:
        history_file.write_text(to_json(history), encoding="utf-8")
        card = replace(card, history_sha256=_checksum(history_file))
    text = json.dumps(asdict(card), indent=2) + "\n"
    (folder / CARD_FILE).write_text(text, encoding="utf-8")
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    return card


def _save_weights(model: "keras.Model", path: Path) -> None:
    """Keras's own file, compressed, and without the optimizer's variables, which reading needs not.

    Rounded weights take half the room.
    """
    import h5py

    plain = path.with_name(f"plain-{path.name}")
    model.save_weights(plain)

    def compress(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and item.shape and not name.startswith("optimizer"):
            values = item[()]
            group, name = target.require_group(item.parent.name), Path(name).name
            group.create_dataset(name, data=values, compression="gzip", shuffle=True)

    with h5py.File(plain) as source, h5py.File(path, "w") as target:
        source.visititems(compress)
    plain.unlink()


def _remove_half_written(folder: Path) -> None:
    """Remove what a save that was killed left behind; one training runs at a time."""
    for path in folder.glob(".half-written-*"):
        shutil.rmtree(path, ignore_errors=True)


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _shown(path: Path) -> Path:
    return path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else path


@contextmanager
def _explained(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelVersionError(f"{what[0].upper()}{what[1:]}: {reason}.") from error
