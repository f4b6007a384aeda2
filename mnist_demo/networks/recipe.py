"""What a network and a training recipe are."""

import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from mnist_demo.data.dataset import Dataset
from mnist_demo.finite import is_finite

if TYPE_CHECKING:  # facts about networks are read before TensorFlow has been loaded
    import keras

OPTIMIZERS = ("adam", "momentum", "rmsprop", "sgd")
LOSSES = ("mean_squared_error", "sparse_categorical_crossentropy")
SCHEDULES = ("constant", "cosine")
CHOICES = {"optimizer": OPTIMIZERS, "loss": LOSSES, "schedule": SCHEDULES}
COUNTS = ("batch_size", "epochs", "steps", "report_every", "examples")
AUGMENTATION = {"rotation": 45.0, "shift": 6.0, "thickness": 2.0}
"""The largest amount of each change of training images: degrees, pixels, pixels."""

RECORDED = {  # from a field to what it is called on cards
    "batch_size": "batch_size",
    "epochs": "epochs",
    "steps": "steps",
    "optimizer": "optimizer",
    "learning_rate": "learning_rate",
    "schedule": "schedule",
    "averaging": "averaging",
    "loss": "loss",
    "rejection_threshold": "refusal_threshold",
    "examples": "examples",
    "rotation": "rotation",
    "shift": "shift",
    "thickness": "thickness",
}
EMA_TIME_CONSTANTS = 5  # at least, per training: an EMA must forget the random first weights


@dataclass(frozen=True)
class Progress:
    """How far a training has come; counts start at 1.

    ``loss`` and ``accuracy``, in [0, 1], are those of the training images, of the last batch or
    of the epoch so far, as the lesson has it; ``metrics`` is whatever else it looks at, by name.
    """

    epoch: int
    epochs: int
    batch: int
    batches: int
    loss: float
    accuracy: float | None
    metrics: Mapping[str, float] = field(default_factory=dict)

    @property
    def step(self) -> int:
        """Batches that are done, of all epochs."""
        return (self.epoch - 1) * self.batches + self.batch

    @property
    def fraction(self) -> float:
        """Fraction of all batches that is done, in [0, 1]."""
        return self.step / (self.epochs * self.batches)


OnProgress: TypeAlias = Callable[[Progress], None]


class Fit(Protocol):
    """Changes the weights of ``model``, a classifier built by the network, in place."""

    def __call__(
        self, model: "keras.Model", dataset: Dataset, recipe: "Recipe", on_progress: OnProgress
    ) -> None:
        """Train on ``dataset.train_images`` and report with `on_progress`."""


@dataclass(frozen=True)
class Deferred:
    """A function of a module, which is imported when the function is first called."""

    module: str
    function: str

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the function."""
        return self.__wrapped__(*arguments, **keywords)

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        """The function itself, where `inspect` looks for it."""
        function: Callable[..., Any] = getattr(importlib.import_module(self.module), self.function)
        return function


@dataclass(frozen=True)
class Recipe:
    """How a network is trained: the numbers of a lesson, and the loop that uses them.

    Attributes
    ----------
    title, about
        What it is in a few words, and in a sentence.
    epochs, steps
        ``steps`` is the number of batches in an epoch; None stands for once through the training
        images. A lesson that counts steps has one epoch of so many.
    optimizer, loss
        Names of `OPTIMIZERS` and `LOSSES`.
    learning_rate, schedule
        ``constant``, or ``cosine``: a warm-up to ``learning_rate``, then a cosine decay to zero.
    averaging
        Momentum of an exponential moving average (EMA) of the weights, which is what is kept; None
        to keep the last weights.
    examples
        Number of training images, drawn with the training's seed; None for all.
    rotation, shift, thickness
        Largest amounts, in degrees and pixels, by which training images are changed at random, in
        every batch anew; 0 for not at all.
    report_every
        Batches between two reports; the end of each epoch is reported in any case.
    rejection_threshold
        Score (`rejection.score`) below which versions reject an image; None where they never do.
    fixed
        Names of settings that cannot be changed, as its loop depends on them.
    duration_s
        Approximate training time on two cores (`benchmarks.training`); None where a version ships,
        whose card has it.
    """

    name: str
    title: str
    fit: Fit
    batch_size: int
    epochs: int = 1
    steps: int | None = None
    optimizer: str = "adam"
    learning_rate: float = 0.001
    schedule: str = "constant"
    averaging: float | None = None
    loss: str = "sparse_categorical_crossentropy"
    examples: int | None = None
    rotation: float = 0.0
    shift: float = 0.0
    thickness: float = 0.0
    report_every: int = 50
    rejection_threshold: float | None = None
    fixed: tuple[str, ...] = ()
    duration_s: float | None = None
    about: str = ""

    def __post_init__(self) -> None:
        for name in COUNTS:
            value = getattr(self, name)
            is_missing = value is None and name in ("steps", "examples")
            if not is_missing and not (is_finite(value) and isinstance(value, int) and value > 0):
                raise ValueError(f"{name} must be a whole number of more than 0, not {value}")
        if not (is_finite(self.learning_rate) and self.learning_rate > 0):
            raise ValueError(f"learning_rate must be more than 0, not {self.learning_rate}")
        if self.averaging is not None and not (is_finite(self.averaging) and self.averaging < 1):
            raise ValueError(f"averaging must be less than 1, not {self.averaging}")
        for name, most in AUGMENTATION.items():
            value = getattr(self, name)
            if not (is_finite(value) and 0 <= value <= most):
                raise ValueError(f"{name} must be from 0 to {most:g}, not {value}")

    @property
    def adjustable(self) -> tuple[str, ...]:
        """Names of what may be changed before training, with `dataclasses.replace`."""
        length = "epochs" if self.steps is None else "steps"
        numbers = ("learning_rate", "batch_size", length, "optimizer", "loss")
        names = (*numbers, "examples", *AUGMENTATION)
        return tuple(name for name in names if name not in self.fixed)

    @property
    def settings(self) -> dict[str, str | int | float]:
        """What a version records: the numbers and names that its training depended on."""
        values = {name: getattr(self, field) for field, name in RECORDED.items()}
        is_off = {name for name in AUGMENTATION if not values[name]}
        return {
            name: value
            for name, value in values.items()
            if value is not None and name not in is_off
        }

    def with_settings(self, settings: Mapping[str, Any]) -> "Recipe":
        """The recipe with the ``settings`` of a version; ValueError where they cannot be."""
        if unknown := set(settings) - set(RECORDED.values()):
            raise ValueError(f"no recipe has {', '.join(sorted(unknown))}")
        values = {name: 0.0 if name in AUGMENTATION else None for name in RECORDED}
        values |= {field: settings[name] for field, name in RECORDED.items() if name in settings}
        for name, choices in CHOICES.items():
            if values[name] not in (*choices, getattr(self, name)):
                raise ValueError(f"{name} must be one of {', '.join(choices)}, not {values[name]}")
        return replace(self, **values)  # type: ignore[arg-type]  # the rest is checked there

    def count_batches(self, images: int) -> int:
        """Batches in an epoch of a training set of so many images."""
        return self.steps or math.ceil(images / self.batch_size)


@dataclass(frozen=True)
class Network:
    """A network: its layers and the recipes that train it.

    Attributes
    ----------
    title, about
        What it is in a few words, and in a sentence.
    build
        Gives a classifier from (n, 28, 28, 1) float32 in [0, 1] to (n, 10) probabilities, a
        functional Keras model whose last two layers are named ``logits`` and ``probabilities``.
    recipes
        The first is followed where no other is asked for.
    tutorial
        Name of the recipe that does what the tutorial reports; None for the first.
    default_version
        Name of the recipe whose shipped version is the default for new visitors; None for the
        first.
    """

    name: str
    title: str
    dataset: str
    build: Callable[[], "keras.Model"]
    recipes: tuple[Recipe, ...]
    tutorial: str | None = None
    default_version: str | None = None
    about: str = ""

    @property
    def default_recipe(self) -> Recipe:
        """The recipe of a training that names none."""
        return self.recipes[0]

    @property
    def tutorial_recipe(self) -> Recipe:
        """The recipe that does what the tutorial reports."""
        return self.recipe(self.tutorial or self.default_recipe.name)

    @property
    def default_version_recipe(self) -> Recipe:
        """The recipe of the shipped version that is the default for new visitors."""
        return self.recipe(self.default_version or self.default_recipe.name)

    def recipe(self, name: str) -> Recipe:
        """Recipe called ``name``; KeyError with the names there are otherwise."""
        for recipe in self.recipes:
            if recipe.name == name:
                return recipe
        names = ", ".join(recipe.name for recipe in self.recipes)
        raise KeyError(f"{self.name} has no recipe {name!r}, only {names}")
