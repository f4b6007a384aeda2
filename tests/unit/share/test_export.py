"""What is taken away works without the project and says what the network says."""

import dataclasses
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from mnist_demo.data.dataset import Dataset
from mnist_demo.errors import ExportError
from mnist_demo.networks import get_network, get_networks
from mnist_demo.networks.recipe import Network, Recipe
from mnist_demo.share.export import FORMATS, to_script

NETWORKS = list(get_networks())


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest) -> Network:
    return get_network(request.param)


@pytest.fixture
def model(network: Network) -> keras.Model:
    """Weights that make decided answers."""
    keras.utils.set_random_seed(6)
    model = network.build()
    model.set_weights([1.5 * weights for weights in model.get_weights()])
    return model


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_keras_loads_the_file(
    model: keras.Model, ending: str, tiny_dataset: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / f"model{ending}"
    path.write_bytes(FORMATS[ending](model))
    loaded = keras.models.load_model(path, compile=False)
    images = tiny_dataset.test_images
    np.testing.assert_allclose(
        loaded.predict(images, verbose=0), model.predict(images, verbose=0), atol=1e-6
    )
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in model.layers]


# TensorFlow 2.21 still has its interpreter and points to a package of its own
@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated:UserWarning")
def test_tensorflow_lite_runs_the_file(model: keras.Model, tiny_dataset: Dataset) -> None:
    interpreter = tf.lite.Interpreter(model_content=FORMATS[".tflite"](model))
    interpreter.allocate_tensors()
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    assert (taken["shape"].tolist(), taken["dtype"]) == ([1, 28, 28, 1], np.float32)
    expected = model.predict(tiny_dataset.test_images[:10], verbose=0)
    for image, probabilities in zip(tiny_dataset.test_images, expected, strict=False):
        interpreter.set_tensor(taken["index"], image[np.newaxis])
        interpreter.invoke()
        np.testing.assert_allclose(
            interpreter.get_tensor(given["index"])[0], probabilities, atol=1e-5
        )


def shorten(recipe: Recipe) -> Recipe:
    """About thirty steps."""
    length: dict[str, Any] = {"epochs": 4} if recipe.steps is None else {"steps": 30}
    return dataclasses.replace(recipe, batch_size=20, **length)


def check(network: Network, printed: str, folder: Path, dataset: Dataset) -> None:
    """The script's model has the network's layers and the accuracy that the script printed."""
    model = keras.models.load_model(folder / f"{network.name}.keras", compile=False)
    ours = network.build()
    assert [layer.name for layer in model.layers] == [layer.name for layer in ours.layers]
    assert model.count_params() == ours.count_params()
    answers = model.predict(dataset.test_images, verbose=0).argmax(axis=1)
    (found,) = re.findall(r"test accuracy ([\d.]+)", printed)
    accuracy = float(found)
    assert accuracy == pytest.approx((answers == dataset.test_labels).mean(), abs=1e-4)
    assert "nan" not in printed


def test_script_trains_the_network(
    network: Network,
    tiny_dataset: Dataset,
    write_mnist: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = write_mnist(tmp_path)
    script = tmp_path / "script.py"
    script.write_text(to_script(network, shorten(network.default_recipe)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["script.py", str(data)])
    script_says = runpy.run_path(str(script), run_name="__main__")
    printed = capsys.readouterr().out
    check(network, printed, tmp_path, tiny_dataset)
    losses = [float(loss) for loss in re.findall(r"loss ([\d.]+)", printed)]
    assert losses, "it tells how it goes"
    theirs, ours = script_says["build"](), network.build()
    theirs.set_weights(ours.get_weights())
    images = tiny_dataset.test_images
    np.testing.assert_allclose(theirs(images), ours(images), atol=1e-6)


def test_script_needs_nothing_of_the_project(
    tiny_dataset: Dataset, write_mnist: Callable[..., Path], tmp_path: Path
) -> None:
    network = get_network("three-layer")
    recipe = dataclasses.replace(shorten(network.recipe("fast")), steps=60)
    (tmp_path / "script.py").write_text(to_script(network, recipe))
    run = subprocess.run(
        [sys.executable, "-I", "script.py", write_mnist(tmp_path).name],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    check(network, run.stdout, tmp_path, tiny_dataset)
    assert float(run.stdout.split()[-1]) > 0.5  # a guess is right one time in ten


@pytest.mark.parametrize(
    ("name", "recipe"),
    [
        (network.name, recipe.name)
        for network in get_networks().values()
        for recipe in network.recipes
        if recipe.name in ("plain", "long", "fast")
    ],
)
def test_scripts_are_short_and_have_the_recipes_numbers(name: str, recipe: str) -> None:
    network = get_network(name)
    script = to_script(network, network.recipe(recipe))
    compile(script, name, "exec")
    assert len(script.splitlines()) < 80
    assert "mnist_demo" not in script
    assert "$" not in script
    assert f"BATCH_SIZE = {network.recipe(recipe).batch_size}\n" in script
    assert str(network.recipe(recipe).learning_rate) in script
    has_mean = network.recipe(recipe).averaging is not None
    assert ("use_ema=True" in script) is has_mean
    assert ("finalize_variable_values" in script) is has_mean


@pytest.mark.parametrize(
    "change",
    [{"loss": "one of its own"}, {"fixed": ("loss",)}, {"examples": 100}, {"rotation": 5.0}],
)
def test_recipe_that_does_more_has_no_script(change: dict[str, Any]) -> None:
    network = get_network("fashion")
    recipe = dataclasses.replace(network.default_recipe, **change)
    with pytest.raises(ExportError, match="A standalone script cannot do all"):
        to_script(network, recipe)
