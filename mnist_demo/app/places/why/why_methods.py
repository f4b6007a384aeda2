"""What each attribution method shows, and what was tried out to check it, in words."""

from mnist_demo.app.numbers import fixed, signed
from mnist_demo.explain.values import (
    Attribution,
    Claim,
    Deletion,
    GradientStep,
    IntegratedGradients,
    NoiseRepeat,
    Target,
)
from mnist_demo.image.normalization import IMAGE_SIDE

NO_MAPS = "This network has no convolution, so it has no maps that Grad-CAM could weigh."

ABOUT = {
    "Occlusion": "How far the score falls where squares of 5 × 5 pixels are emptied, averaged "
    "over the squares that cover a pixel.",
    "Saliency": "How fast the score rises as a pixel gets brighter.",
    "Integrated gradients": "How the score of the drawing, beyond that of an empty image, is "
    "shared out among the pixels.",
    "SmoothGrad": "Saliency, averaged over 24 copies of the drawing with noise.",
    "Grad-CAM": "Where the maps of the last convolution speak for the class. It is as coarse as "
    "they are, and never below zero.",
}
ACROSS, DOWN = ("left", "", "right"), ("top", "", "bottom")
WHY_EMPTY = {
    "Grad-CAM": "weighed for this score, the maps of the last convolution add up to nothing above "
    "zero, and this method leaves out what is below",
}
NO_EFFECT = "no change of a single pixel changes the score"


def name_score(target: Target, names: tuple[str, ...]) -> str:
    """What a target is called: the score of a class, or its lead over another."""
    if target.against is None:
        return f"the score of **{names[target.first]}**"
    return f"the lead of **{names[target.first]}** over **{names[target.against]}**"


def describe_map(attribution: Attribution, name: str, score: float) -> str:
    """The main thing that a map of a score with this name says, in a sentence or two."""
    if attribution.values is None:
        return NO_MAPS
    if attribution.is_empty:
        return describe_empty(attribution)
    highest, where = float(attribution.values.max()), _name_place(int(attribution.values.argmax()))
    if highest <= 0:
        return f"No pixel speaks for {name}, which is {fixed(score, 1)}."
    if attribution.method == "Occlusion":
        return (
            f"What counts most for {name} lies {where} (**+**): emptying a square of 5 × 5 pixels "
            f"there lowers it by {fixed(highest, 1)} on average, from {fixed(score, 1)}."
        )
    return f"What counts most for {name}, which is {fixed(score, 1)}, lies {where} (**+**)."


def _name_place(index: int) -> str:
    """Part of the image that a pixel lies in, such as "at the top left"."""
    row, column = divmod(index, IMAGE_SIDE)
    down, across = DOWN[3 * row // IMAGE_SIDE], ACROSS[3 * column // IMAGE_SIDE]
    if not down:
        return f"on the {across}" if across else "in the middle"
    return f"at the {down} {across}".rstrip()


def describe_empty(attribution: Attribution) -> str:
    """Why a map of zeros has nothing to show."""
    reason = WHY_EMPTY.get(attribution.method, NO_EFFECT)
    return f"The map is empty: {reason}. So there is nothing to check."


def describe_checks(attribution: Attribution) -> list[str]:
    """A sentence for each check of a map; for an empty one, why it is empty."""
    if attribution.values is None:
        return []
    if attribution.is_empty:
        return [describe_empty(attribution)]
    claims = [] if attribution.claim is None else [_describe_claim(attribution.claim)]
    return [*claims, _describe_deletion(attribution.deletion)]


def _describe_claim(claim: Claim) -> str:
    match claim:
        case GradientStep():
            return (
                f"A step of length {claim.length} along it promises {signed(claim.promised, 4)}; "
                f"the network gives {signed(claim.measured, 4)}."
            )
        case IntegratedGradients():
            return (
                f"Its values add up to {fixed(claim.total, 3)}; the score changes by "
                f"{fixed(claim.change, 3)} from an empty image to this one. "
                f"Residual: {signed(claim.residual, 3)}."
            )
        case NoiseRepeat():
            correlation = fixed(claim.correlation, 2)
            return f"With other noise the ranks of its values correlate at {correlation}."


def _describe_deletion(deletion: Deletion | None) -> str:
    if deletion is None:
        return "There is too little ink to take some of it away."
    return (
        f"Without the {deletion.count} pixels of ink that it ranks highest the score falls by "
        f"{fixed(deletion.fall, 2)}; without {deletion.count} at random, by "
        f"{fixed(deletion.random_fall, 2)}."
    )
