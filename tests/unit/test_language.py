"""Catalogues are complete and compiled, and each thread writes in the language that it is told."""

import re
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from mnist_demo import errors
from mnist_demo import language as module
from mnist_demo.errors import DatasetError
from mnist_demo.language import FOLDER, _, find_language, list_languages, ngettext, speak, speaking
from mnist_demo.paths import PROJECT

CATALOGUES = sorted(FOLDER.glob("*/LC_MESSAGES/mnist_demo.po"))
KEYWORDS: dict[str, Any] = {"_": None, "N_": None, "ngettext": (1, 2)}
KEYWORDS |= {name: None for name in vars(errors) if name.endswith("Error")}


@pytest.fixture
def _english_again() -> Iterator[None]:
    yield
    speak("en")


def find_messages() -> Any:
    """All that the source marks: messages, or pairs of them."""
    configuration = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    mappings = configuration["tool"]["babel"]["mappings"]
    methods = [(one["pattern"], one["method"]) for one in mappings]
    found = extract_from_dir(PROJECT, methods, keywords=KEYWORDS)
    return {message for _file, _line, message, *_rest in found}


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def list_pairs(catalogue: Catalog) -> Any:
    return sorted((list_forms(one.id), list_forms(one.string)) for one in catalogue if one.id)


def list_forms(message: Any) -> list[str]:
    return [message] if isinstance(message, str) else list(message)


def find_names(text: Any) -> set[str]:
    return set(re.findall(r"\{(\w*)", text))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_catalogue_has_every_message_and_no_other(path: Path) -> None:
    """`make languages` puts new messages into it."""
    messages = {message.id for message in read(path) if message.id}
    assert {message if isinstance(message, str) else tuple(message) for message in messages} == (
        find_messages()
    )


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_every_message_is_translated_with_what_is_put_into_it(path: Path) -> None:
    for message in read(path):
        if message.id:
            ids, texts = list_forms(message.id), list_forms(message.string)
            assert all(texts), ids
            assert all(find_names(text) == find_names(ids[-1]) for text in texts), ids


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_compiled_catalogue_is_that_which_is_written(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        assert list_pairs(read_mo(file)) == list_pairs(read(path))


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-CN", "zh"), ("zh", "zh"), ("en-GB", "en"), ("xh", "en"), ("../zh", "en"), (None, "en")],
)
def test_a_browser_is_answered_in_its_language(locale: str | None, language: str) -> None:
    assert find_language(locale) == language


def test_languages_call_themselves_by_their_own_names() -> None:
    assert list_languages() == {"en": "English", "zh": "中文"}


@pytest.mark.usefixtures("_english_again")
def test_what_is_said_is_said_in_the_language_that_is_spoken() -> None:
    error = DatasetError("{title} is damaged.", title="MNIST")
    assert (_("Learn"), _(""), _("no message of ours")) == ("Learn", "", "no message of ours")
    speak("zh")
    assert (_("Learn"), _(""), _("no message of ours")) == ("学习", "", "no message of ours")
    assert ngettext("one", "many", 2) == "many"
    assert str(error) == "MNIST is damaged."  # of no catalogue: as in the source


def fail_in_chinese() -> None:
    with speaking("zh"):
        raise DatasetError(_("Learn"))


def test_an_error_ends_what_was_spoken_for_a_while() -> None:
    with pytest.raises(DatasetError, match="学习"):
        fail_in_chinese()
    assert _("Learn") == "Learn"


def test_a_thread_that_has_not_been_told_asks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, heard = [], []
    monkeypatch.setattr(module, "_ask", lambda: asked.append(1) or "zh")
    thread = threading.Thread(target=lambda: heard.extend([_("Learn"), _("Share")]))
    thread.start()
    thread.join()
    assert (heard, asked) == (["学习", "分享"], [1])
    assert _("Learn") == "Learn"
