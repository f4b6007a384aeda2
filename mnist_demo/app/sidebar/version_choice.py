"""Sidebar: which network reads, in which version."""

import streamlit as st

from mnist_demo.app.numbers import percent
from mnist_demo.app.runtime.readers import DEFAULT_NETWORK
from mnist_demo.app.session import NETWORK, VERSION
from mnist_demo.errors import ModelVersionError
from mnist_demo.networks import get_network, get_networks
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store


def get_network_name() -> str:
    """Network that this visitor has chosen."""
    return NETWORK.get() or DEFAULT_NETWORK


def get_version(store: Store) -> Version:
    """Version that this visitor reads with; ModelVersionError where there is none."""
    network, chosen = get_network_name(), VERSION.get()
    for version in store.versions(network):
        if version.name == chosen:
            return version
    return store.default(network)


def use_version(version: Version) -> None:
    """Let this visitor, and nobody else, read with ``version``."""
    NETWORK.set(version.card.network)
    VERSION.set(version.name)


def show_version_choice(store: Store) -> None:
    """Select boxes of all networks and of the versions of the one chosen, and what they are."""
    st.selectbox(
        "Network",
        _list_networks(store),
        key=NETWORK.name,
        persist_state="session",  # a page that sends to another ends its run before this
        format_func=lambda name: _find_words(name)[0],
        help="Which network reads your drawings.",
    )
    network = get_network_name()
    _, about = _find_words(network)
    st.caption(f"**{network}**. {about}")
    versions = {version.name: version for version in store.versions(network)}
    if not versions:
        return
    if VERSION.get() not in versions:
        VERSION.set(_find_default(store, network))
    st.selectbox(
        "Version",
        list(versions),
        key=VERSION.name,
        persist_state="session",
        placeholder="Choose another version",
        format_func=lambda name: (
            f"{_name_training(versions[name], store)}: {percent(versions[name].card.test_accuracy)}"
        ),
        help="How the network that reads your drawings was trained, and its accuracy on the test "
        "set. Others may use another version.",
    )
    if (name := VERSION.get()) is not None:
        recipe = versions[name].card.recipe
        _, about = _find_words(network, recipe)
        st.caption(f"**{recipe}**. {about}")


def _find_default(store: Store, network: str) -> str | None:
    """Name of the default version, or None where it is damaged, which the page says."""
    try:
        return store.default(network).name
    except ModelVersionError:
        return None


def describe(version: Version, store: Store) -> str:
    """Network and version: "Convolutional network, reads everybody's hand: 99.4%"."""
    return f"{name_version(version, store)}: {percent(version.card.test_accuracy)}"


def name_version(version: Version, store: Store) -> str:
    """The same without the accuracy."""
    title, _ = _find_words(version.card.network)
    text = _name_training(version, store)
    return f"{title}, {text[0].lower()}{text[1:]}"


def _name_training(version: Version, store: Store) -> str:
    """How a version was trained, and when if it was here."""
    title, _ = _find_words(version.card.network, version.card.recipe)
    when = "" if store.is_shipped(version) else f", {version.card.created[:19].replace('T', ' ')}"
    return f"{title}{when}"


def _find_words(network: str, recipe: str | None = None) -> tuple[str, str]:
    """Title of a network or of a recipe of its, and a sentence about it; its name where unknown."""
    try:
        found = get_network(network)
        named = found if recipe is None else found.recipe(recipe)
    except KeyError:  # a version outlives the file of its network
        return recipe or network, ""
    return named.title, named.about


def _list_networks(store: Store) -> list[str]:
    """Networks that have versions, then those that have none yet."""
    names = [version.card.network for version in store.versions()]
    return list(dict.fromkeys([DEFAULT_NETWORK, *names, *get_networks()]))
