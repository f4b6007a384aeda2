"""A step of a lesson: a function of the drawing, and the numbers of it that a reader may change."""

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Number = int | float
Setting = Number | str
Result = dict[str, Any]
DATASETS = ("mnist", "fashion-mnist")
Data = Mapping[str, tuple[NDArray[np.uint8], NDArray[np.integer[Any]]]]
"""Test pictures (n, 28, 28) in [0, 255] and labels (n,) of `DATASETS`."""


@dataclass(frozen=True)
class Range:
    """Numbers from ``low`` to ``high`` in steps of ``step``: a slider."""

    low: Number
    high: Number
    step: Number


@dataclass(frozen=True)
class Choice:
    """One of a few numbers, or of a few words."""

    values: tuple[Setting, ...]


@dataclass(frozen=True)
class Step:
    """A function that is run before the reader's eyes.

    Attributes
    ----------
    function
        From a drawing, (28, 28, 1) float32 in [0, 1], and numbers with defaults, to values by their
        names: tensors, numbers or words.
    numbers
        What the reader may change, by the function's parameter.
    is_plot
        Whether the values are curves: ``x`` (n,), others (n,) over it, and points [x, y].
    uses
        Functions that it calls, which belong to its source.
    needs_data
        Whether its second argument is `Data`.
    are_cards
        Whether the values are the way of cards: their ``order`` (n,), or batches.
    """

    function: Callable[..., Result]
    numbers: Mapping[str, Range | Choice] = field(default_factory=dict)
    is_plot: bool = False
    uses: tuple[Callable[..., Any], ...] = ()
    needs_data: bool = False
    are_cards: bool = False

    @property
    def defaults(self) -> dict[str, Setting]:
        """The numbers before anybody has changed one."""
        parameters = inspect.signature(self.function).parameters
        return {name: parameters[name].default for name in self.numbers}

    @property
    def sources(self) -> list[str]:
        """What it uses and the function itself, as they stand in the module."""
        return [inspect.getsource(part).strip() for part in (*self.uses, self.function)]

    def write_call(self, numbers: Mapping[str, Setting]) -> str:
        """The line of Python that runs it."""
        given = ["drawing", "data"] if self.needs_data else ["drawing"]
        arguments = [*given, *(f"{name}={value!r}" for name, value in numbers.items())]
        return f"{self.function.__name__}({', '.join(arguments)})"

    def run(
        self,
        drawing: NDArray[np.float32],
        numbers: Mapping[str, Setting],
        data: Data | None = None,
    ) -> Result:
        """Its values for a drawing, with tensors as arrays of NumPy."""
        given = [drawing, data] if self.needs_data else [drawing]
        result = self.function(*given, **numbers)
        return {name: _to_numpy(value) for name, value in result.items()}


def load_steps(chapter: str) -> dict[str, Step]:
    """The steps of a chapter, by name; this loads TensorFlow."""
    steps: tuple[Step, ...] = importlib.import_module(f"mnist_demo.learn.{chapter}.steps").STEPS
    return {step.function.__name__: step for step in steps}


def _to_numpy(value: Any) -> Any:
    """A word stays one; whatever is made of numbers becomes an array."""
    if hasattr(value, "numpy"):
        return np.asarray(value.numpy())
    is_number = isinstance(value, int | float | list | np.ndarray | np.generic)
    return np.asarray(value) if is_number else str(value)
