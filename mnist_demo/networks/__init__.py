"""The registry of networks: each file here that defines ``NETWORK`` is one of them.

So is each file in the folder that ``MNIST_DEMO_NETWORKS`` names, for networks of one's own.
"""

import importlib
import os
import pkgutil
from functools import cache

from mnist_demo.networks.recipe import Network, Progress, Recipe

__all__ = ["Network", "Progress", "Recipe", "get_network", "get_networks"]

NETWORKS_FOLDER_VARIABLE = "MNIST_DEMO_NETWORKS"

if os.environ.get(NETWORKS_FOLDER_VARIABLE):
    __path__.append(os.environ[NETWORKS_FOLDER_VARIABLE])


@cache
def get_networks() -> dict[str, Network]:
    """All networks by name, in the order of their files' names."""
    modules = (
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    )
    networks = (module.NETWORK for module in modules if hasattr(module, "NETWORK"))
    return {network.name: network for network in networks}


def get_network(name: str) -> Network:
    """Network called ``name``; KeyError with the names there are otherwise."""
    networks = get_networks()
    if name not in networks:
        raise KeyError(f"there is no network {name!r}, only {', '.join(networks)}")
    return networks[name]
