"""What a training is to do: as a command line asks for it, or as a version's card has it."""

from argparse import Namespace
from dataclasses import dataclass, replace
from pathlib import Path

from mnist_demo.data.catalogue import DRAWINGS, load_dataset
from mnist_demo.data.dataset import Dataset
from mnist_demo.data.pen_file import load_drawings
from mnist_demo.errors import DatasetError, ModelVersionError
from mnist_demo.networks import Network, Recipe, get_network
from mnist_demo.networks.recipe import AUGMENTATION
from mnist_demo.progress import OnFraction
from mnist_demo.versions.card import Card, read_card, shown

DEFAULT_SEED = 1
SETTINGS = (
    *("learning_rate", "batch_size", "epochs", "steps", "optimizer", "loss", "examples"),
    *AUGMENTATION,
)
CHOICES = ("network", "recipe", "dataset", "seed", *SETTINGS)


@dataclass(frozen=True)
class Plan:
    """A training: of a network, by a recipe, on images, from a seed.

    ``drawings`` is a pen file, for the data set "drawings"; ``repeated`` the card of the version
    that is made again.
    """

    network: Network
    recipe: Recipe
    dataset: str
    seed: int
    drawings: Path | None = None
    repeated: Card | None = None

    def load_dataset(self, on_fraction: OnFraction) -> Dataset:
        """Images to train and to test on; DatasetError where they cannot be had."""
        if self.drawings is None:
            return load_dataset(self.dataset, on_fraction)
        dataset = load_drawings(self.drawings, on_fraction)
        if self.repeated and self.repeated.data_sha256 != dataset.sha256:
            raise DatasetError(
                "{name} is not the file that the version learned from.", name=self.drawings.name
            )
        return dataset


def make_plan(options: Namespace) -> Plan:
    """Plan of a command line; ValueError in one sentence, or ModelVersionError for a bad card."""
    chosen = [name for name in CHOICES if getattr(options, name) is not None]
    if options.from_card:
        if chosen:
            named = ", ".join(f"--{name.replace('_', '-')}" for name in chosen)
            raise ValueError(f"a training that --from-card repeats has its own {named}")
        return _repeat(options.from_card, options.drawings)
    if options.network is None:
        raise ValueError("one of --network and --from-card is needed")
    if options.drawings and options.dataset:
        raise ValueError("--drawings takes the place of --dataset: only one of them can be given")
    network = get_network(options.network)
    dataset = DRAWINGS.name if options.drawings else options.dataset or network.dataset
    seed = DEFAULT_SEED if options.seed is None else options.seed
    return Plan(network, _choose_recipe(network, options), dataset, seed, options.drawings)


def _choose_recipe(network: Network, options: Namespace) -> Recipe:
    """The recipe that the command line names, with the numbers that it changes."""
    recipe = network.default_recipe
    if options.recipe is not None:
        try:
            recipe = network.recipe(options.recipe)
        except KeyError as error:
            raise ValueError(error.args[0]) from error
    changes = {name: getattr(options, name) for name in SETTINGS}
    changes = {name: value for name, value in changes.items() if value is not None}
    for name in changes:
        if name not in recipe.adjustable:
            raise ValueError(
                f"the recipe {recipe.name} of {network.name} has no {name} to change, "
                f"only {', '.join(recipe.adjustable)}"
            )
    return replace(recipe, **changes)


def _repeat(path: Path, drawings: Path | None) -> Plan:
    """The training that a card tells of; ModelVersionError where there can be no such training."""
    card = read_card(path)
    try:
        network = get_network(card.network)
        recipe = network.recipe(card.recipe).with_settings(card.settings)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelVersionError(
            "The training that the card {path} records cannot be repeated: {why}.",
            path=shown(path),
            why=error.args[0],
        ) from error
    if drawings and card.dataset != DRAWINGS.name:
        raise ValueError(f"the training on the card is on {card.dataset}, not on --drawings")
    return Plan(network, recipe, card.dataset, card.seed, drawings, card)
