"""Ways of changing a digit image by an amount: moved, turned, scaled, thicker, thinner, noisy."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Change = Callable[[NDArray[np.float32], float], NDArray[np.float32]]  # image and amount to image
NOISE_SEED = 1


@dataclass(frozen=True)
class Kind:
    """A way of changing an image: from ``low`` to ``high``, and ``neutral`` changes nothing.

    ``step`` is as fine as it is worth telling.
    """

    title: str
    unit: str
    low: float
    neutral: float
    high: float
    step: float
    change: Change

    @property
    def decimals(self) -> int:
        """Number of decimals that tell amounts as finely as ``step``."""
        return max(0, math.ceil(-math.log10(self.step)))

    def describe(self, amount: float) -> str:
        """An amount with its unit."""
        gap = "" if self.unit in ("°", "") else " "
        return f"{amount:.{self.decimals}f}{gap}{self.unit}".replace("-", "−")


def shift(image: NDArray[np.float32], right: float) -> NDArray[np.float32]:
    """Moved to the right by pixels, also by parts of them; what leaves the image is lost."""
    return _transform(image, (1, 0, -right, 0, 1, 0))


def lower(image: NDArray[np.float32], down: float) -> NDArray[np.float32]:
    """Moved down by pixels."""
    return _transform(image, (1, 0, 0, 0, 1, -down))


def turn(image: NDArray[np.float32], degrees: float) -> NDArray[np.float32]:
    """Turned clockwise about the middle."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return _about_middle(image, np.array([[cosine, sine], [-sine, cosine]]))


def scale(image: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Larger or smaller about the middle."""
    return _about_middle(image, np.eye(2) / factor)


def thicken(image: NDArray[np.float32], amount: float) -> NDArray[np.float32]:
    """Mixed with its dilation (``amount`` 1) or its erosion (-1) over 3 x 3 pixels, or two."""
    result = image[..., 0]
    for _ in range(int(np.ceil(abs(amount)))):
        share = np.float32(min(abs(amount), 1.0))
        changed = _rank(result, np.max if amount > 0 else np.min)
        result = result + share * (changed - result)
        amount -= np.sign(amount)
    return np.asarray(result[..., None], np.float32)


def add_noise(image: NDArray[np.float32], deviation: float) -> NDArray[np.float32]:
    """With normal noise of a standard deviation, always the same pattern, cut to [0, 1]."""
    noise = np.random.default_rng(NOISE_SEED).normal(0, 1, image.shape)
    return np.clip(image + np.float32(deviation) * noise.astype(np.float32), 0, 1)


# In the order in which `change_all` goes, so that what is turned or scaled lies in the middle.
KINDS: dict[str, Kind] = {
    "thickness": Kind("Thicker or thinner", "px", -2, 0, 2, 0.05, thicken),
    "scale": Kind("Scaled", "×", 0.4, 1, 1.6, 0.02, scale),
    "turn": Kind("Turned", "°", -90, 0, 90, 1, turn),
    "right": Kind("Moved to the right", "px", -8, 0, 8, 0.1, shift),
    "down": Kind("Moved down", "px", -8, 0, 8, 0.1, lower),
    "noise": Kind("Noise", "", 0, 0, 1, 0.01, add_noise),
}


def change_all(image: NDArray[np.float32], amounts: Mapping[str, float]) -> NDArray[np.float32]:
    """Image changed in several ways, one after the other; those not named stay neutral."""
    for name, kind in KINDS.items():
        amount = amounts.get(name, kind.neutral)
        if amount != kind.neutral:
            image = kind.change(image, amount)
    return image


def among_others(name: str, amounts: Mapping[str, float]) -> Kind:
    """The kind called ``name``, each of its images also changed by the other ``amounts``."""

    def change(image: NDArray[np.float32], amount: float) -> NDArray[np.float32]:
        return change_all(image, {**amounts, name: amount})

    return replace(KINDS[name], change=change)


def _about_middle(image: NDArray[np.float32], matrix: NDArray[np.float64]) -> NDArray[np.float32]:
    middle = np.array([image.shape[1], image.shape[0]]) / 2
    offset = middle - matrix @ middle
    (a, b), (d, e) = matrix
    return _transform(image, (a, b, offset[0], d, e, offset[1]))


def _transform(image: NDArray[np.float32], coefficients: tuple[float, ...]) -> NDArray[np.float32]:
    """Bilinear; ``coefficients`` map places of the result to places of ``image``, as Pillow's."""
    picture = Image.fromarray(np.pad(image[..., 0], 1))  # or Pillow would repeat the edge
    a, b, c, d, e, f = coefficients
    moved = (a, b, c + 1 - a - b, d, e, f + 1 - d - e)
    changed = picture.transform(
        picture.size, Image.Transform.AFFINE, moved, Image.Resampling.BILINEAR
    )
    return np.clip(np.asarray(changed, np.float32)[1:-1, 1:-1, None], 0, 1)


def _rank(
    values: NDArray[np.float32], choose: Callable[..., NDArray[np.float32]]
) -> NDArray[np.float32]:
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, 1), (3, 3))
    return np.asarray(choose(windows, axis=(2, 3)), np.float32)
