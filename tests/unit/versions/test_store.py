"""Model versions are whole or not there at all, never change, and say what is wrong with them."""

import dataclasses
import errno
import json
import os
import shutil
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from mnist_demo.errors import ModelVersionError
from mnist_demo.versions import folders
from mnist_demo.versions import store as stores
from mnist_demo.versions.card import Card, Version, read_version
from mnist_demo.versions.store import Store, open_store


def files_of(version: Version) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in version.folder.iterdir()}


def half_written(folder: Path) -> list[Any]:
    return [path for path in folder.glob(".*") if path.name != ".lock"]


@pytest.fixture
def candidate(store: Store, model: keras.Model, make_card: Callable[..., Card]) -> Version:
    return store.save_candidate(model, make_card())


@pytest.fixture
def shipped(store: Store, model: keras.Model, make_card: Callable[..., Card]) -> Version:
    return store.save_shipped(model, make_card())


def test_loaded_version_has_the_weights_that_were_saved(
    store: Store, model: keras.Model, candidate: Version
) -> None:
    loaded = store.load(candidate)
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in model.layers]
    for expected, weights in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(weights, expected)


def test_card_survives_with_a_checksum_of_the_weights(
    store: Store, candidate: Version, make_card: Callable[..., Card], reopened: Callable[..., Any]
) -> None:
    (found,) = reopened(store).candidates()
    assert found == candidate
    assert dataclasses.replace(found.card, weights_sha256="") == make_card()
    assert len(found.card.weights_sha256) == 64


def test_empty_store_lists_nothing(store: Store) -> None:
    assert store.versions("keras-cnn") == store.candidates() == []


def test_candidate_is_no_version_until_it_is_kept(
    store: Store, candidate: Version, reopened: Callable[..., Any]
) -> None:
    assert store.versions("keras-cnn") == []
    assert store.candidates() == [candidate]
    kept = store.keep(candidate)
    for some_store in (store, reopened(store)):
        assert some_store.versions("keras-cnn") == [kept]
        assert some_store.candidates() == []
    assert not store.is_shipped(kept)
    store.load(kept)


def test_the_newest_version_is_last_and_the_shipped_first(
    store: Store, model: keras.Model, make_card: Callable[..., Card], reopened: Callable[..., Any]
) -> None:
    old, new = (
        store.save_candidate(model, make_card(created=f"2026-01-0{day}T00:00:00+00:00"))
        for day in (1, 2)
    )
    kept = [store.keep(candidate) for candidate in (new, old)][::-1]
    for version in kept[::-1]:
        os.utime(version.folder)
        (version.folder / "notes.txt").touch()
    shipped = store.save_shipped(model, make_card())
    assert reopened(store).versions("keras-cnn") == [shipped, *kept]
    assert store.is_shipped(shipped)


def test_a_card_of_a_former_version_is_read(store: Store, candidate: Version) -> None:
    path = candidate.folder / "card.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"order": 3}))
    assert store.candidates() == [candidate]


def test_the_default_version_is_what_shipped_until_another_is_chosen(
    store: Store, candidate: Version, model: keras.Model, make_card: Callable[..., Card]
) -> None:
    card = dataclasses.replace(make_card(), recipe="robust")
    shipped, kept = store.save_shipped(model, card), store.keep(candidate)
    other = store.save_shipped(model, make_card(network="three-layer"))
    assert store.default("keras-cnn") == shipped
    store.set_default(kept)
    again = Store(store.shipped_folder, store.trained_folder)
    assert again.default("keras-cnn") == kept
    assert again.default("three-layer") == other
    store.delete(kept)
    assert store.default("keras-cnn") == shipped


@pytest.mark.parametrize("content", [b"", b"[1]", b"3", b"\xff"])
def test_a_damaged_choice_of_defaults_is_none(
    store: Store, shipped: Version, candidate: Version, content: bytes
) -> None:
    kept = store.keep(candidate)
    (store.trained_folder / "defaults.json").write_bytes(content)
    with pytest.raises(ModelVersionError, match="robust"):
        store.default("keras-cnn")
    store.set_default(kept)
    assert store.default("keras-cnn") == kept


def test_without_a_shipped_version_the_newest_is_the_default(
    store: Store, candidate: Version
) -> None:
    kept = store.keep(candidate)
    assert store.default("keras-cnn") == kept


def test_what_shipped_is_never_deleted(store: Store, shipped: Version) -> None:
    with pytest.raises(ModelVersionError, match="came with the project and stays"):
        store.delete(shipped)
    assert store.versions() == [shipped]


@pytest.mark.parametrize(("accuracy", "is_broken"), [(0.0, True), (0.1, True), (0.12, False)])
def test_a_version_no_better_than_guessing_is_broken(
    make_card: Callable[..., Card], accuracy: float, is_broken: bool
) -> None:
    assert make_card(accuracy).is_broken == is_broken


def test_what_reads_differently_than_it_was_written_is_no_version(
    store: Store,
    model: keras.Model,
    make_card: Callable[..., Card],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on a disk that fails without saying so."""
    read = Path.read_bytes
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", lambda path: read(path)[:-1] + b"?")
        with pytest.raises(ModelVersionError, match=r"cannot be saved.*reads differently"):
            store.save_candidate(model, make_card())
    assert list(store.candidates_folder.iterdir()) == []


def test_a_lock_that_is_never_released_is_explained(
    store: Store, candidate: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "LOCK_TIMEOUT_S", 0.05)
    with folders.lock(store.trained_folder):
        with pytest.raises(ModelVersionError, match=r"cannot be kept: .*\.lock"):
            store.keep(candidate)
        assert store.candidates() == [candidate], "reading needs no lock"
    assert store.keep(candidate).name == candidate.name


def test_versions_are_those_of_the_network_asked_for(
    store: Store, shipped: Version, model: keras.Model, make_card: Callable[..., Card]
) -> None:
    store.save_shipped(model, make_card(network="other"))
    assert store.versions("keras-cnn") == [shipped]


def test_deleted_candidate_is_gone_and_nothing_else(
    store: Store,
    model: keras.Model,
    make_card: Callable[..., Card],
    candidate: Version,
    reopened: Callable[..., Any],
) -> None:
    other = store.save_candidate(model, make_card())
    store.delete(candidate)
    assert reopened(store).candidates() == [other]
    assert not candidate.folder.exists()
    assert not half_written(store.candidates_folder)


def test_keeping_and_deleting_twice_is_the_same_as_once(
    store: Store, model: keras.Model, make_card: Callable[..., Card], candidate: Version
) -> None:
    assert store.keep(candidate) == store.keep(candidate)
    deleted = store.save_candidate(model, make_card())
    store.delete(deleted)
    store.delete(deleted)
    assert len(store.versions("keras-cnn")) == 1


def test_keeping_what_another_has_deleted_is_our_own_error(
    store: Store, candidate: Version
) -> None:
    store.delete(candidate)
    with pytest.raises(ModelVersionError, match="missing"):
        store.keep(candidate)


def test_a_version_never_changes(
    store: Store,
    make_model: Callable[..., keras.Model],
    make_card: Callable[..., Card],
    candidate: Version,
) -> None:
    kept = store.keep(candidate)
    before = files_of(kept)
    later = store.save_candidate(make_model(seed=2), make_card(0.95))
    assert later.card.weights_sha256 != kept.card.weights_sha256
    store.keep(later)
    with pytest.raises(dataclasses.FrozenInstanceError):
        kept.card.test_accuracy = 1  # type: ignore[misc]
    assert files_of(kept) == before


def test_keys_differ_even_for_what_was_saved_in_the_same_second(
    store: Store, model: keras.Model, make_card: Callable[..., Card]
) -> None:
    versions = [store.save_candidate(model, make_card()) for _ in range(3)]
    assert len({version.name for version in versions}) == 3
    assert len({version.key for version in versions}) == 3


def test_key_changes_when_what_shipped_is_remade(
    store: Store,
    shipped: Version,
    make_model: Callable[..., keras.Model],
    make_card: Callable[..., Card],
) -> None:
    remade = store.save_shipped(make_model(seed=2), make_card())
    assert remade.name == shipped.name
    assert remade.key != shipped.key
    assert store.shipped("keras-cnn", "plain") == remade
    assert not half_written(store.shipped_folder)


REMEDY = r"python -m mnist_demo\.training --network keras-cnn --recipe plain"


@pytest.mark.parametrize("fraction", [None, 0, 0.5, 0.999])
def test_missing_or_truncated_weights_are_named_with_the_remedy(
    store: Store, shipped: Version, fraction: float | None
) -> None:
    path = shipped.folder / "model.weights.h5"
    content = path.read_bytes()
    path.unlink()
    if fraction is not None:
        path.write_bytes(content[: int(len(content) * fraction)])
    state = "missing" if fraction is None else "damaged"
    with pytest.raises(ModelVersionError, match=rf"model\.weights\.h5 is {state}.*{REMEDY}"):
        store.load(shipped)


def test_one_changed_byte_in_the_weights_is_noticed(store: Store, candidate: Version) -> None:
    path = candidate.folder / "model.weights.h5"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelVersionError, match=r"model\.weights\.h5 is damaged"):
        store.load(candidate)


@pytest.mark.filterwarnings("ignore:Skipping nested container:UserWarning")  # Keras's, on its way
def test_weights_of_other_layers_do_not_fit(store: Store, make_card: Callable[..., Card]) -> None:
    image = keras.Input((28, 28, 1))
    other = keras.Model(image, keras.layers.Dense(3)(keras.layers.Flatten()(image)))
    version = store.save_candidate(other, make_card())
    with pytest.raises(ModelVersionError, match="does not fit the network keras-cnn"):
        store.load(version)


def test_version_of_a_network_that_is_gone_is_explained(
    store: Store, model: keras.Model, make_card: Callable[..., Card]
) -> None:
    candidate = store.save_candidate(model, dataclasses.replace(make_card(), network="sixth"))
    with pytest.raises(ModelVersionError, match="sixth, which is not among those here"):
        store.load(candidate)


def test_missing_card_is_named_with_the_remedy(store: Store, shipped: Version) -> None:
    shutil.rmtree(shipped.folder)
    with pytest.raises(ModelVersionError, match=rf"card\.json is missing.*{REMEDY}"):
        store.shipped("keras-cnn", "plain")
    assert store.versions("keras-cnn") == []


def test_truncated_card_is_damaged_and_not_listed(store: Store, shipped: Version) -> None:
    path = shipped.folder / "card.json"
    content = path.read_bytes()
    for size in range(0, len(content) - 2, 7):
        path.write_bytes(content[:size])
        with pytest.raises(ModelVersionError, match=rf"card\.json is damaged.*{REMEDY}"):
            store.shipped("keras-cnn", "plain")
        assert store.versions("keras-cnn") == []


@pytest.mark.parametrize("content", [b"[]", b"3", b'{"network": "keras-cnn"}', b"\xff\xfe{}"])
def test_card_that_is_none_is_damaged(store: Store, shipped: Version, content: bytes) -> None:
    (shipped.folder / "card.json").write_bytes(content)
    with pytest.raises(ModelVersionError, match=r"card\.json is damaged"):
        store.shipped("keras-cnn", "plain")


def test_foreign_files_are_not_listed(store: Store, candidate: Version) -> None:
    for folder in (store.candidates_folder, store.trained_folder):
        (folder / "notes.txt").write_text("mine")
        (folder / "empty").mkdir()
        shutil.copytree(candidate.folder, folder / ".half-written-1")
    assert store.candidates() == [candidate]
    assert store.versions("keras-cnn") == []


def refuse(number: int) -> Callable[..., None]:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize(
    ("owner", "name", "number"),
    [
        (keras.Model, "save_weights", errno.ENOSPC),
        (Path, "open", errno.ENOSPC),
        (os, "fsync", errno.ENOSPC),
        (Path, "mkdir", errno.EROFS),
        (Path, "rename", errno.EACCES),
    ],
)
def test_disk_that_refuses_is_explained_and_nothing_is_left(
    store: Store,
    model: keras.Model,
    make_card: Callable[..., Card],
    monkeypatch: pytest.MonkeyPatch,
    owner: type | types.ModuleType,
    name: str,
    number: int,
    reopened: Callable[..., Any],
) -> None:
    kept = store.keep(store.save_candidate(model, make_card()))
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, refuse(number))
        with pytest.raises(ModelVersionError, match=rf"cannot be saved.*{os.strerror(number)}"):
            store.save_candidate(model, make_card())
    assert reopened(store).versions("keras-cnn") == [kept]
    assert list(store.candidates_folder.iterdir()) == []


def test_file_in_place_of_the_folder_is_explained(
    store: Store, model: keras.Model, make_card: Callable[..., Card]
) -> None:
    store.trained_folder.write_text("")
    with pytest.raises(ModelVersionError, match=r"cannot be saved in .*candidates: "):
        store.save_candidate(model, make_card())
    assert store.versions("keras-cnn") == store.candidates() == []


@pytest.mark.parametrize("action", ["keep", "delete"])
def test_decision_that_the_disk_refuses_is_explained(
    store: Store, candidate: Version, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse(errno.EROFS))
        with pytest.raises(ModelVersionError, match=os.strerror(errno.EROFS)):
            getattr(store, action)(candidate)
    assert store.candidates() == [candidate]


def test_project_store_is_where_the_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert open_store().trained_folder == tmp_path / "models"
    monkeypatch.delenv("MNIST_DEMO_MODELS")
    assert open_store().trained_folder.name == "models"
    assert open_store().trained_folder.parent == open_store().shipped_folder.parent.parent


@pytest.mark.parametrize(
    "changes",
    [
        {"network": []},
        {"network": "../../etc"},
        {"recipe": "![](http://a.example/b.png)"},
        {"dataset": "nothing"},
        {"dataset": {}},
        {"seed": "1"},
        {"created": 5},
        {"created": "yesterday"},
        {"settings": [1]},
        {"settings": {"epochs": None}},
        {"test_accuracy": "0.9"},
        {"test_loss": float("nan")},
        {"duration_s": None},
        {"software": {"python": 3}},
        {"software": "3.11"},
        {"weights_sha256": 3},
    ],
    ids=str,
)
def test_a_card_with_something_else_in_it_is_damaged_and_hides_no_other(
    store: Store, candidate: Version, model: keras.Model, make_card: Any, changes: dict[str, Any]
) -> None:
    other = store.save_candidate(model, make_card())
    path = candidate.folder / "card.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    with pytest.raises(ModelVersionError, match=r"card .*card\.json is damaged"):
        read_version(candidate.folder)
    assert store.candidates() == [other]


def test_a_card_of_a_thousand_brackets_is_damaged(store: Store, candidate: Version) -> None:
    (candidate.folder / "card.json").write_text("[" * 100_000)
    with pytest.raises(ModelVersionError, match="is damaged"):
        read_version(candidate.folder)


def test_there_is_room_for_some_versions(
    store: Store, model: keras.Model, make_card: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "MOST_CANDIDATES", 3)
    monkeypatch.setattr(stores, "MOST_KEPT", 2)
    store.check_room()
    one, two, three = (store.save_candidate(model, make_card()) for _ in range(3))
    with pytest.raises(ModelVersionError, match="3 new versions are waiting"):
        store.check_room()
    one, two = store.keep(one), store.keep(two)
    store.check_room()
    with pytest.raises(ModelVersionError, match="2 versions are already kept"):
        store.keep(three)
    assert store.candidates() == [three]
    assert store.keep(one) == one  # again
    store.delete(two)
    store.keep(three)


def test_a_later_version_is_the_newer_though_the_clock_was_set_back(
    store: Store, model: keras.Model, make_card: Any
) -> None:
    first = store.keep(store.save_candidate(model, make_card(created="2026-05-01T12:00:00+00:00")))
    later = [store.save_candidate(model, make_card(created=f"2026-04-0{day}T00:00:00+00:00"))
             for day in (9, 3)]  # fmt: skip
    assert store.candidates() == later
    assert store.versions("keras-cnn") == [first]
    store.keep(later[1])
    store.keep(later[0])
    assert [v.name for v in store.versions("keras-cnn")] == [
        first.name, *(version.name for version in later)
    ]  # fmt: skip


def test_what_is_one_visitors_alone_is_in_no_other_store(
    store: Store, model: keras.Model, make_card: Callable[..., Card], tmp_path: Path
) -> None:
    mine = Store(store.shipped_folder, store.trained_folder, tmp_path / "mine")
    others = Store(store.shipped_folder, store.trained_folder, tmp_path / "others")
    kept = store.keep(store.save_candidate(model, make_card(0.9)))
    candidate = mine.save_own(model, make_card(0.8, created="2020-01-01T00:00:00+00:00"))
    assert mine.own_candidates() == [candidate]
    assert mine.candidates() == others.own_candidates() == store.own_candidates() == []
    own = mine.keep(candidate)
    assert mine.versions() == [kept, own], "it comes last, though it is older"
    assert others.versions() == store.versions() == [kept]
    assert [mine.is_own(version) for version in mine.versions()] == [False, True]
    assert not store.is_own(kept)
    assert mine.default("keras-cnn") == kept
    mine.cache("evaluations", own).write(b"measured", "key")
    assert store.cache("evaluations").read("key") is None
    assert mine.cache("evaluations", own).read("key") == b"measured"
    assert mine.cache("evaluations", kept).read("key") is None
    mine.delete(own)
    assert mine.versions() == [kept]


def test_a_store_without_a_visitor_saves_nothing_for_one(
    store: Store, model: keras.Model, make_card: Callable[..., Card]
) -> None:
    with pytest.raises(ValueError, match="nobody's own folder"):
        store.save_own(model, make_card())
