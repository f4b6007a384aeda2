"""Sidebar: which recipe a training follows, on which images, with which numbers."""

import contextlib
import math

import streamlit as st

from mnist_demo.errors import ModelVersionError
from mnist_demo.networks import Network, Recipe, get_network
from mnist_demo.networks.optimization import LOSSES, OPTIMIZERS
from mnist_demo.store import Store

DATASETS = {"MNIST": "mnist", "Drawn by this project": "handwriting"}
CHOICES = {"optimizer": sorted(OPTIMIZERS), "loss": sorted(LOSSES)}


def choose_training(name: str, store: Store) -> list[str]:
    """Widgets for a training of the network ``name``; what they choose, as program arguments.

    They are in a popover, as a browser takes longer to show an answer with every widget in sight.
    """
    network = get_network(name)
    recipes = {recipe.name: recipe for recipe in network.recipes}
    key = f"recipe-{name}"
    titles = {name: _describe(network, recipe, store) for name, recipe in recipes.items()}
    shown = titles[st.session_state.get(key, next(iter(recipes)))]
    with st.popover(f"Recipe: {shown}", width="stretch", help="How the network is trained."):
        chosen = st.selectbox(
            "Recipe",
            list(recipes),
            key=key,
            format_func=titles.__getitem__,
            help="How the network is trained; the time is that on two cores.",
        )
        st.caption(recipes[chosen].title)
        arguments = ["--recipe", chosen]
        if network.dataset == "mnist":
            images = st.selectbox(
                "Images",
                list(DATASETS),
                key=f"images-{name}",
                help="MNIST is downloaded once. Where it cannot be had, the project draws digits "
                "itself, which needs no network.",
            )
            arguments += ["--dataset", DATASETS[images]]
        return arguments + _choose_numbers(recipes[chosen], f"{name}-{chosen}")


def _describe(network: Network, recipe: Recipe, store: Store) -> str:
    """A recipe's name, and how long it takes where that is known."""
    duration_s = recipe.duration_s
    with contextlib.suppress(ModelVersionError):  # not every recipe ships
        duration_s = store.shipped(network.name, recipe.name).card.duration_s
    if duration_s is None:
        return recipe.name
    return f"{recipe.name}, about {math.ceil(duration_s / 60)} min"


def _choose_numbers(recipe: Recipe, key: str) -> list[str]:
    """A widget for each number that may be changed; arguments for those that are."""
    arguments: list[str] = []
    for name in recipe.adjustable:
        value = getattr(recipe, name)
        chosen = _choose_number(name, value, f"{key}-{name}")
        if chosen != value:
            arguments += [f"--{name.replace('_', '-')}", str(chosen)]
    return arguments


def _choose_number(name: str, value: float | str, key: str) -> float | str:
    label = name.replace("_", " ").capitalize()
    text = f"The recipe's own: {value}."
    if isinstance(value, str):
        choices = CHOICES[name]
        return st.selectbox(label, choices, choices.index(value), key=key, help=text)
    if isinstance(value, int):
        return st.number_input(label, 1, 100_000, value, key=key, help=text)
    return st.number_input(label, 1e-6, 10.0, value, format="%g", key=key, help=text)
