"""A network of one's own is one file: training, the store and inference know it by its name."""

import json
import os
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.util import event_pb2

from mnist_demo import networks
from mnist_demo.data.dataset import Dataset
from mnist_demo.reading.reader import load_version
from mnist_demo.training.__main__ import parse_arguments
from mnist_demo.training.train import describe_software
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store
from tests.sixth_network import SIXTH, registered

NUMBERS = ["--epochs", "3", "--batch-size", "20", "--learning-rate", "0.05"]
CHANGES = [*NUMBERS, "--optimizer", "momentum"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sixth")


@pytest.fixture(scope="module")
def training(folder: Path, write_mnist: Callable[..., Path]) -> list[dict[str, Any]]:
    """A training of the sixth network, in a process of its own: its events."""
    (folder / "networks").mkdir()
    (folder / "networks" / "sixth.py").write_text(SIXTH)
    write_mnist(folder / "data")
    environment = os.environ | {
        "MNIST_DEMO_NETWORKS": str(folder / "networks"),
        "MNIST_DEMO_DATA": str(folder / "data"),
        "MNIST_DEMO_MODELS": str(folder / "models"),
    }
    command = [sys.executable, "-m", "mnist_demo.training", "--network", "sixth", "--candidate"]
    command += ["--json", "--tensorboard", str(folder / "logs"), *CHANGES]
    run = subprocess.run(
        command, env=environment, cwd=Path(networks.__file__).parent.parent.parent,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.fixture
def registry(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[types.ModuleType]:
    """This process with the folder of the sixth network."""
    with registered(folder / "networks", monkeypatch) as registry:
        yield registry


@pytest.fixture
def version(training: list[dict[str, Any]], folder: Path) -> Version:
    return Store(folder / "shipped", folder / "models").candidates()[0]


def test_it_is_trained_with_the_numbers_of_the_command_line(
    training: list[dict[str, Any]], version: Version
) -> None:
    assert training[-1]["event"] == "finished"
    assert version.card.network == "sixth"
    settings = {"epochs": 3, "batch_size": 20, "learning_rate": 0.05, "optimizer": "momentum"}
    assert version.card.settings.items() >= settings.items()
    assert version.card.software == describe_software()


def test_its_version_reads(
    training: list[dict[str, Any]],
    version: Version,
    folder: Path,
    registry: types.ModuleType,
    tiny_dataset: Dataset,
) -> None:
    reader = load_version(version, Store(folder / "shipped", folder / "models"))
    assert list(reader.read(tiny_dataset.test_images[0]).activations) == [
        "conv_1", "norm_1", "leaky_1", "pool_1", "conv_2", "pool_2", "dropout", "flatten",
        "logits", "probabilities",
    ]  # fmt: skip


def test_its_weights_are_half_precision_numbers(
    training: list[dict[str, Any]], version: Version, folder: Path, registry: types.ModuleType
) -> None:
    model = Store(folder / "shipped", folder / "models").load(version)
    for weights in model.get_weights():
        np.testing.assert_array_equal(weights, weights.astype(np.float16).astype(np.float32))


def test_the_command_line_and_the_registry_know_it(
    registry: types.ModuleType, training: list[dict[str, Any]]
) -> None:
    assert parse_arguments(["--network", "sixth"]).network == "sixth"
    assert registry.get_network("sixth").title == "Sixth"


def test_the_course_of_the_training_is_kept(
    training: list[dict[str, Any]], version: Version, folder: Path
) -> None:
    points = Store(folder / "shipped", folder / "models").read_history(version)
    assert [point.step for point in points] == list(range(1, 25))
    assert points[-1].loss < points[0].loss
    assert points[-1].epoch == 3


def read_events(folder: Path) -> Iterator[Any]:
    (path,) = folder.glob("sixth-plain-*/events.out.tfevents.*")
    for record in tf.data.TFRecordDataset(str(path)):
        yield event_pb2.Event.FromString(record.numpy())


def test_tensorboard_gets_a_curve_for_each_number_and_the_graph(
    training: list[dict[str, Any]], version: Version, folder: Path
) -> None:
    points = Store(folder / "shipped", folder / "models").read_history(version)
    curves: dict[str, list[Any]] = {"loss": [], "accuracy": []}
    graphs = []
    for event in read_events(folder / "logs"):
        for value in event.summary.value:
            assert value.metadata.plugin_data.plugin_name in {"scalars", ""}
            curves[value.tag].append((event.step, float(tf.make_ndarray(value.tensor))))
        if event.graph_def:
            graphs.append(tf.compat.v1.GraphDef.FromString(event.graph_def))
    assert [step for step, _ in curves["loss"]] == list(range(1, 25))
    for name, curve in curves.items():
        expected = [getattr(point, name) for point in points]
        np.testing.assert_allclose([value for _, value in curve], expected, rtol=1e-6)
    operations = {node.op for graph in graphs for node in graph.node}
    assert {"MatMul", "Softmax"} <= operations


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--recipe", "no-such"], "no recipe 'no-such', only plain"),
        (["--steps", "5"], "has no steps to change"),
        (["--learning-rate", "-1"], "learning_rate must be more than 0"),
        (["--optimizer", "magic"], "invalid choice: 'magic'"),
    ],
)
def test_numbers_that_cannot_be_are_said_in_one_line(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse_arguments(["--network", "fashion", *arguments])
    assert complaint in capsys.readouterr().err


def test_changed_recipe_is_another_object() -> None:
    plain = networks.get_network("fashion").default_recipe
    assert replace(plain, epochs=1).epochs == 1
    assert plain.epochs == 20
