"""What a network and a training recipe are."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import keras

from mnist_demo.datasets import Dataset

REPORT_INTERVAL_S = 0.2


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
    def fraction(self) -> float:
        """Share of all batches that is done, in [0, 1]."""
        return ((self.epoch - 1) * self.batches + self.batch) / (self.epochs * self.batches)


OnProgress = Callable[[Progress], None]


class Fit(Protocol):
    """Changes the weights of ``model``, a classifier built by the network, in place."""

    def __call__(
        self, model: keras.Model, dataset: Dataset, recipe: "Recipe", on_progress: OnProgress
    ) -> None:
        """Train on ``dataset.train_images`` and report with `on_progress`."""


@dataclass(frozen=True)
class Recipe:
    """How a network is trained: the numbers of a lesson, and the loop that uses them.

    Attributes
    ----------
    epochs, steps
        ``steps`` is the number of batches in an epoch; None stands for once through the training
        images. A lesson that counts steps has one epoch of so many.
    optimizer, loss
        Names in `optimization.OPTIMIZERS` and `optimization.LOSSES`.
    learning_rate, schedule
        ``constant``, or ``cosine``: up to ``learning_rate`` and down to nothing.
    averaging
        Momentum of a running mean of the weights, which are what is kept; None for the last ones.
    report_every
        Batches between two reports; the end of each epoch is reported in any case.
    refusal_threshold
        Score (`refusal.score`) below which versions refuse an image; None where they never do.
    fixed
        Names of numbers that its loop does not let anybody change.
    duration_s
        About as long as it takes on two cores (`benchmarks.training`); None where a version ships,
        whose card says it.
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
    report_every: int = 50
    refusal_threshold: float | None = None
    fixed: tuple[str, ...] = ()
    duration_s: float | None = None

    def __post_init__(self) -> None:
        for name in ("batch_size", "epochs", "steps", "learning_rate", "report_every"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} must be more than 0, not {value}")

    @property
    def adjustable(self) -> tuple[str, ...]:
        """Names of what may be changed before training, with `dataclasses.replace`."""
        length = "epochs" if self.steps is None else "steps"
        names = ("learning_rate", "batch_size", length, "optimizer", "loss")
        return tuple(name for name in names if name not in self.fixed)

    @property
    def settings(self) -> dict[str, str | int | float]:
        """What a version records: the numbers and names that its training depended on."""
        names = "batch_size epochs steps optimizer learning_rate schedule averaging loss"
        values = {name: getattr(self, name) for name in [*names.split(), "refusal_threshold"]}
        return {name: value for name, value in values.items() if value is not None}

    def count_batches(self, images: int) -> int:
        """Batches in an epoch of a training set of so many images."""
        return self.steps or math.ceil(images / self.batch_size)


@dataclass(frozen=True)
class Network:
    """One lesson: its layers and its recipes, the tutorial's own first.

    ``build`` gives a classifier from (n, 28, 28, 1) float32 in [0, 1] to (n, 10) probabilities,
    a functional Keras model whose last two layers are named ``logits`` and ``probabilities``.
    """

    name: str
    title: str
    dataset: str
    build: Callable[[], keras.Model]
    recipes: tuple[Recipe, ...]

    @property
    def default_recipe(self) -> Recipe:
        """The tutorial's own."""
        return self.recipes[0]

    def recipe(self, name: str) -> Recipe:
        """Recipe called ``name``; KeyError with the names there are otherwise."""
        for recipe in self.recipes:
            if recipe.name == name:
                return recipe
        names = ", ".join(recipe.name for recipe in self.recipes)
        raise KeyError(f"{self.name} has no recipe {name!r}, only {names}")
