"""What of the catalogues a browser gets."""

import gettext
import json
from typing import Any

import pytest

from mnist_demo.app.components import catalogues, modules
from mnist_demo.language import read_catalogue


def read(script: bytes) -> Any:
    return json.loads(script.decode().removeprefix("export default "))


def test_a_browser_gets_what_its_scripts_say_and_no_more() -> None:
    told = read(modules.MODULES["components/catalogues.js"])
    assert told["en"] == {}
    assert told["zh"]["Next card"] == read_catalogue("zh").gettext("Next card") != "Next card"
    assert "Loading TensorFlow …" not in told["zh"]


def test_a_number_of_things_has_its_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    translations = gettext.NullTranslations()
    forms = {"": "header", "one": "eins", ("a map", 0): "eine Karte", ("a map", 1): "Karten"}
    translations._catalog = forms  # type: ignore[attr-defined]
    monkeypatch.setattr(catalogues, "read_catalogue", lambda _name: translations)
    told = read(catalogues.write_catalogues('_("one") ngettext("a map", "maps", 2)', ["en"]))
    assert told["en"] == {"one": "eins", "a map": ["eine Karte", "Karten"]}


def test_where_gettext_does_not_list_its_messages_there_are_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(catalogues, "read_catalogue", lambda _name: gettext.NullTranslations())
    assert read(catalogues.write_catalogues("one", ["en", "zh"])) == {"en": {}, "zh": {}}
