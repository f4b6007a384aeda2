"""Five ways to say which pixels count, each with what was tried out to check it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.attribution import Attributor, Map, Target

OTHER_SEED = 2


@dataclass(frozen=True)
class Explanation:
    """A map (28, 28) of one way, or None where the network has none, and its checks in words."""

    name: str
    values: "Map | None"
    checks: tuple[str, ...]


ABOUT = {
    "Saliency": "How fast the score rises as a pixel gets brighter.",
    "Integrated gradients": "How the score of the drawing, beyond that of an empty image, is "
    "shared out among the pixels.",
    "SmoothGrad": "Saliency, averaged over 24 copies of the drawing with noise.",
    "Grad-CAM": "Where the maps of the last convolution speak for the class. It is as coarse as "
    "they are, and never below zero.",
    "Occlusion": "How far the score falls where squares of 5 × 5 pixels are emptied.",
}


def explain(
    attributor: "Attributor", image: NDArray[np.float32], target: "Target"
) -> tuple[Explanation, ...]:
    """All five maps of an image (28, 28, 1), in the order of `ABOUT`."""
    integrated = attributor.integrate(image, target)
    saliency, smooth = attributor.saliency(image, target), attributor.smooth(image, target)
    found = {
        "Saliency": (saliency, _check_step(attributor, image, target, saliency)),
        "Integrated gradients": (
            integrated.values,
            f"Its values add up to {integrated.change + integrated.residual:.3f}; the score "
            f"changes by {integrated.change:.3f} from an empty image to this one. "
            f"Residual: {integrated.residual:+.3f}.",
        ),
        "SmoothGrad": (smooth, _check_noise(attributor, image, target, smooth)),
        "Grad-CAM": (attributor.grad_cam(image, target), ""),
        "Occlusion": (attributor.occlude(image, target), ""),
    }
    return tuple(
        Explanation(
            name,
            values,
            tuple(filter(None, (check, _check_deletion(attributor, image, target, values)))),
        )
        for name, (values, check) in found.items()
    )


def list_methods(
    image: NDArray[np.float32], target: "Target"
) -> "dict[str, Callable[[Attributor], Map]]":
    """The same ways, for any network that has what they need."""
    return {
        "Saliency": lambda attributor: attributor.saliency(image, target),
        "Integrated gradients": lambda attributor: attributor.integrate(image, target).values,
        "SmoothGrad": lambda attributor: attributor.smooth(image, target),
        "Grad-CAM": lambda attributor: np.asarray(attributor.grad_cam(image, target)),
        "Occlusion": lambda attributor: attributor.occlude(image, target),
    }


def _check_step(
    attributor: "Attributor", image: NDArray[np.float32], target: "Target", gradient: "Map"
) -> str:
    from mnist_demo.attribution_checks import STEP, take_step

    step = take_step(attributor, image, target, gradient)
    return (
        f"A step of length {STEP} along it promises {step.promised:+.4f}; "
        f"the network gives {step.measured:+.4f}."
    )


def _check_noise(
    attributor: "Attributor", image: NDArray[np.float32], target: "Target", smooth: "Map"
) -> str:
    from mnist_demo.sanity import correlate_ranks

    other = attributor.smooth(image, target, seed=OTHER_SEED)
    similarity = correlate_ranks(smooth, other)
    return f"With other noise the ranks of its values correlate at {similarity:.2f}."


def _check_deletion(
    attributor: "Attributor", image: NDArray[np.float32], target: "Target", values: "Map | None"
) -> str:
    from mnist_demo.attribution_checks import delete

    if values is None:
        return ""
    deletion = delete(attributor, image, target, values)
    if deletion is None:
        return "There is too little ink to take some of it away."
    return (
        f"Without the {deletion.count} pixels of ink that it ranks highest the score falls by "
        f"{deletion.fall:.2f}; without {deletion.count} at random, by {deletion.random_fall:.2f}."
    )
