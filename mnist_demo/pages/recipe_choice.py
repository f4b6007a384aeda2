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


def choose_training(name: str, store: Store) -> None:
    """Widgets for a training of the network ``name``; `get_arguments` says what they choose.

    They are in a popover, as a browser takes longer to show an answer with every widget in sight.
    """
    network = get_network(name)
    recipe = _get_recipe(network)
    titles = {recipe.name: _describe(network, recipe, store) for recipe in network.recipes}
    with st.popover(
        f"Recipe: {titles[recipe.name]}", width="stretch", help="How the network is trained."
    ):
        st.selectbox(
            "Recipe",
            list(titles),
            key=f"recipe-{name}",
            persist_state="session",
            format_func=titles.__getitem__,
            help="How the network is trained; the time is that on two cores.",
        )
        st.caption(recipe.title)
        if network.dataset == "mnist":
            st.selectbox(
                "Images",
                list(DATASETS),
                key=f"images-{name}",
                persist_state="session",
                help="MNIST is downloaded once. Where it cannot be had, the project draws digits "
                "itself, which needs no network.",
            )
        for number in recipe.adjustable:
            _choose_number(number, getattr(recipe, number), _key(network, recipe, number))


def get_arguments(name: str) -> list[str]:
    """Program arguments for a training as the widgets have it, also while a page still runs."""
    network = get_network(name)
    recipe = _get_recipe(network)
    arguments = ["--recipe", recipe.name]
    if f"images-{name}" in st.session_state:
        arguments += ["--dataset", DATASETS[st.session_state[f"images-{name}"]]]
    for number in recipe.adjustable:
        own = getattr(recipe, number)
        chosen = st.session_state.get(_key(network, recipe, number), own)
        if chosen != own:
            arguments += [f"--{number.replace('_', '-')}", str(chosen)]
    return arguments


def _get_recipe(network: Network) -> Recipe:
    key = f"recipe-{network.name}"
    return network.recipe(st.session_state.get(key, network.default_recipe.name))


def _key(network: Network, recipe: Recipe, number: str) -> str:
    return f"{network.name}-{recipe.name}-{number}"


def _describe(network: Network, recipe: Recipe, store: Store) -> str:
    """A recipe's name, and how long it takes where that is known."""
    duration_s = recipe.duration_s
    with contextlib.suppress(ModelVersionError):  # not every recipe ships
        duration_s = store.shipped(network.name, recipe.name).card.duration_s
    if duration_s is None:
        return recipe.name
    if duration_s < 60:
        return f"{recipe.name}, about {math.ceil(duration_s)} s"
    return f"{recipe.name}, about {math.ceil(duration_s / 60)} min"


def _choose_number(name: str, value: float | str, key: str) -> None:
    label = name.replace("_", " ").capitalize()
    text = f"The recipe's own: {value}."
    if isinstance(value, str):
        choices = CHOICES[name]
        st.selectbox(
            label, choices, choices.index(value), key=key, persist_state="session", help=text
        )
    elif isinstance(value, int):
        st.number_input(label, 1, 100_000, value, key=key, persist_state="session", help=text)
    else:
        bounds, step = (1e-6, 10.0), value / 10
        st.number_input(
            label, *bounds, value, step, "%g", key=key, persist_state="session", help=text
        )
