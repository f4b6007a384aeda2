"""Types of what fixtures hand to tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

WaitUntil: TypeAlias = Callable[..., Any]
SetVariable: TypeAlias = Callable[[str, str], None]
WriteMnist: TypeAlias = Callable[..., Path]
Strokes: TypeAlias = list[list[list[float]]]  # points [x, y] on a canvas of 320 pixels
Examples: TypeAlias = dict[int, Strokes]
Screens: TypeAlias = dict[str, dict[str, Any]]
