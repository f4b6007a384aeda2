"""Every chapter: text and steps belong together, and a notebook of it runs by itself."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from numpy.typing import NDArray

from mnist_demo.app.places.places import TITLES
from mnist_demo.language import list_languages
from mnist_demo.learn import __main__ as program
from mnist_demo.learn.chapter import (
    CHAPTERS,
    FOLDER,
    Block,
    Link,
    Loops,
    Question,
    Run,
    Section,
    Training,
    load_chapter,
    parse_chapter,
)
from mnist_demo.learn.notebook import write_notebook
from mnist_demo.learn.step import Choice, Data, load_steps


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize("name", CHAPTERS)
def test_a_text_runs_every_step_once(name: str, language: str) -> None:
    steps, runs = load_steps(name), load_chapter(name, language).runs
    assert [run.step for run in runs] == list(steps)
    assert [set(run.labels) for run in runs] == [set(step.numbers) for step in steps.values()]


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize("name", CHAPTERS)
def test_every_section_is_complete(name: str, language: str) -> None:
    for section in load_chapter(name, language).sections:
        assert section.title
        assert isinstance(section.blocks[-1], Question), section.title
        links = [block for block in section.blocks if isinstance(block, Link)]
        assert {link.place for link in links} <= set(TITLES)


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_step_runs_at_the_ends_of_its_numbers(
    name: str, drawing: NDArray[np.float32], data: Data
) -> None:
    for step in load_steps(name).values():
        for parameter, control in step.numbers.items():
            default: Any = step.defaults[parameter]
            if isinstance(control, Choice):
                ends = control.values
                assert default in ends
            else:
                ends = control.low, control.high
                assert control.low <= default <= control.high
            for end in ends:
                assert step.run(drawing, step.defaults | {parameter: end}, data)


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize("name", CHAPTERS)
def test_every_language_tells_the_same(name: str, language: str) -> None:
    first, other = load_chapter(name), load_chapter(name, language)
    for section, translated in zip(first.sections, other.sections, strict=True):
        assert find_frame(section) == find_frame(translated)
    assert find_codes(other.blocks) <= find_codes(first.blocks)


def find_frame(section: Section) -> list[object]:
    """What is the same in every language: steps with their numbers, networks, links, a question."""
    frame: list[object] = []
    for block in section.blocks:
        match block:
            case Run(step, labels):
                frame.append((step, tuple(labels)))
            case Training(network):
                frame.append(network)
            case Loops(networks):
                frame.append(networks)
            case Link(_, place, parameters):
                frame.append((place, parameters))
            case Question():
                frame.append("question")
    return frame


def find_codes(blocks: Iterable[Block]) -> set[str]:
    """All that a text sets as code."""
    texts = [text for block in blocks for text in vars(block).values() if isinstance(text, str)]
    return {code for text in texts for code in re.findall(r"`([^`\n]+)`", text)}


def test_every_folder_with_steps_is_a_chapter() -> None:
    assert {path.parent.name for path in FOLDER.glob("*/steps.py")} == set(CHAPTERS)


def test_a_text_is_parsed() -> None:
    fenced = "```step\nrun\na: The a\n```"
    parts = [
        "# T",
        "## One",
        "Say.",
        fenced,
        "```network\nn\n```",
        "[Go](/share?x=y)",
        "### Why?",
        "So.",
    ]
    (section,) = parse_chapter("t", "\n\n".join(parts)).sections
    prose, step, training, link, question = section.blocks
    assert vars(prose) == {"text": "Say."}
    assert vars(step) == {"step": "run", "labels": {"a": "The a"}}
    assert vars(training) == {"network": "n"}
    assert vars(link) == {"text": "Go", "place": "share", "parameters": {"x": "y"}}
    assert vars(question) == {"text": "Why?", "answer": "So."}


NO_DOWNLOAD = """\
import keras
import numpy as np
noise = np.random.default_rng(1).integers(0, 256, (100, 28, 28), np.uint8), np.arange(100) % 10
for dataset in (keras.datasets.mnist, keras.datasets.fashion_mnist):
    dataset.load_data = lambda: (noise, noise)
"""  # Keras itself deletes a file whose checksum it does not know, where it cannot download another


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_every_notebook_runs_in_one_kernel(
    drawing: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("MPLBACKEND", raising=False)  # a notebook shows figures in itself
    notebooks: list[Any] = [
        nbformat.reads(write_notebook(load_chapter(name), load_steps(name), drawing), 4)  # type: ignore[no-untyped-call]
        for name in CHAPTERS
    ]
    joined = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(NO_DOWNLOAD)])  # type: ignore[no-untyped-call]
    for index, notebook in enumerate(notebooks):
        nbformat.validate(notebook)
        for cell in notebook.cells:
            cell.id = f"{index}-{cell.id}"
            joined.cells.append(cell)
            if cell.cell_type == "code":
                assert "mnist_demo" not in cell.source
    ran = NotebookClient(joined, timeout=300, kernel_name="python3").execute()
    code = [cell for cell in ran.cells if cell.cell_type == "code"]
    shown = [
        cell for cell in code if re.search(r"^show_(plot|values)\(", cell.source, re.MULTILINE)
    ]
    assert len(shown) == sum(len(load_chapter(name).runs) for name in CHAPTERS)
    trained = [cell for cell in code if "train_step" in cell.source and "EPOCHS" in cell.source]
    assert len(trained) == sum(len(load_chapter(name).trainings) for name in CHAPTERS) == 5
    assert all("test accuracy" in cell.outputs[-1].text for cell in trained)
    drawn = [cell for cell in code if cell.source.startswith("show_answers(")]
    assert all(cell.outputs for cell in [*shown, *drawn])


def test_the_program_writes_every_notebook(tmp_path: Path, capsys: Any) -> None:
    assert program.main(["--folder", str(tmp_path)]) == 0
    paths = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert [path.stem.partition("-")[2] for path in paths] == list(CHAPTERS)
    titles = [json.loads(path.read_text("utf-8"))["cells"][0]["source"] for path in paths]
    assert titles == [f"# {load_chapter(name).title}" for name in CHAPTERS]


def test_a_folder_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "lessons"
    assert program.main(["--folder", str(folder)]) == 1
    assert capsys.readouterr().err == f"{folder} cannot be written: Not a directory.\n"
