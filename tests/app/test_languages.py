"""Nothing on any place stays in English where another language is spoken."""

import gettext
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from streamlit.testing.v1 import AppTest

from mnist_demo.app.places.take_away.page.page_file import make_page
from mnist_demo.app.stage.canvas import BLANK, load_examples
from mnist_demo.language import read_catalogue
from mnist_demo.learn.chapter import CHAPTERS
from mnist_demo.reading.reader import Reader
from mnist_demo.versions.store import open_store
from tests.app.conftest import Visitor
from tests.app.one_page import visit_page
from tests.english import CLOSE, OPEN, find_english

SHOWN = {
    "label", "help", "body", "value", "placeholder", "options", "text", "title", "caption", "alt",
    "content", "formattedOptions", "default", "description", "words",
}  # fmt: skip


class PseudoLanguage(gettext.NullTranslations):
    """Every message in brackets, with its placeholders."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


@pytest.fixture(autouse=True)
def _spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mnist_demo.language.read_catalogue", lambda _name: PseudoLanguage())


def find_shown(page: AppTest) -> Iterator[str]:
    """Every text on the page that somebody sees or hears."""
    blocks: list[Any] = [page.main, page.sidebar]
    while blocks:
        block = blocks.pop()
        blocks += list(getattr(block, "children", {}).values())
        if getattr(block, "proto", None) is not None:
            yield from find_texts(json_format.MessageToDict(block.proto))


def find_texts(value: Any, is_shown: bool = False) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key in ("json", "spec") and isinstance(part, str) and part.startswith(("{", "[")):
                yield from find_texts(json.loads(part))
            else:
                yield from find_texts(part, key in SHOWN)
    elif isinstance(value, list):
        for part in value:
            yield from find_texts(part, is_shown)
    elif isinstance(value, str) and is_shown:
        yield value


def find_all_english(page: AppTest) -> Any:
    return {text: words for text in find_shown(page) if (words := find_english(text))}


def test_look_inside_and_the_sidebar(make_visitor: Callable[..., Visitor]) -> None:
    visitor = make_visitor()
    assert f"{OPEN}Draw a digit" in visitor.text
    assert find_all_english(visitor.page) == {}
    visitor.press("example-4")
    assert find_all_english(visitor.page) == {}


@pytest.mark.parametrize("question", ["why", "change", "like", "others", "misread"])
def test_every_question(question: str, real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_DEMO_DATA", str(real_data))
    page = visit_page("question", load_examples()["4"], question=question)
    assert find_all_english(page) == {}


@pytest.mark.parametrize("part", ["curves", "watch", "step", "measures"])
def test_train_and_test(part: str) -> None:
    page = visit_page("train/train_and_test", load_examples()["4"], test=part)
    assert find_all_english(page) == {}


def test_share() -> None:
    assert find_all_english(visit_page("take_away", load_examples()["4"])) == {}


def test_the_page_without_a_server(reader: Reader) -> None:
    store = open_store()
    page = make_page(reader, store.default("keras-cnn"), store, "zh").decode()
    assert find_english(re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)) == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_lessons(chapter: str) -> None:
    """The texts themselves are files of their own."""
    page = visit_page("learn", BLANK, chapter=chapter)
    assert find_all_english(page) == {}


def test_the_brackets_are_put_on_by_nothing_else() -> None:
    assert read_catalogue("zh").gettext("Learn") == "学习"
    assert find_english(f"{OPEN}What {OPEN}4{CLOSE} is{CLOSE} <b>not</b>") == ["not"]
