"""Model versions on disk: weights and a card, whole or not there at all, and never changed."""

import hashlib
import json
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from mnist_demo.errors import ModelVersionError
from mnist_demo.language import N_
from mnist_demo.networks import get_network
from mnist_demo.paths import SHIPPED_MODELS, TRAINED_MODELS
from mnist_demo.versions import folders, weights
from mnist_demo.versions.cache import Cache
from mnist_demo.versions.card import (
    CARD_FILE,
    HISTORY_FILE,
    WEIGHTS_FILE,
    Card,
    Version,
    read_version,
    shown,
)
from mnist_demo.versions.history import Point, from_json, to_json

if TYPE_CHECKING:  # a page lists versions before Keras has been loaded
    import keras

CANDIDATES = "candidates"
DEFAULTS_FILE = "defaults.json"
MOST_CANDIDATES = 10
MOST_KEPT = 100
MODELS_FOLDER_VARIABLE = "MNIST_DEMO_MODELS"
UNSAVED = N_("The new version cannot be saved in {folder}: {why}.")

Result = TypeVar("Result")


class Store:
    """The versions in two folders: what shipped, and what was trained here.

    ``trained_folder`` holds the kept versions, in ``candidates`` those whose keeping nobody has
    decided yet, in ``caches`` what was computed from versions, and which are the default versions.
    ``own_folder``, where one visitor has one, holds in the same way what is that visitor's alone.
    """

    def __init__(
        self, shipped_folder: Path, trained_folder: Path, own_folder: Path | None = None
    ) -> None:
        self.shipped_folder = shipped_folder
        self.trained_folder = trained_folder
        self.own_folder = own_folder
        self.candidates_folder = trained_folder / CANDIDATES

    def shipped(self, network: str, recipe: str) -> Version:
        """Version that came with the project; ModelVersionError where it is missing or damaged."""
        self._recover()
        return self._with_remedy(network, recipe, read_version)

    def versions(self, network: str | None = None) -> list[Version]:
        """Versions of ``network``, or all: what shipped, what was kept, what is one visitor's.

        Of each the newest last.
        """
        self._recover()
        kept, own = _list_by_age(self.trained_folder), _list_by_age(self.own_folder)
        versions = [*_list(self.shipped_folder), *kept, *own]
        return [version for version in versions if _is_of(version, network)]

    def default(self, network: str) -> Version:
        """The default version for new visitors: the one chosen with `set_default`, or what shipped.

        The newest one of a network that did not ship. Raises ModelVersionError where there is none.
        """
        versions = [version for version in self.versions(network) if not self.is_own(version)]
        name = None
        with suppress(OSError):  # what shipped must do
            name = self._read_defaults().get(network)
        chosen = [version for version in versions if version.name == name]
        if chosen or (versions and not self.is_shipped(versions[0])):
            return (chosen or versions)[-1]
        try:
            recipe = get_network(network).default_version_recipe.name
        except KeyError as error:
            raise ModelVersionError(
                "There is no version of the network {network}, which is not among those here.",
                network=network,
            ) from error
        return self.shipped(network, recipe)

    def set_default(self, version: Version) -> None:
        """Make ``version`` the default version of its network for new visitors."""
        message = N_("{version} cannot be made the default version: {why}.")
        with _explained(message, version=_begin(version.name)):
            self.trained_folder.mkdir(parents=True, exist_ok=True)
            with folders.lock(self.trained_folder):
                defaults = self._read_defaults() | {version.card.network: version.name}
                content = json.dumps(defaults, indent=2).encode()
                folders.write_whole(self.trained_folder / DEFAULTS_FILE, content)

    def candidates(self) -> list[Version]:
        """Trained versions, oldest first, that nobody has kept or dropped yet."""
        return _list_by_age(self.candidates_folder)

    def own_candidates(self) -> list[Version]:
        """The same of what is one visitor's alone."""
        return _list_by_age(self.own_folder and self.own_folder / CANDIDATES)

    def check_room(self) -> None:
        """Raise ModelVersionError where so many candidates wait that there is to be no other."""
        if len(self.candidates()) >= MOST_CANDIDATES:
            raise ModelVersionError(
                "{count} new versions are waiting to be kept or deleted, and there is no room for "
                "more: delete one first.",
                count=MOST_CANDIDATES,
            )

    def cache(self, kind: str, version: Version | None = None) -> Cache:
        """Where results of this kind are kept; of ``version``, if they are one version's."""
        place = self.trained_folder if version is None else self._find_place(version.folder)
        return Cache(place / "caches" / kind)

    def is_shipped(self, version: Version) -> bool:
        """Whether ``version`` came with the project."""
        return version.folder.parent == self.shipped_folder

    def is_own(self, version: Version) -> bool:
        """Whether ``version`` is one visitor's alone."""
        return self._find_place(version.folder) == self.own_folder

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
            content = path.read_bytes()
            if _checksum(content) == version.card.history_sha256:
                return from_json(content.decode())
        except (OSError, ValueError, TypeError):
            pass  # said below
        raise ModelVersionError(
            "The training's history {path} is missing or damaged.", path=shown(path)
        )

    def save_candidate(
        self, model: "keras.Model", card: Card, history: tuple[Point, ...] = ()
    ) -> Version:
        """Save a new version that waits for `keep` or `delete`; it is the newest, by any clock."""
        with _explained(UNSAVED, folder=self.candidates_folder):
            others = [*self.candidates(), *_list(self.trained_folder)]
        newest = max((version.card.created for version in others), default="")
        if card.created < newest:
            after = datetime.fromisoformat(newest) + timedelta(seconds=1)
            card = replace(card, created=after.isoformat(timespec="seconds"))
        return self._save(model, card, history, self.candidates_folder / _name(card))

    def save_own(
        self, model: "keras.Model", card: Card, history: tuple[Point, ...] = ()
    ) -> Version:
        """The same for one visitor alone; ValueError in a store without a folder for that."""
        if self.own_folder is None:
            raise ValueError("this store has nobody's own folder")
        return self._save(model, card, history, self.own_folder / CANDIDATES / _name(card))

    def save_shipped(
        self, model: "keras.Model", card: Card, history: tuple[Point, ...] = ()
    ) -> Version:
        """Save as the version that comes with the project, in place of the one before."""
        folder = self.shipped_folder / f"{card.network}-{card.recipe}"
        return self._save(model, card, history, folder)

    def keep(self, candidate: Version) -> Version:
        """Put a candidate among the versions; doing it twice is the same as once."""
        place = self._find_place(candidate.folder)
        folder = place / candidate.name
        message = N_("{version} cannot be kept: {why}.")
        with _explained(message, version=_begin(candidate.name)), folders.lock(place):
            if candidate.folder.is_dir() and candidate.folder != folder:
                self._check_room_to_keep(place)
                candidate.folder.rename(folder)
        return read_version(folder)

    def delete(self, version: Version) -> None:
        """Delete a candidate or a kept version; doing it twice is the same as once.

        Raises ModelVersionError for a version that came with the project.
        """
        if self.is_shipped(version):
            raise ModelVersionError(
                "{version} came with the project and stays.", version=version.name
            )
        message = N_("{version} cannot be deleted: {why}.")
        place = self._find_place(version.folder)
        with _explained(message, version=_begin(version.name)), folders.lock(place):
            if version.folder.is_dir():
                folders.remove_folder(version.folder)

    def _check_room_to_keep(self, place: Path) -> None:
        if sum(1 for _ in _list(place)) >= MOST_KEPT:
            raise ModelVersionError(
                "{count} versions are already kept, and no more can be: delete one first.",
                count=MOST_KEPT,
            )

    def _read_defaults(self) -> dict[str, str]:
        """From a network to the name of its default version, where one was chosen.

        Raises OSError where that cannot be read.
        """
        try:
            return dict(json.loads((self.trained_folder / DEFAULTS_FILE).read_bytes()))
        except (FileNotFoundError, ValueError, TypeError):
            return {}  # nobody has chosen, or what shipped must do

    def _save(
        self, model: "keras.Model", card: Card, history: tuple[Point, ...], folder: Path
    ) -> Version:
        is_shipped = folder.parent == self.shipped_folder
        place = self.shipped_folder if is_shipped else self._find_place(folder)
        with _explained(UNSAVED, folder=folder.parent):
            files = {WEIGHTS_FILE: weights.to_bytes(model)}
            card = replace(card, weights_sha256=_checksum(files[WEIGHTS_FILE]))
            if history:
                files[HISTORY_FILE] = to_json(history).encode()
                card = replace(card, history_sha256=_checksum(files[HISTORY_FILE]))
            files[CARD_FILE] = card.to_bytes()
            folder.parent.mkdir(parents=True, exist_ok=True)
            with folders.lock(place):
                folders.write_folder(folder, files)
        return Version(folder, card)

    def _find_place(self, folder: Path) -> Path:
        """Which folder has the lock and the caches of the version in ``folder``."""
        if self.own_folder is not None and folder.is_relative_to(self.own_folder):
            return self.own_folder
        return self.trained_folder

    def _recover(self) -> None:
        """Restore a shipped version that was being replaced when a process was killed."""
        if folders.is_interrupted(self.shipped_folder):
            with suppress(OSError), folders.lock(self.shipped_folder):
                folders.sweep(self.shipped_folder)

    def _with_remedy(self, network: str, recipe: str, action: Callable[[Path], Result]) -> Result:
        try:
            return action(self.shipped_folder / f"{network}-{recipe}")
        except ModelVersionError as error:
            raise ModelVersionError(
                "{error} Remake it with: "
                "python -m mnist_demo.training --network {network} --recipe {recipe}",
                error=error,
                network=network,
                recipe=recipe,
            ) from error


def open_store(own_folder: Path | None = None) -> Store:
    """Store of this project: what shipped, and ``models`` or the folder in MNIST_DEMO_MODELS.

    ``own_folder`` is that of one visitor.
    """
    trained = os.environ.get(MODELS_FOLDER_VARIABLE)
    return Store(SHIPPED_MODELS, Path(trained) if trained else TRAINED_MODELS, own_folder)


def _is_of(version: Version, network: str | None) -> bool:
    return network in (None, version.card.network)


def _name(card: Card) -> str:
    """A new version's name, which no other has."""
    name = f"{card.network}-{card.recipe}-{card.created}-{uuid.uuid4().hex[:6]}"
    return name.replace(":", "")


def _list_by_age(folder: Path | None) -> list[Version]:
    """The same, the newest last; nothing where there is no folder."""
    versions = [] if folder is None else _list(folder)
    return sorted(versions, key=lambda version: version.card.created)


def _list(folder: Path) -> Iterator[Version]:
    """Versions in ``folder`` whose card can be read; anything else there is none."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if not path.name.startswith(".") and (path / CARD_FILE).is_file():
            try:
                yield read_version(path)
            except ModelVersionError:
                continue


def _load_model(version: Version) -> "keras.Model":
    path = version.folder / WEIGHTS_FILE
    if not path.is_file():
        raise ModelVersionError("The model file {path} is missing.", path=shown(path))
    if _checksum(path.read_bytes()) != version.card.weights_sha256:
        raise ModelVersionError("The model file {path} is damaged.", path=shown(path))
    try:
        model = get_network(version.card.network).build()
    except KeyError as error:
        raise ModelVersionError(
            "The version {version} is of the network {network}, which is not among those here.",
            version=version.name,
            network=version.card.network,
        ) from error
    try:
        model.load_weights(path)
    except (ValueError, KeyError, OSError) as error:
        raise ModelVersionError(
            "The model file {path} does not fit the network {network}.",
            path=shown(path),
            network=version.card.network,
        ) from error
    return model


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@contextmanager
def _explained(message: str, **values: object) -> Iterator[None]:
    """What a failing disk says, as the ``why`` of a message."""
    try:
        yield
    except OSError as error:
        raise ModelVersionError(message, **values, why=error.strerror or error) from error


def _begin(name: str) -> str:
    """A name that a sentence begins with."""
    return f"{name[0].upper()}{name[1:]}"
