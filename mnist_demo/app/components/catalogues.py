"""The translations that JavaScript shows, as a module of it."""

import json
from collections.abc import Iterator

from mnist_demo.language import list_languages, read_catalogue


def write_catalogues(scripts: str) -> bytes:
    """ES module with each language's translations of what stands in these scripts.

    A message for some number of things has a list of its forms.
    """
    catalogues = {name: dict(_find(name, scripts)) for name in list_languages()}
    return f"export default {json.dumps(catalogues, ensure_ascii=False)}".encode()


def _find(language: str, scripts: str) -> Iterator[tuple[str, str | list[str]]]:
    catalogue: dict[str | tuple[str, int], str] = getattr(read_catalogue(language), "_catalog", {})
    for key, text in catalogue.items():
        if isinstance(key, str) and key and key in scripts:
            yield key, text
        elif isinstance(key, tuple) and key[1] == 0 and key[0] in scripts:
            forms = (form for form, _ in enumerate(catalogue) if (key[0], form) in catalogue)
            yield key[0], [catalogue[key[0], form] for form in forms]
