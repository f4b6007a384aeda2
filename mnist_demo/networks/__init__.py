"""The registry of networks: the lessons, and whatever networks users have written.

Each file that defines ``NETWORK``, in the folder that ``MNIST_DEMO_NETWORKS`` names, is one of the
latter. One that imports Keras only within its functions does not keep the first page waiting.
"""

import importlib
import os
import pkgutil
from functools import cache

from mnist_demo.networks.catalogue import LESSONS
from mnist_demo.networks.recipe import Network, OnProgress, Progress, Recipe

__all__ = ["Network", "OnProgress", "Progress", "Recipe", "get_network", "get_networks"]

NETWORKS_FOLDER_VARIABLE = "MNIST_DEMO_NETWORKS"

if os.environ.get(NETWORKS_FOLDER_VARIABLE):
    __path__.append(os.environ[NETWORKS_FOLDER_VARIABLE])


@cache
def get_networks() -> dict[str, Network]:
    """All networks by name: the lessons, then the users' own, in the order of their files."""
    modules = (
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__[1:])
    )
    networks = (module.NETWORK for module in modules if hasattr(module, "NETWORK"))
    return LESSONS | {network.name: network for network in networks}


def get_network(name: str) -> Network:
    """Network called ``name``; KeyError with the names there are otherwise."""
    networks = LESSONS if name in LESSONS else get_networks()  # users' files may load TensorFlow
    if name not in networks:
        raise KeyError(f"there is no network {name!r}, only {', '.join(networks)}")
    return networks[name]
