"""What a visitor sets for his own training: how it begins, and the numbers of the next step."""

from dataclasses import dataclass

import streamlit as st

from mnist_demo.app.runtime.own_training import Beginning
from mnist_demo.app.sidebar.recipe_choice import CHOICES, LABELS
from mnist_demo.app.sidebar.version_choice import get_version
from mnist_demo.language import N_, _
from mnist_demo.networks import Network
from mnist_demo.versions.store import Store

VERSION = "version"
STARTS = {
    "own": N_("Random, as usual"),
    "zero": N_("All zero"),
    "large": N_("Ten times too large"),
    VERSION: N_("The version in use"),
}
FACTORS = {"own": 1.0, "zero": 0.0, "large": 10.0}
RATES = (1e-6, 1e4)
MOST_PICTURES = 1_000
WIDTH = 140  # pixels of a control; all stand in a row where a place is as wide as on a desktop
LOSS_WIDTH, START_WIDTH = 280, 225
BEGINS_ANEW = N_("Another choice starts over. The recipe's own: {value}.")
FROM_NEXT_STEP = N_("It takes effect with the next step. The recipe's own: {value}.")


@dataclass(frozen=True)
class Settings:
    """How the training begins, and the numbers of its next steps."""

    beginning: Beginning
    learning_rate: float
    batch_size: int


def choose_settings(network: Network, store: Store) -> Settings:
    """Controls, which begin with what the network's own recipe has.

    ModelVersionError where weights of a version are asked for that is not there.
    """
    recipe = network.default_recipe
    with st.container(horizontal=True):
        learning_rate = st.number_input(
            _(LABELS["learning_rate"]),
            *RATES,
            recipe.learning_rate,
            recipe.learning_rate / 10,
            "%g",
            key=f"step-learning-rate-{network.name}",
            persist_state="session",
            width=WIDTH,
            help=_(FROM_NEXT_STEP).format(value=recipe.learning_rate),
        )
        batch_size = st.number_input(
            _(LABELS["batch_size"]),
            1,
            MOST_PICTURES,
            recipe.batch_size,
            key=f"step-batch-size-{network.name}",
            persist_state="session",
            width=WIDTH,
            help=_(FROM_NEXT_STEP).format(value=recipe.batch_size),
        )
        optimizer = _choose_name(network, "optimizer", recipe.optimizer)
        loss = _choose_name(network, "loss", recipe.loss)
        start = st.selectbox(
            _("First weights"),
            list(STARTS),
            format_func=lambda name: _(STARTS[name]),
            key=f"step-start-{network.name}",
            persist_state="session",
            width=START_WIDTH,
            help=_("What the training begins with. Another choice starts over."),
        )
    version = get_version(store).key if start == VERSION else ""
    beginning = Beginning(network.name, optimizer, loss, start, version)
    return Settings(beginning, learning_rate, batch_size)


def _choose_name(network: Network, name: str, own: str) -> str:
    choices = CHOICES[name]
    chosen: str = st.selectbox(
        _(LABELS[name]),
        choices,
        choices.index(own),
        key=f"step-{name}-{network.name}",
        persist_state="session",
        width=LOSS_WIDTH if name == "loss" else WIDTH,
        help=_(BEGINS_ANEW).format(value=own),
    )
    return chosen
