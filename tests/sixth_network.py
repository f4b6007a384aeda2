"""The source of a network of one's own, and a registry that has it."""

import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mnist_demo import networks

SIXTH = (Path(__file__).parent / "sixth.py").read_text(encoding="utf-8")


@contextmanager
def registered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[types.ModuleType]:
    """This process with the networks of ``folder`` beside the others."""
    monkeypatch.setattr(networks, "__path__", [*networks.__path__, str(folder)])
    networks.load_once.cache_clear()
    yield networks
    monkeypatch.undo()
    networks.load_once.cache_clear()
