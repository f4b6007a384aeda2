"""The optimizers' formulas, and their arithmetic for a single weight."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mnist_demo.one_step.training_step import TrainingStep

Numbers = Mapping[str, Any]
SYMBOL = re.compile("β₁|β₂|[a-zα-ω]")


@dataclass(frozen=True)
class Formula:
    """How a number is made: ``text`` has it in symbols, ``compute`` does what it says."""

    result: str
    text: str
    compute: Callable[[Numbers], Any]


FORMULAS = {
    "sgd": (Formula("w", "w − η · g", lambda n: n["w"] - n["η"] * n["g"]),),
    "momentum": (
        Formula("v", "μ · v − η · g", lambda n: n["μ"] * n["v"] - n["η"] * n["g"]),
        Formula("w", "w + v", lambda n: n["w"] + n["v"]),
    ),
    "rmsprop": (
        Formula(
            "v", "ρ · v + (1 − ρ) · g²", lambda n: n["ρ"] * n["v"] + (1 - n["ρ"]) * n["g"] ** 2
        ),
        Formula(
            "w",
            "w − η · g / √(v + ε)",
            lambda n: n["w"] - n["η"] * n["g"] / np.sqrt(n["v"] + n["ε"]),
        ),
    ),
    "adam": (
        Formula("m", "β₁ · m + (1 − β₁) · g", lambda n: n["β₁"] * n["m"] + (1 - n["β₁"]) * n["g"]),
        Formula(
            "v", "β₂ · v + (1 − β₂) · g²", lambda n: n["β₂"] * n["v"] + (1 - n["β₂"]) * n["g"] ** 2
        ),
        Formula(
            "α",
            "η · √(1 − β₂^t) / (1 − β₁^t)",
            lambda n: n["η"] * np.sqrt(1 - n["β₂"] ** n["t"]) / (1 - n["β₁"] ** n["t"]),
        ),
        Formula(
            "w",
            "w − α · m / (√v + ε)",
            lambda n: n["w"] - n["α"] * n["m"] / (np.sqrt(n["v"]) + n["ε"]),
        ),
    ),
}
"""By the names of `OPTIMIZERS`, as Keras computes them; each line goes on with the one before."""

SLOTS = {
    "momentum": {"momentum": "v"},
    "rmsprop": {"velocity": "v"},
    "adam": {"momentum": "m", "velocity": "v"},
}
SETTINGS = {"momentum": "μ", "rho": "ρ", "beta_1": "β₁", "beta_2": "β₂", "epsilon": "ε"}


@dataclass(frozen=True)
class Line:
    """A formula with the ``numbers`` of its symbols, and its ``value``."""

    formula: Formula
    numbers: Numbers
    value: float

    def substitute(self, write: Callable[[float], str]) -> str:
        """The formula's text with numbers in the place of symbols."""

        def put(match: re.Match[str]) -> str:
            text = write(float(self.numbers[match[0]]))
            return text if re.fullmatch(r"[\d.]+", text) else f"({text})"

        return SYMBOL.sub(put, self.formula.text)


def write_out(
    optimizer: str, step: TrainingStep, name: str, index: tuple[int, ...]
) -> tuple[Line, ...]:
    """Arithmetic of the weight at ``index`` of an array, in single precision as in training.

    The last line's value is the weight after the step.
    """
    update = step.updates[name]
    numbers: dict[str, Any] = {"w": update.before[index], "g": update.gradient[index]}
    numbers |= {"η": step.record.learning_rate, "t": step.record.number}
    numbers |= {SETTINGS[key]: one for key, one in step.settings.items() if key in SETTINGS}
    for slot, symbol in SLOTS.get(optimizer, {}).items():
        numbers[symbol] = update.slots[slot][index]
    lines = []
    with np.errstate(all="ignore"):  # a training that diverges
        for formula in FORMULAS[optimizer]:
            value = formula.compute(numbers)
            used = {symbol: numbers[symbol] for symbol in SYMBOL.findall(formula.text)}
            lines.append(Line(formula, used, float(value)))
            numbers[formula.result] = value
    return tuple(lines)
