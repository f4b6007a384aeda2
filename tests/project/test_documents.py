"""What README, CONTRIBUTING and the architecture say is there, is there."""

import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_demo.networks import get_network, get_networks
from mnist_demo.paths import PACKAGE, PROJECT

DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/ARCHITECTURE.md",
    "docs/robustness.md",
]
ROOTS = [PROJECT, PACKAGE]  # the architecture names paths inside the package


def read(document: str) -> str:
    return (PROJECT / document).read_text(encoding="utf-8")


def find_code(document: str) -> list[str]:
    """What stands in backticks, outside of blocks."""
    prose = re.sub(r"^```.*?^```$", "", read(document), flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"`([^`]+)`", prose)


def find_commands(document: str) -> list[list[str]]:
    """Commands in blocks of shell and in backticks, without their remarks."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", read(document), re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += [code for code in find_code(document) if re.match(r"(make|python|pip) ", code)]
    return [command for line in lines if (command := shlex.split(line, comments=True))]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_is_there(document: str) -> None:
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", read(document))
    assert [
        link for link in linked if not (PROJECT / document).parent.joinpath(link).exists()
    ] == []
    paths = [code for code in find_code(document) if re.fullmatch(r"\.?[\w-]+(/[\w.-]*)+", code)]
    made_by_use = {"models/", "fashion-mnist/"}
    missing = [path for path in paths if not any((root / path).exists() for root in ROOTS)]
    assert set(missing) <= made_by_use


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_module_and_option_is_there(document: str) -> None:
    targets = re.findall(r"^(\w+):", read("Makefile"), re.MULTILINE)
    for command in find_commands(document):
        match command:
            case ["make", *arguments]:
                named = [argument for argument in arguments if "=" not in argument]
                assert set(named) <= set(targets), command
            case ["python", "-m", module, *arguments] if path := find_module(module):
                options = {part for part in arguments if part.startswith("--")}
                assert options <= find_options(path), command
            case ["python", "-m", module, *_]:
                assert module in {"pytest", "venv", "pip", "benchmarks.chromium"}, command
            case ["streamlit", "run", path]:
                assert (PROJECT / path).is_file()


def find_module(module: str) -> Path | None:
    folder = PROJECT / Path(*module.split("."))
    paths = [folder / "__main__.py", folder.with_suffix(".py")]
    return next((path for path in paths if path.is_file()), None)


def find_options(path: Path) -> set[str]:
    """Options that the module's own source adds to its parser."""
    return set(re.findall(r'"(--[\w-]+)"', path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_variable_is_read_by_the_project(document: str) -> None:
    named = set(re.findall(r"\b(?:MNIST_DEMO_\w+|CHROMIUM)\b", read(document)))
    source = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("mnist_demo", "benchmarks", "tests")
        for path in (PROJECT / folder).rglob("*.py")
        if path != Path(__file__)
    )
    assert {name for name in named if f'"{name}"' not in source} == set()


def test_every_variable_that_the_project_reads_is_in_the_readme() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    assert set(re.findall(r'"(MNIST_DEMO_\w+)"', source)) <= set(
        re.findall(r"MNIST_DEMO_\w+", read("README.md"))
    )


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_network_and_recipe_is_there(document: str) -> None:
    for network, recipe in re.findall(r"--network ([a-z-]+)(?: --recipe (\w+))?", read(document)):
        assert not recipe or get_network(network).recipe(recipe)
    for command in re.findall(r"--recipe (\w+)", read(document)):
        assert any(command == r.name for n in get_networks().values() for r in n.recipes), command


def test_every_row_of_the_readme_s_lessons_is_a_network() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|", read("README.md"), re.MULTILINE)
    assert sorted(rows) == sorted(get_networks())


def test_the_readme_s_python_runs() -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```$", read("README.md"), re.DOTALL | re.MULTILINE)
    rgba = np.zeros((280, 280, 4), np.uint8)
    rgba[40:240, 130:150] = 255
    names: dict[str, Any] = {"rgba": rgba}
    exec(program, names)
    assert names["reading"].digit == 1


def test_the_architecture_has_a_line_for_every_folder() -> None:
    text = read("docs/ARCHITECTURE.md")
    rows = re.findall(r"^\| `([\w/]+)/` \|", text, re.MULTILINE)
    named = {PACKAGE / row for row in rows}
    sources = [path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".js")]
    folders = {path.parent for path in sources} - {PACKAGE}
    places = {path for path in folders if path.parent == PACKAGE / "app" / "places"}
    assert named == folders - places


def test_nothing_names_what_lies_beside_the_project() -> None:
    folders = ["mnist_demo", "benchmarks", "tests", "docs", ".github"]
    paths = [path for folder in folders for path in (PROJECT / folder).rglob("*.*")]
    paths += PROJECT.glob("*.*")
    kinds = {".py", ".md", ".toml", ".txt", ".yml", ".yaml", ".js", ".css"}
    texts = [path for path in paths if path.suffix in kinds and path != Path(__file__)]
    assert [path for path in texts if "shared/" in path.read_text(encoding="utf-8")] == []
