"""A bundle has every module that is needed, and each finds those that it imports."""

import base64
import re
from typing import Any

import pytest

from mnist_demo.app.components.bundle import bundle
from mnist_demo.app.components.modules import MODULES

ENTRY = "components/live/answer.js"
IMPORT = re.compile(r'^(?:import|export)\b[^"]* from "([^"]+)"', re.MULTILINE)


def decode(address: str) -> str:
    kind, text = address.split(";base64,")
    assert kind == "data:text/javascript"
    return base64.b64decode(text).decode()


@pytest.fixture
def sources() -> dict[str, str]:
    return {module: decode(address) for module, address in bundle(ENTRY, "zh").items()}


def test_every_module_finds_what_it_imports(sources: dict[str, str]) -> None:
    imported = {path for source in sources.values() for path in IMPORT.findall(source)}
    assert imported | {ENTRY} == set(sources)
    assert {"components/engine/layers.js", "components/picture/words.js"} < imported


def test_a_module_is_that_of_the_app_but_for_the_paths(sources: dict[str, str]) -> None:
    def blank(source: Any) -> str:
        return re.sub(r' from "[^"]+"', "", source)

    for module in sources.keys() - {"components/catalogues.js"}:
        assert blank(sources[module]) == blank(MODULES[module].decode())


def test_it_speaks_one_language_and_says_what_its_modules_say(sources: dict[str, str]) -> None:
    catalogue = sources["components/catalogues.js"]
    assert catalogue.startswith('export default {"zh": {')
    assert "moving with the pen" in catalogue
    assert "Next card" not in catalogue  # of another module
