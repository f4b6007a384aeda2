"""What is missing or broken beside the code is told in a sentence, and all else works."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mnist_demo.app.stage import canvas
from mnist_demo.app.stage.sources import examples
from mnist_demo.handwriting import examples as drawings
from tests.app.conftest import Visitor, read_markdown
from tests.sixth_network import registered


@pytest.fixture
def _no_examples(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    made = drawings.read_examples, canvas.load_examples, examples.make_thumbnails
    for function in made:
        function.cache_clear()
    monkeypatch.setattr(drawings, "EXAMPLES_FILE", tmp_path / "examples.json")
    yield
    for function in made:
        function.cache_clear()


@pytest.mark.usefixtures("_no_examples")
@pytest.mark.parametrize("content", [None, '{"3": {"strokes": 1, "brush": 2}}'])
def test_without_examples_there_is_a_sentence_and_one_can_draw(
    content: str | None, tmp_path: Path, make_visitor: Callable[..., Visitor], drawing: Any
) -> None:
    if content is not None:
        (tmp_path / "examples.json").write_text(content)
    visitor = make_visitor()
    visitor.page.session_state["Example"] = True  # its popover is open
    visitor.draw(drawing)
    sentence = "The file examples.json of this app is missing or damaged: reinstall the app."
    assert visitor.errors == [sentence]
    assert visitor.answer is not None


def test_without_its_style_sheet_the_page_says_so(
    make_visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    exists = Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: path.name != "style.css" and exists(path))
    visitor = make_visitor()
    sentence = "The file style.css of this app is missing or damaged: reinstall the app."
    assert visitor.errors == [sentence]
    assert visitor.has_canvas


def test_a_broken_network_of_ones_own_is_told_beside_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_visitor: Callable[..., Visitor]
) -> None:
    file = tmp_path / "own_broken_for_the_page.py"
    file.write_text("import sys; sys.exit('![](http://a.example/b)')")
    with registered(tmp_path, monkeypatch):
        visitor = make_visitor()
        (warning,) = visitor.page.warning
        assert "\\!\\[" in warning.value
        assert read_markdown(warning.value) == (
            "The file own_broken_for_the_page.py has no network that can be used: "
            "SystemExit, ![](http://a.example/b)."
        )
        assert visitor.has_canvas
