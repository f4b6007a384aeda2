"""What the package's modules import, read from their source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mnist_demo.paths import PACKAGE, PROJECT


@dataclass(frozen=True)
class Import:
    """One import: the importing module, what it names (both dotted), whether only for types."""

    module: str
    target: str
    is_type: bool

    @property
    def package(self) -> str:
        """What is imported, or what that is part of."""
        return self.target.split(".")[0]

    @property
    def rooms(self) -> tuple[str, str]:
        """Rooms of both; ``mnist_demo`` for the package's own face."""
        return find_room(self.module), find_room(self.target)


def find_room(module: str) -> str:
    """Folder or file directly in the package: ``reading`` of ``mnist_demo.reading.reader``."""
    return [*module.split("."), "mnist_demo"][1]


def find_modules() -> list[str]:
    """Dotted names of all modules of the package."""
    return sorted(name_module(path) for path in PACKAGE.rglob("*.py"))


def name_module(path: Path) -> str:
    """Dotted name of a module of the project."""
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


def find_imports() -> Iterator[Import]:
    """Every import of the package, those in functions included."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for_types = {id(node) for block in find_type_blocks(tree) for node in ast.walk(block)}
        for node in ast.walk(tree):
            for target in name_targets(node):
                yield Import(name_module(path), target, id(node) in for_types)


def find_type_blocks(tree: ast.Module) -> list[ast.If]:
    """Those under ``if TYPE_CHECKING``."""
    blocks = [node for node in tree.body if isinstance(node, ast.If)]
    return [block for block in blocks if ast.unparse(block.test) == "TYPE_CHECKING"]


def name_targets(node: ast.AST) -> list[str]:
    """What one statement imports."""
    match node:
        case ast.Import(names):
            return [alias.name for alias in names]
        case ast.ImportFrom(str(module), names, 0):
            return [f"{module}.{alias.name}" for alias in names]
    return []
