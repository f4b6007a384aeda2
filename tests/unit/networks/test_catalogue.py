"""Facts about networks are read without TensorFlow, and are those that the engines go by."""

import inspect
import subprocess
import sys

import pytest

from mnist_demo.errors import ModelVersionError
from mnist_demo.networks import get_network, get_networks
from mnist_demo.networks import optimization as engines
from mnist_demo.networks.lessons import convnet
from mnist_demo.networks.recipe import LOSSES, OPTIMIZERS, Network, Recipe
from mnist_demo.paths import PROJECT
from mnist_demo.share import export
from mnist_demo.versions.store import open_store

READ_FACTS = """
import sys
from mnist_demo.networks import get_networks
for network in get_networks().values():
    assert [recipe.settings for recipe in network.recipes]
assert not {"keras", "tensorflow"} & set(sys.modules)
"""


def test_facts_are_read_without_tensorflow() -> None:
    subprocess.run([sys.executable, "-c", READ_FACTS], check=True, cwd=PROJECT)


def test_every_optimizer_and_loss_has_an_engine_and_a_line_in_the_script() -> None:
    assert set(OPTIMIZERS) == set(engines.OPTIMIZERS) == set(export.OPTIMIZERS)
    assert set(LOSSES) == set(engines.LOSSES) == set(export.LOSSES)


@pytest.mark.parametrize("network", get_networks().values(), ids=lambda network: network.name)
def test_recipes_name_loops_that_there_are(network: Network) -> None:
    assert len({recipe.name for recipe in network.recipes}) == len(network.recipes)
    for recipe in network.recipes:
        assert list(inspect.signature(inspect.unwrap(recipe.fit)).parameters) == [
            "model", "dataset", "recipe", "on_progress",
        ]  # fmt: skip
        assert recipe.optimizer in OPTIMIZERS
        assert recipe.loss in LOSSES


def test_the_source_of_a_network_is_that_of_its_lesson() -> None:
    assert inspect.getsource(get_network("convnet").build) == inspect.getsource(convnet.build)


@pytest.mark.parametrize(
    ("name", "tutorial", "default_version"),
    [
        ("convnet", "plain", "plain"),
        ("fashion", "plain", "plain"),
        ("keras-cnn", "plain", "robust"),
        ("three-layer", "plain", "plain"),
        ("variables", "long", "fast"),
    ],
)
def test_the_recipes_of_the_tutorial_and_of_the_default_version(
    name: str, tutorial: str, default_version: str
) -> None:
    network = get_network(name)
    assert network.tutorial_recipe.name == tutorial
    assert network.default_version_recipe.name == default_version
    assert open_store().default(name).card.recipe == default_version


def test_a_network_of_ones_own_need_not_say_them() -> None:
    recipe = Recipe("mine", "Mine", lambda *_: None, batch_size=1)
    network = Network("own", "Own", "mnist", lambda: None, (recipe,))
    assert network.default_recipe == network.tutorial_recipe == recipe
    assert network.default_version_recipe == recipe


def test_the_default_of_a_network_that_is_gone_is_explained() -> None:
    with pytest.raises(ModelVersionError, match="gone, which is not among those here"):
        open_store().default("gone")
