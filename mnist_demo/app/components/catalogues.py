"""The translations that JavaScript shows, as a module of it.

``gettext`` lists its messages in a private field alone; without it, JavaScript speaks English.
"""

import json
from collections.abc import Iterable

from mnist_demo.language import read_catalogue


def write_catalogues(scripts: str, languages: Iterable[str]) -> bytes:
    """ES module with each of these languages' translations of what stands in these scripts.

    A message for some number of things has a list of its forms.
    """
    catalogues = {name: _find(name, scripts) for name in languages}
    return f"export default {json.dumps(catalogues, ensure_ascii=False)}".encode()


def _find(language: str, scripts: str) -> dict[str, str | list[str]]:
    catalogue: dict[str | tuple[str, int], str] = getattr(read_catalogue(language), "_catalog", {})
    found: dict[str, str | list[str]] = {}
    for key, text in catalogue.items():
        message = key if isinstance(key, str) else key[0]
        if not message or message not in scripts:
            continue
        if isinstance(key, str):
            found[message] = text
        else:
            found[message] = [*found.get(message, ()), text]
    return found
