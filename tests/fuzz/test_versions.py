"""Cards, the ZIPs they are in, histories and kept measures: sound values, or a sentence."""

import gzip
import io
import json
import zipfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_demo.errors import ModelVersionError
from mnist_demo.evaluation.outcome import Outcome
from mnist_demo.paths import SHIPPED_MODELS
from mnist_demo.reading.rejection import find_threshold
from mnist_demo.training.__main__ import parse_arguments
from mnist_demo.versions.card import read_card
from mnist_demo.versions.history import Point, from_json, to_json
from tests.fuzz.crafted import altered, damaged, values

CARD = (SHIPPED_MODELS / "three-layer-plain" / "card.json").read_bytes()
POINTS = (Point(1, 1, 0.5, 2.3), Point(2, 1, 1.0, 2.0, 0.25, {"error": 0.5}))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cards") / "card.json"


def read(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with suppress(ModelVersionError):
        card = read_card(path)
        path.write_bytes(card.to_bytes())
        assert read_card(path) == card
        with suppress(ModelVersionError):
            find_threshold(card.settings)
        assert card.is_broken in (True, False)


@given(content=damaged(CARD) | st.binary())
def test_a_card(path: Path, content: bytes) -> None:
    read(path, content)


@given(card=values() | altered(json.loads(CARD)))
def test_the_content_of_a_card(path: Path, card: Any) -> None:
    read(path, json.dumps(card).encode())


def pack(name: str, content: bytes, method: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(name, content)
    return file.getvalue()


@given(
    content=st.sampled_from(
        [
            pack(name, CARD, method)
            for name in ("three-layer-plain/card.json", "../card.json", "card.json/", "other")
            for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA)
        ]
    ).flatmap(damaged)
)
def test_a_zip_with_a_card(path: Path, content: bytes) -> None:
    read(path, content)


@given(card=altered(json.loads(CARD)))
def test_a_training_from_a_card(path: Path, card: Any) -> None:
    path.write_text(json.dumps(card))
    with suppress(SystemExit):  # after a sentence
        assert parse_arguments(["--from-card", str(path)]).from_card == path


@given(values() | altered([asdict(point) for point in POINTS]))
def test_a_history(content: Any) -> None:
    with suppress(ValueError, TypeError):
        points = from_json(json.dumps(content))
        assert to_json(from_json(to_json(points))) == to_json(points)
        for point in points:
            assert isinstance(point.step, int)
            assert all(isinstance(number, (int, float)) for number in (point.loss, point.seconds))
            assert all(isinstance(number, (int, float)) for number in point.metrics.values())


OUTCOME = {"labels": [7, -1], "answers": [7, 3], "probabilities": [0.9, 0.4], "scores": [9, 2]}


def measure(content: bytes) -> None:
    with suppress(ValueError):
        outcome = Outcome.from_bytes(content)
        assert outcome.confusion.sum() == len(outcome.labels)
        assert Outcome.from_bytes(outcome.to_bytes()).to_bytes() == outcome.to_bytes()


@given(damaged(gzip.compress(json.dumps(OUTCOME).encode())))
def test_a_file_of_measures(content: bytes) -> None:
    measure(content)


@given(values() | altered(OUTCOME))
def test_measures(content: Any) -> None:
    measure(gzip.compress(json.dumps(content).encode()))
