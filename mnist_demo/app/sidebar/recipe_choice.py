"""Sidebar: which recipe a training follows, with which numbers."""

import contextlib
import math

import streamlit as st

from mnist_demo.app.session import number_of, recipe_of
from mnist_demo.app.sidebar.data_choice import choose_data, get_data_arguments
from mnist_demo.errors import ModelVersionError
from mnist_demo.language import N_, _
from mnist_demo.networks import Network, Recipe, get_network
from mnist_demo.networks.recipe import LOSSES, OPTIMIZERS
from mnist_demo.training.memory import find_largest_batch
from mnist_demo.versions.store import Store

CHOICES = {"optimizer": OPTIMIZERS, "loss": LOSSES}
MOST = 100_000  # epochs or steps; whoever waits may stop a training
LABELS = {
    "learning_rate": N_("Learning rate"),
    "batch_size": N_("Batch size"),
    "epochs": N_("Epochs"),
    "steps": N_("Steps"),
    "optimizer": N_("Optimizer"),
    "loss": N_("Loss"),
}


def choose_training(name: str, store: Store) -> None:
    """Widgets for a training of the network ``name``; `get_arguments` says what they choose.

    They are in a popover, as a browser takes longer to show an answer with every widget in sight.
    """
    network = get_network(name)
    recipe = _get_recipe(network)
    titles = {recipe.name: _describe(network, recipe, store) for recipe in network.recipes}
    title = _("Recipe: {recipe}").format(recipe=titles[recipe.name])
    with st.popover(title, width="stretch", help=_("How the network is trained.")):
        st.selectbox(
            _("Recipe"),
            list(titles),
            key=recipe_of(name).name,
            persist_state="session",
            format_func=titles.__getitem__,
            help=_("How the network is trained; the time is that on two cores."),
        )
        about = recipe.about and _(recipe.about)
        st.caption(_("{title}. {about}").format(title=_(recipe.title), about=about))
        for number in _list_numbers(recipe):
            key = number_of(name, recipe.name, number).name
            _choose_number(number, getattr(recipe, number), key)
        choose_data(network, recipe)


def get_arguments(name: str) -> list[str]:
    """Program arguments for a training as the widgets have it, also while a page still runs."""
    network = get_network(name)
    recipe = _get_recipe(network)
    arguments = ["--recipe", recipe.name, *get_data_arguments(network, recipe)]
    for number in _list_numbers(recipe):
        own = getattr(recipe, number)
        chosen = number_of(network.name, recipe.name, number).get()
        if chosen not in (None, own):
            arguments += [f"--{number.replace('_', '-')}", str(chosen)]
    return arguments


def _list_numbers(recipe: Recipe) -> list[str]:
    return [number for number in recipe.adjustable if number in LABELS]


def _get_recipe(network: Network) -> Recipe:
    return network.recipe(recipe_of(network.name).get() or network.default_recipe.name)


def _describe(network: Network, recipe: Recipe, store: Store) -> str:
    """A recipe's name, and how long it takes where that is known."""
    duration_s = recipe.duration_s
    with contextlib.suppress(ModelVersionError):  # not every recipe ships
        duration_s = store.shipped(network.name, recipe.name).card.duration_s
    if duration_s is None:
        return recipe.name
    if duration_s < 60:
        text, duration = _("{recipe}, about {duration} s"), duration_s
    else:
        text, duration = _("{recipe}, about {duration} min"), duration_s / 60
    return text.format(recipe=recipe.name, duration=math.ceil(duration))


def _choose_number(name: str, value: float | str, key: str) -> None:
    label = _(LABELS[name])
    text = _("The recipe's own: {value}.").format(value=value)
    if isinstance(value, str):
        choices = CHOICES[name]
        st.selectbox(
            label, choices, choices.index(value), key=key, persist_state="session", help=text
        )
    elif isinstance(value, int):
        most = max(value, find_largest_batch()) if name == "batch_size" else MOST
        st.number_input(label, 1, most, value, key=key, persist_state="session", help=text)
    else:
        bounds, step = (1e-6, 10.0), value / 10
        st.number_input(
            label, *bounds, value, step, "%g", key=key, persist_state="session", help=text
        )
