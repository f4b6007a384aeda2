"""The registry of networks: the lessons, and whatever networks users have written.

Each file that defines ``NETWORK``, in the folder that ``MNIST_DEMO_NETWORKS`` names, is one of the
latter. One that imports Keras only within its functions does not keep the first page waiting.
"""

import os
from functools import cache

from mnist_demo.errors import NetworkFileError
from mnist_demo.networks.catalogue import LESSONS
from mnist_demo.networks.own import load_own
from mnist_demo.networks.recipe import Network, OnProgress, Progress, Recipe

__all__ = [
    "Network",
    "OnProgress",
    "Progress",
    "Recipe",
    "find_broken_files",
    "get_network",
    "get_networks",
]

NETWORKS_FOLDER_VARIABLE = "MNIST_DEMO_NETWORKS"

if os.environ.get(NETWORKS_FOLDER_VARIABLE):
    __path__.append(os.environ[NETWORKS_FOLDER_VARIABLE])


def get_networks() -> dict[str, Network]:
    """All networks by name: the lessons, then the users' own, in the order of their files."""
    return LESSONS | load_once()[0]


def find_broken_files() -> tuple[NetworkFileError, ...]:
    """What is wrong with files of users' own, in a sentence each."""
    return load_once()[1]


@cache
def load_once() -> tuple[dict[str, Network], tuple[NetworkFileError, ...]]:
    """The users' own, and what is wrong with the other files."""
    return load_own(__name__, __path__[1:])


def get_network(name: str) -> Network:
    """Network called ``name``; KeyError with the names there are otherwise."""
    networks = LESSONS if name in LESSONS else get_networks()  # users' files may load TensorFlow
    if name not in networks:
        raise KeyError(f"there is no network {name!r}, only {', '.join(networks)}")
    return networks[name]
