"""Sidebar: which network reads, in which version."""

import streamlit as st

from mnist_demo.app.numbers import percent
from mnist_demo.app.runtime.readers import DEFAULT_NETWORK
from mnist_demo.app.session import NETWORK, VERSION
from mnist_demo.app.trouble import plain, show_warning
from mnist_demo.errors import ModelVersionError
from mnist_demo.language import _
from mnist_demo.networks import find_broken_files, get_network, get_networks
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
        _("Network"),
        _list_networks(store),
        key=NETWORK.name,
        persist_state="session",  # a page that sends to another ends its run before this
        format_func=lambda name: _find_words(name)[0],
        help=_("Which network reads your drawings."),
    )
    for problem in find_broken_files():
        show_warning(problem)
    network = get_network_name()
    _show_words(network, _find_words(network)[1])
    versions = {version.name: version for version in store.versions(network)}
    if not versions:
        return
    if VERSION.get() not in versions:
        VERSION.set(_find_default(store, network))
    st.selectbox(
        _("Version"),
        list(versions),
        key=VERSION.name,
        persist_state="session",
        placeholder=_("Choose another version"),
        format_func=lambda name: _add_accuracy(
            _name_training(versions[name], store), versions[name]
        ),
        help=_(
            "How the network that reads your drawings was trained, and its accuracy on the test "
            "set. Others may use another version."
        ),
    )
    if (name := VERSION.get()) is not None:
        recipe = versions[name].card.recipe
        _show_words(recipe, _find_words(network, recipe)[1])


def _show_words(name: str, about: str) -> None:
    st.caption(_("**{name}**. {about}").format(name=plain(name), about=about))


def _find_default(store: Store, network: str) -> str | None:
    """Name of the default version, or None where it is damaged, which the page says."""
    try:
        return store.default(network).name
    except ModelVersionError:
        return None


def describe(version: Version, store: Store) -> str:
    """Network and version: "Convolutional network, reads everybody's hand: 99.4%"."""
    return _add_accuracy(name_version(version, store), version)


def _add_accuracy(name: str, version: Version) -> str:
    accuracy = percent(version.card.test_accuracy)
    return _("{version}: {accuracy}").format(version=name, accuracy=accuracy)


def name_version(version: Version, store: Store) -> str:
    """The same without the accuracy."""
    text = _name_training(version, store)
    return _("{network}, {training}").format(
        network=_find_words(version.card.network)[0], training=f"{text[0].lower()}{text[1:]}"
    )


def _name_training(version: Version, store: Store) -> str:
    """How a version was trained, and when if it was here."""
    title = _find_words(version.card.network, version.card.recipe)[0]
    if store.is_shipped(version):
        return title
    time = version.card.created[:19].replace("T", " ")
    text = _("{training}, {time}")
    if "taught_from" in version.card.settings:
        text = _("{training}, taught {time}")
    return text.format(training=title, time=time)


def _find_words(network: str, recipe: str | None = None) -> tuple[str, str]:
    """Title of a network or of a recipe of its, and a sentence about it; its name where unknown."""
    try:
        found = get_network(network)
        named = found if recipe is None else found.recipe(recipe)
    except KeyError:  # a version outlives the file of its network
        return recipe or network, ""
    return _(named.title), named.about and _(named.about)


def _list_networks(store: Store) -> list[str]:
    """Networks that have versions, then those that have none yet."""
    names = [version.card.network for version in store.versions()]
    return list(dict.fromkeys([DEFAULT_NETWORK, *names, *get_networks()]))
