"""ES modules for a page without a server: an import map that holds them itself.

The browser's own loader keeps each module what it is in the app; a bundler would make one script of
all, by rules of its own.
"""

import base64
import posixpath
import re

from mnist_demo.app.components.catalogues import write_catalogues
from mnist_demo.app.components.modules import CATALOGUES, MODULES

SPECIFIER = re.compile(r'(?<= from ")\.[^"]+(?=")')  # a type is imported in another way


def bundle(entry: str, language: str) -> dict[str, str]:
    """Import map from module to address, of all that ``entry`` needs and itself.

    A module is named by its path below the app, for what is in a data: URL has no folder that a
    relative path could begin in. Of the translations there are those of ``language`` alone.
    """
    sources = {CATALOGUES: ""}  # written last, of what the others say
    missing = [entry]
    while missing:
        module = missing.pop()
        if module not in sources:
            sources[module], imported = _name_imports(module)
            missing += imported
    sources[CATALOGUES] = write_catalogues("".join(sources.values()), [language]).decode()
    return {module: _address(source) for module, source in sources.items()}


def _name_imports(module: str) -> tuple[str, list[str]]:
    """Source that imports by paths below the app, and these paths."""
    imported = []

    def name(path: re.Match[str]) -> str:
        imported.append(posixpath.normpath(posixpath.join(posixpath.dirname(module), path[0])))
        return imported[-1]

    return SPECIFIER.sub(name, MODULES[module].decode()), imported


def _address(source: str) -> str:
    return f"data:text/javascript;base64,{base64.b64encode(source.encode()).decode()}"
