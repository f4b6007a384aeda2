"""Networks of one's own: a broken file is told in a sentence, and all others work."""

from pathlib import Path

import pytest

from mnist_demo.networks.catalogue import LESSONS
from tests.sixth_network import registered

GOOD = """
from mnist_demo.networks.recipe import Network, Recipe
NETWORK = Network({name!r}, "Title", {dataset!r}, lambda: None, {recipes}, {more})
"""
RECIPES = '(Recipe("plain", "Plain", lambda *_: None, batch_size=32),)'


def write(
    name: str = "ours", dataset: str = "mnist", recipes: str = RECIPES, more: str = ""
) -> str:
    return GOOD.format(name=name, dataset=dataset, recipes=recipes, more=more)


BROKEN = {
    "syntax": "NETWORK = ",
    "raises": "raise ValueError('no')",
    "exits": "import sys\nsys.exit(3)",
    "missing_module": "import nothing_of_that_name",
    "text": "NETWORK = 'network'",
    "none": "NETWORK = None",
    "zeros": "\0",
    "lesson": write("keras-cnn"),
    "path": write("../up"),
    "markdown": write("![](http://a.example)"),
    "number": GOOD.format(name=3, dataset="mnist", recipes=RECIPES, more="").replace("'3'", "3"),
    "data": write(dataset="nothing"),
    "no_recipes": write(recipes="()"),
    "recipes": write(recipes="('plain',)"),
    "recipe": write(recipes='(Recipe("plain", "Plain", lambda *_: None, batch_size=0),)'),
    "default": write(more="default_version='nothing'"),
    "title": write().replace('"Title"', "None"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of own networks, among them one that is sound and one that helps it."""
    folder = tmp_path / "networks"
    folder.mkdir()
    (folder / "own_sound.py").write_text(write("sound"))
    (folder / "own_help.py").write_text("def help(): ...")
    return folder


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_named_and_the_others_work(
    kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / f"own_{kind}.py").write_text(BROKEN[kind])
    with registered(folder, monkeypatch) as networks:
        assert networks.get_networks().keys() == {*LESSONS, "sound"}
        assert networks.get_networks()["keras-cnn"] is LESSONS["keras-cnn"]
        (problem,) = map(str, networks.find_broken_files())
    assert problem.startswith(f"The file own_{kind}.py has no network that can be used: ")
    assert "\n" not in problem


def test_a_folder_that_is_not_there_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with registered(tmp_path / "nowhere", monkeypatch) as networks:
        assert networks.get_networks() == LESSONS
        assert networks.find_broken_files() == ()
