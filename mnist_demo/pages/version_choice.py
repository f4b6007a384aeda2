"""Sidebar: which network reads, in which version."""

import sys

import streamlit as st

from mnist_demo.errors import ModelVersionError
from mnist_demo.pages.readers import DEFAULT_NETWORK
from mnist_demo.store import Store, Version


def get_network_name() -> str:
    """Network that this visitor has chosen."""
    name: str = st.session_state.get("network", DEFAULT_NETWORK)
    return name


def get_version(store: Store) -> Version:
    """Version that this visitor reads with; ModelVersionError where there is none."""
    network, chosen = get_network_name(), st.session_state.get("version")
    for version in store.versions(network):
        if version.name == chosen:
            return version
    return store.default(network)


def show_version_choice(store: Store) -> None:
    """Select boxes of all networks and of the versions of the one chosen."""
    st.selectbox(
        "Network",
        _list_networks(store),
        key="network",
        persist_state="session",  # a page that sends to another ends its run before this
        help="Which lesson's network reads your drawings.",
    )
    network = get_network_name()
    versions = {version.name: version for version in store.versions(network)}
    if not versions:
        return
    if st.session_state.get("version") not in versions:
        st.session_state["version"] = _find_default(store, network)
    st.selectbox(
        "Model version",
        list(versions),
        key="version",
        persist_state="session",
        placeholder="Choose another version",
        format_func=lambda name: describe(versions[name], store),
        help="Which trained weights read your drawings. Others may use another version.",
    )


def _find_default(store: Store, network: str) -> str | None:
    """Name of what a newcomer gets, or None where it is damaged, which the page says."""
    try:
        return store.default(network).name
    except ModelVersionError:
        return None


def describe(version: Version, store: Store) -> str:
    """A version in a few words."""
    origin = "shipped" if store.is_shipped(version) else version.card.created[:16].replace("T", " ")
    return f"{version.card.recipe}, {origin}: {version.card.test_accuracy:.2%}"


def is_registry_loaded() -> bool:
    """Whether the networks can be asked for without waiting for TensorFlow."""
    inference = sys.modules.get("mnist_demo.inference")
    return hasattr(inference, "load_version")  # defined last: before, it is still being imported


def _list_networks(store: Store) -> list[str]:
    """Networks that have versions, and, as soon as they are known, those that have none yet."""
    names = [DEFAULT_NETWORK, *(version.card.network for version in store.versions())]
    if is_registry_loaded():
        from mnist_demo.networks import get_networks

        names += get_networks()
    return list(dict.fromkeys(names))
