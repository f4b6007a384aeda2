"""Networks of one's own: whatever a file holds, the others work."""

import importlib
import pkgutil
import re
from collections.abc import Iterable
from typing import Any

from mnist_demo.data.catalogue import DATASETS
from mnist_demo.errors import NetworkFileError
from mnist_demo.networks.catalogue import LESSONS
from mnist_demo.networks.recipe import Network, Recipe

NAME = re.compile(r"[\w.+-]{1,50}")


def load_own(
    package: str, folders: Iterable[str]
) -> tuple[dict[str, Network], tuple[NetworkFileError, ...]]:
    """Networks of the files in ``folders``, by name, and what is wrong with the other files.

    The files are modules of ``package``; one that defines no ``NETWORK`` is there for the others.
    """
    networks: dict[str, Network] = {}
    broken = []
    for found in pkgutil.iter_modules(folders):
        try:
            module = importlib.import_module(f"{package}.{found.name}")
            if hasattr(module, "NETWORK"):
                network = _check(module.NETWORK, networks)
                networks[network.name] = network
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it is anybody's file
            broken.append(
                NetworkFileError(
                    "The file {file}.py has no network that can be used: {why}.",
                    file=found.name,
                    why=f"{type(error).__name__}, {error}".rstrip("., "),
                )
            )
    return networks, tuple(broken)


def _check(network: Any, others: dict[str, Network]) -> Network:
    """The network; TypeError or ValueError where it lacks what every page expects of it."""
    if not isinstance(network, Network):
        raise TypeError("NETWORK is not a Network")
    if not NAME.fullmatch(network.name):
        raise ValueError("its name is to be made of letters, digits and hyphens")
    if network.name in LESSONS or network.name in others:
        raise ValueError(f"there is a network {network.name} already")
    if network.dataset not in DATASETS:
        raise ValueError(f"there is no data set {network.dataset}")
    if not network.recipes or not all(isinstance(one, Recipe) for one in network.recipes):
        raise TypeError("its recipes are to be a tuple of Recipe, not an empty one")
    texts = [network.title, network.about]
    texts += [text for one in network.recipes for text in (one.name, one.title, one.about)]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a name, title or sentence is not text")
    if not callable(network.build):
        raise TypeError("build is no function")
    _ = network.tutorial_recipe, network.default_version_recipe  # KeyError where there is none
    return network
