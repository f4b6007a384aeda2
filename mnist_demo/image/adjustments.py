"""Ways of changing an image by an amount that a slider sets."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mnist_demo.image.transforms import Pixels, add_noise, rotate, scale, shift, thicken
from mnist_demo.language import N_


@dataclass(frozen=True)
class Adjustment:
    """A change with an amount: from ``low`` to ``high``, and ``neutral`` changes nothing.

    ``step`` is as fine as it is worth telling, ``title`` is translated where it is shown.
    """

    title: str
    unit: str
    low: float
    neutral: float
    high: float
    step: float
    apply: Callable[[Pixels, float], Pixels]

    @property
    def decimals(self) -> int:
        """Number of decimals that tell amounts as finely as ``step``."""
        return max(0, math.ceil(-math.log10(self.step)))

    @property
    def ends(self) -> tuple[float, float]:
        """Where its slider begins and ends."""
        return self.low, self.high

    def snap(self, amount: float) -> float:
        """The amount nearest to ``amount`` that its slider can stand at."""
        steps = round((min(max(amount, self.low), self.high) - self.low) / self.step)
        return round(self.low + steps * self.step, self.decimals)


# In the order in which `adjust` goes, so that what is rotated or scaled lies in the middle.
ADJUSTMENTS: dict[str, Adjustment] = {
    "thickness": Adjustment(N_("Thicker or thinner"), "px", -2, 0, 2, 0.05, thicken),
    "scale": Adjustment(N_("Scaled"), "×", 0.4, 1, 1.6, 0.02, scale),
    "rotation": Adjustment(N_("Turned"), "°", -90, 0, 90, 1, rotate),
    "right": Adjustment(
        N_("Moved to the right"), "px", -8, 0, 8, 0.1, lambda image, x: shift(image, x, 0)
    ),
    "down": Adjustment(N_("Moved down"), "px", -8, 0, 8, 0.1, lambda image, y: shift(image, 0, y)),
    "noise": Adjustment(N_("Noise"), "", 0, 0, 1, 0.01, add_noise),
}


def adjust(image: Pixels, amounts: Mapping[str, float]) -> Pixels:
    """Image changed in several ways, one after the other; those not named stay neutral."""
    for name, adjustment in ADJUSTMENTS.items():
        amount = amounts.get(name, adjustment.neutral)
        if amount != adjustment.neutral:
            image = adjustment.apply(image, amount)
    return image


def among_others(name: str, amounts: Mapping[str, float]) -> Adjustment:
    """The adjustment called ``name``, its images also changed by the other ``amounts``."""
    return replace(
        ADJUSTMENTS[name], apply=lambda image, amount: adjust(image, {**amounts, name: amount})
    )
