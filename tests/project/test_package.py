"""The package as others get it: its face, and the wheel with assets and weights."""

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import mnist_demo
from mnist_demo.paths import PROJECT

READ_A_DIGIT = """
import json, sys
import mnist_demo
is_light = "numpy" not in sys.modules
import numpy as np
from mnist_demo import from_canvas, load_reader
from mnist_demo.paths import PACKAGE, TRAINED_MODELS
rgba = np.zeros((280, 280, 4), np.uint8)
rgba[40:240, 130:150] = 255
reading = load_reader("keras-cnn").read(from_canvas(rgba))
folders = {"package": str(PACKAGE), "models": str(TRAINED_MODELS)}
print(json.dumps({"is_light": is_light, "digit": reading.digit} | folders))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with what the wheel installs."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([sys.executable, *build, "--wheel-dir", folder, PROJECT], check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_the_wheel_has_every_asset_and_module(unpacked: Path) -> None:
    def files(folder: Path) -> set[Path]:
        found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
        return {path for path in found if "__pycache__" not in path.parts}

    assert files(unpacked / "mnist_demo" / "assets") == files(PROJECT / "assets")
    assert files(PROJECT / "mnist_demo") <= files(unpacked / "mnist_demo")


def test_the_wheel_requires_what_requirements_txt_names(unpacked: Path) -> None:
    (metadata,) = unpacked.glob("*.dist-info/METADATA")
    lines = metadata.read_text(encoding="utf-8").splitlines()
    required = {line.removeprefix("Requires-Dist: ") for line in lines if "Requires-Dist" in line}
    assert required == set((PROJECT / "requirements.txt").read_text().splitlines())
    assert "License-Expression: MIT" in lines


def test_from_the_wheel_a_digit_is_read(unpacked: Path, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(unpacked)}
    result = subprocess.run(
        [sys.executable, "-c", READ_A_DIGIT],
        env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    assert json.loads(result.stdout) == {
        "is_light": True, "digit": 1,
        "package": str(unpacked / "mnist_demo"), "models": str(tmp_path / "models"),
    }  # fmt: skip


def test_the_build_is_pinned_as_for_development() -> None:
    configuration = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = (PROJECT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("#")[0].strip() for line in lines}
    assert set(configuration["build-system"]["requires"]) <= pinned


@pytest.mark.parametrize("name", mnist_demo.__all__)
def test_each_name_of_the_face_is_there(name: str) -> None:
    assert getattr(mnist_demo, name).__name__ == name


def test_another_name_is_missing_as_of_any_module() -> None:
    with pytest.raises(AttributeError, match="'mnist_demo' has no attribute 'train'"):
        _ = mnist_demo.train
