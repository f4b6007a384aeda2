"""The catalogue says of each data set what its classes are called, and loads it."""

from pathlib import Path

import numpy as np
import pytest

from mnist_demo.data import synthetic
from mnist_demo.data.catalogue import DATASETS, load_dataset


def test_each_data_set_is_known_by_its_name() -> None:
    assert list(DATASETS) == ["mnist", "fashion-mnist", "handwriting", "drawings"]
    assert all(info.name == name for name, info in DATASETS.items())
    assert all(len(info.classes) == 10 for info in DATASETS.values())
    assert DATASETS["mnist"].classes == tuple("0123456789")
    assert DATASETS["fashion-mnist"].classes[0] == "T-shirt"
    assert DATASETS["fashion-mnist"].classes[9] == "Ankle boot"


def test_the_same_classes_have_the_same_words() -> None:
    words = {info.classes: (info.word, info.a_word) for info in DATASETS.values()}
    assert all(words[info.classes] == (info.word, info.a_word) for info in DATASETS.values())
    digits = [info.name for info in DATASETS.values() if info.are_digits]
    assert digits == ["mnist", "handwriting", "drawings"]


def test_a_data_set_is_here_once_all_its_files_are(own_folders: Path) -> None:
    assert DATASETS["handwriting"].is_here
    info = DATASETS["fashion-mnist"]
    for file in info.files:
        assert not info.is_here
        path = own_folders / "data" / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert info.is_here


def test_unknown_data_set_is_named_with_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"no-such-data.*mnist"):
        load_dataset("no-such-data")


def test_handwriting_needs_no_file_and_is_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthetic, "COUNTS", {"train": 30, "test": 20})
    fractions: list[float] = []
    first = load_dataset("handwriting", fractions.append)
    again = load_dataset("handwriting")
    assert first.train_images.shape == (30, 28, 28, 1)
    assert np.bincount(first.test_labels).tolist() == [2] * 10
    assert np.array_equal(first.train_images, again.train_images)
    assert not np.array_equal(first.train_images[:20], first.test_images)
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] <= fractions[-1] == 1
    for image in first.train_images:  # prepared as any drawing is
        assert np.flatnonzero(image.any(axis=(1, 2))).size <= 20
        assert image.max() == 1
