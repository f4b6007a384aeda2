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
from mnist_demo.language import N_, _

NO_MAPS = N_("This network has no convolution, so it has no maps that Grad-CAM could weigh.")

ABOUT = {
    N_("Occlusion"): N_(
        "How far the score falls where squares of 5 × 5 pixels are emptied, averaged over the "
        "squares that cover a pixel."
    ),
    N_("Saliency"): N_("How fast the score rises as a pixel gets brighter."),
    N_("Integrated gradients"): N_(
        "How the score of the drawing, beyond that of an empty image, is shared out among the "
        "pixels."
    ),
    "SmoothGrad": N_("Saliency, averaged over 24 copies of the drawing with noise."),
    "Grad-CAM": N_(
        "Where the maps of the last convolution speak for the class. It is as coarse as they are, "
        "and never below zero."
    ),
}
PLACES = (
    (N_("at the top left"), N_("at the top"), N_("at the top right")),
    (N_("on the left"), N_("in the middle"), N_("on the right")),
    (N_("at the bottom left"), N_("at the bottom"), N_("at the bottom right")),
)
WHY_EMPTY = {
    "Grad-CAM": N_(
        "The map is empty: weighed for this score, the maps of the last convolution add up to "
        "nothing above zero, and this method leaves out what is below. So there is nothing to "
        "check."
    ),
}
NO_EFFECT = N_(
    "The map is empty: no change of a single pixel changes the score. So there is nothing to check."
)


def name_score(target: Target, names: tuple[str, ...]) -> str:
    """What a target is called: the score of a class, or its lead over another."""
    if target.against is None:
        return _("the score of **{name}**").format(name=names[target.first])
    return _("the lead of **{name}** over **{other}**").format(
        name=names[target.first], other=names[target.against]
    )


def describe_map(attribution: Attribution, name: str, score: float) -> str:
    """The main thing that a map of a score with this name says, in a sentence or two."""
    if attribution.values is None:
        return _(NO_MAPS)
    if attribution.is_empty:
        return describe_empty(attribution)
    highest, where = float(attribution.values.max()), _name_place(int(attribution.values.argmax()))
    if highest <= 0:
        text = _("No pixel speaks for {score}, which is {value}.")
    elif attribution.method == "Occlusion":
        text = _(
            "What counts most for {score} lies {where} (**+**): emptying a square of 5 × 5 pixels "
            "there lowers it by {fall} on average, from {value}."
        )
    else:
        text = _("What counts most for {score}, which is {value}, lies {where} (**+**).")
    return text.format(score=name, value=fixed(score, 1), where=where, fall=fixed(highest, 1))


def _name_place(index: int) -> str:
    """Part of the image that a pixel lies in, such as "at the top left"."""
    row, column = divmod(index, IMAGE_SIDE)
    return _(PLACES[3 * row // IMAGE_SIDE][3 * column // IMAGE_SIDE])


def describe_empty(attribution: Attribution) -> str:
    """Why a map of zeros has nothing to show."""
    return _(WHY_EMPTY.get(attribution.method, NO_EFFECT))


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
            return _(
                "A step of length {length} along it promises {promised}; the network gives "
                "{measured}."
            ).format(
                length=claim.length,
                promised=signed(claim.promised, 4),
                measured=signed(claim.measured, 4),
            )
        case IntegratedGradients():
            return _(
                "Its values add up to {total}; the score changes by {change} from an empty image "
                "to this one. Residual: {residual}."
            ).format(
                total=fixed(claim.total, 3),
                change=fixed(claim.change, 3),
                residual=signed(claim.residual, 3),
            )
        case NoiseRepeat():
            text = _("With other noise the ranks of its values correlate at {correlation}.")
            return text.format(correlation=fixed(claim.correlation, 2))


def _describe_deletion(deletion: Deletion | None) -> str:
    if deletion is None:
        return _("There is too little ink to take some of it away.")
    return _(
        "Without the {count} pixels of ink that it ranks highest the score falls by {fall}; "
        "without {count} at random, by {random_fall}."
    ).format(
        count=deletion.count,
        fall=fixed(deletion.fall, 2),
        random_fall=fixed(deletion.random_fall, 2),
    )
