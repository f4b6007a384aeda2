"""Trainings that are repeated from their cards, and trainings on a file of drawings."""

import dataclasses
import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_demo.data.pen_file import LEAST_DRAWINGS, load_drawings
from mnist_demo.errors import DatasetError
from mnist_demo.handwriting.drawing import Drawing
from mnist_demo.networks import get_networks
from mnist_demo.networks.recipe import Recipe
from mnist_demo.paths import SHIPPED_MODELS
from mnist_demo.training.__main__ import main, parse_arguments
from mnist_demo.training.plan import make_plan
from mnist_demo.versions.card import CARD_FILE, Version
from mnist_demo.versions.store import Store

THREE_LAYER = SHIPPED_MODELS / "three-layer-plain"
SETTINGS = json.loads((THREE_LAYER / CARD_FILE).read_bytes())["settings"]
DIALS = ["--examples", "100", "--rotation", "10", "--shift", "1.5", "--thickness", "0.5"]


@pytest.fixture
def train(project_store: Store, capsys: pytest.CaptureFixture[str]) -> Any:
    """Function from arguments of the program to the version that it makes, and what it prints."""

    def run(*arguments: str) -> tuple[Version, str]:
        before = {version.name for version in project_store.candidates()}
        assert main([*arguments]) == 0
        (new,) = (v for v in project_store.candidates() if v.name not in before)
        return new, capsys.readouterr().out

    return run


@pytest.mark.parametrize("name", ["three-layer", "keras-cnn", "convnet"])
def test_a_repeated_training_gives_the_same_weights(
    name: str, train: Any, write_mnist: Callable[..., Path], own_folders: Path
) -> None:
    write_mnist(own_folders / "data", repeats=2)
    length = ["--epochs", "2"] if name == "keras-cnn" else ["--steps", "20"]
    changes = ["--network", name, "--batch-size", "20", "--seed", "11", *length, *DIALS]
    version, _ = train("--candidate", *changes)
    assert version.card.settings["examples"] == 100
    assert version.card.settings["rotation"] == 10
    again, text = train("--from-card", str(version.folder))
    assert again.card.weights_sha256 == version.card.weights_sha256
    assert "Its weights are those of the card, bit for bit." in text
    undated = {"created": "", "duration_s": 0.0, "history_sha256": ""}
    one, other = (dataclasses.replace(v.card, **undated) for v in (version, again))
    assert one == other


def test_other_weights_than_the_cards_are_told(
    train: Any, write_mnist: Callable[..., Path], own_folders: Path
) -> None:
    write_mnist(own_folders / "data")
    version, _ = train("--candidate", "--network", "three-layer", "--steps", "3")
    card = dataclasses.replace(version.card, weights_sha256="0" * 64)
    path = own_folders / "card.json"
    path.write_bytes(card.to_bytes())
    assert "not those of the card" in train("--from-card", str(path))[1]


@pytest.mark.parametrize("kind", ["folder", "card", "zip"])
def test_a_card_is_found_in_a_folder_and_in_a_download(kind: str, tmp_path: Path) -> None:
    path = {"folder": THREE_LAYER, "card": THREE_LAYER / CARD_FILE, "zip": tmp_path / "v.zip"}[kind]
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(THREE_LAYER / CARD_FILE, "three-layer-plain/card.json")
    plan = make_plan(parse_arguments(["--from-card", str(path)]))
    assert (plan.network.name, plan.recipe.name, plan.seed) == ("three-layer", "plain", 1)
    assert plan.recipe.settings == SETTINGS


@pytest.mark.parametrize(
    "recipe",
    [
        dataclasses.replace(recipe, examples=100, shift=2.0)
        for network in get_networks().values()
        for recipe in network.recipes
    ],
    ids=lambda recipe: recipe.fit.module.rsplit(".", 1)[-1] + recipe.name,
)
def test_settings_have_all_of_a_recipe_that_a_training_depends_on(recipe: Recipe) -> None:
    assert recipe.with_settings(recipe.settings) == recipe


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--from-card", str(THREE_LAYER), "--seed", "2"], "has its own --seed"),
        (["--from-card", str(THREE_LAYER), "--batch-size", "2"], "has its own --batch-size"),
        (["--from-card", str(THREE_LAYER), "--drawings", "x"], "is on mnist, not on --drawings"),
        (["--network", "convnet", "--drawings", "x", "--dataset", "mnist"], "only one of them"),
        (["--seed", "2"], "one of --network and --from-card"),
        (["--network", "convnet", "--rotation", "400"], "rotation must be from 0 to 45"),
        (["--network", "convnet", "--examples", "0"], "examples must be a whole number"),
        (["--network", "keras-cnn", "--recipe", "robust", "--shift", "1"], "no shift to change"),
    ],
)
def test_what_cannot_be_together_is_said_in_one_line(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse_arguments(arguments)
    assert complaint in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"network": "none"}, "no network 'none'"),
        ({"recipe": "none"}, "no recipe 'none'"),
        ({"seed": "one"}, "is damaged"),
        ({"settings": 5}, "is damaged"),
        ({"settings": SETTINGS | {"batch_size": None}}, "is damaged"),
        ({"settings": {"epochs": 1}}, "optimizer must be one of adam,"),
        ({"settings": {"magic": 1}}, "no recipe has magic"),
        ({"settings": SETTINGS | {"optimizer": "magic"}}, "optimizer must be one of adam,"),
        ({"settings": SETTINGS | {"rotation": "1"}}, "rotation must be from 0 to 45"),
        ({"settings": SETTINGS | {"epochs": 0.5}}, "epochs must be a whole number"),
    ],
)
def test_a_bad_card_is_a_sentence(
    change: dict[str, Any],
    complaint: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    card = json.loads((THREE_LAYER / CARD_FILE).read_bytes()) | change
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(SystemExit):
        parse_arguments(["--from-card", str(path)])
    assert complaint in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"PK\x05\x06" + bytes(18)])
def test_a_file_that_is_no_card_is_a_sentence(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(SystemExit):
        parse_arguments(["--from-card", str(path)])
    assert "bad.json is damaged." in capsys.readouterr().err.splitlines()[-1]


def test_a_version_learns_from_a_file_of_drawings(
    train: Any, pen_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--network", "three-layer", "--steps", "60", "--drawings", str(pen_file)]
    version, _ = train("--candidate", *arguments)
    assert version.card.dataset == "drawings"
    assert version.card.data_sha256 == hashlib.sha256(pen_file.read_bytes()).hexdigest()
    assert version.card.test_accuracy > 0.3  # a tenth by chance
    again, _ = train("--from-card", str(version.folder), "--drawings", str(pen_file))
    assert again.card.weights_sha256 == version.card.weights_sha256
    other = tmp_path / "other.jsonl"
    other.write_bytes(pen_file.read_bytes() + b"\n\n")
    assert main(["--from-card", str(version.folder), "--drawings", str(other)]) == 1
    assert "other.jsonl is not the file" in capsys.readouterr().err
    assert main(["--from-card", str(version.folder)]) == 1
    assert "has to be given again" in capsys.readouterr().err


def test_every_fifth_drawing_is_kept_for_testing(pen_file: Path, drawings: list[Drawing]) -> None:
    fractions: list[float] = []
    dataset = load_drawings(pen_file, fractions.append)
    labels = [drawing.label for drawing in drawings]
    np.testing.assert_array_equal(dataset.test_labels, labels[4::5])
    assert len(dataset.train_labels) == 160
    assert dataset.train_images.shape == (160, 28, 28, 1)
    assert fractions == [0.25, 0.5, 0.75, 1.0]


def test_a_few_drawings_are_too_few(pen_file: Path, tmp_path: Path) -> None:
    lines = pen_file.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "few.jsonl"
    path.write_text("\n".join(lines[: LEAST_DRAWINGS - 1]), encoding="utf-8")
    with pytest.raises(DatasetError, match=r"few\.jsonl has 19 drawings: .* at least 20"):
        load_drawings(path)
