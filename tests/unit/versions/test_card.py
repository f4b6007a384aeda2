"""A card is read whole or not at all, and what is in its place takes no more than a card."""

import dataclasses
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mnist_demo.errors import ModelVersionError
from mnist_demo.versions.card import MOST_BYTES, Card, read_card


def pack(path: Path, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("keras-cnn-plain/card.json", content)
    return path


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_card_is_read_from_a_zip(
    make_card: Callable[..., Card], tmp_path: Path, method: int
) -> None:
    assert read_card(pack(tmp_path / "v.zip", make_card().to_bytes(), method)) == make_card()


def test_of_a_zip_no_more_is_unpacked_than_a_card(
    make_card: Callable[..., Card], tmp_path: Path
) -> None:
    with pytest.raises(ModelVersionError, match="is damaged"):
        read_card(pack(tmp_path / "v.zip", b" " * MOST_BYTES + make_card().to_bytes()))


@pytest.mark.parametrize(("place", "byte"), [(4, 64), (8, 99), (60, 0xFF), (6, 1)])
def test_a_damaged_zip_is_a_sentence(
    make_card: Callable[..., Card], tmp_path: Path, place: int, byte: int
) -> None:
    """Its version, its method, what is packed, and that this is encrypted."""
    path = pack(tmp_path / "v.zip", make_card().to_bytes())
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\x01\x02")
    content[place] = byte
    content[directory + place + 2] = byte  # where the directory says the same
    path.write_bytes(content)
    with pytest.raises(ModelVersionError, match="is damaged"):
        read_card(path)


@pytest.mark.parametrize(
    "change",
    [
        {"test_loss": 10**400},
        {"settings": {"epochs": 10**400}},
        {"seed": -1},
        {"seed": 2**32},
        {"created": "9999-12-31T23:59:59+00:00"},
    ],
)
def test_a_number_that_nothing_can_compute_with_is_damage(
    make_card: Callable[..., Card], tmp_path: Path, change: dict[str, Any]
) -> None:
    path = tmp_path / "card.json"
    path.write_text(json.dumps(dataclasses.asdict(make_card()) | change))
    with pytest.raises(ModelVersionError, match="is damaged"):
        read_card(path)


def test_a_name_that_no_file_can_have_is_a_sentence() -> None:
    with pytest.raises(ModelVersionError, match="is damaged"):
        read_card(Path("x" * 5000))
