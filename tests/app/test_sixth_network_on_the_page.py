"""A network of one's own on the page: it is chosen, draws, is compared, retrained and evaluated."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mnist_demo.explain.units
from mnist_demo.app.components.opened import units
from mnist_demo.app.stage.canvas import load_examples
from mnist_demo.data.dataset import Dataset
from mnist_demo.evaluation import ImageSamples
from mnist_demo.evaluation.__main__ import main
from mnist_demo.figures.poster import Poster, draw_poster
from mnist_demo.image.normalization import normalize
from mnist_demo.reading.reader import load_version
from mnist_demo.training.process import Job
from mnist_demo.training.train import train
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store, open_store
from tests.app.conftest import Visitor
from tests.app.one_page import html_of, visit_page
from tests.app.served import fetch, unpack
from tests.signatures import WaitUntil, WriteMnist
from tests.sixth_network import SIXTH, registered


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """This process with a folder of networks that has a sixth one."""
    (tmp_path / "networks").mkdir()
    (tmp_path / "networks" / "sixth.py").write_text(SIXTH)
    with registered(tmp_path / "networks", monkeypatch) as registry:
        yield registry


@pytest.fixture
def version(registry: Any, store: Store, tiny_dataset: Dataset) -> Version:
    """A trained and kept version of it."""
    network = registry.get_network("sixth")
    model, card = train(network, network.default_recipe, tiny_dataset)
    return store.keep(store.save_candidate(model, card))


@pytest.fixture
def visitor(version: Version, make_visitor: Callable[..., Visitor]) -> Visitor:
    """Somebody who has chosen it in the sidebar."""
    visitor = make_visitor()
    assert "Sixth" in visitor.page.selectbox(key="network").options
    visitor.page.selectbox(key="network").set_value("sixth")
    return visitor.look()


def test_it_reads_drawings_and_shows_its_layers(visitor: Visitor, version: Version) -> None:
    assert visitor.version == version.name
    visitor.press("example-4")
    assert list(visitor.layers)[1:4] == ["conv_1", "norm_1", "leaky_1"]
    assert visitor.answer == np.argmax(visitor.probabilities)


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        ("pool_1", "Each map is the mean of 3 × 3 numbers of one map of leaky_1"),
        ("norm_1", "It subtracts a mean from each number of conv_1"),
        ("dropout", "It hands on the numbers of pool_2 unchanged"),
    ],
)
def test_a_map_without_a_kernel_says_what_its_layer_does(
    visitor: Visitor, layer: str, sentence: str
) -> None:
    header, _ = unpack(fetch(f"/{visitor.told['network']}").body)
    (work,) = [one["work"] for one in header["layers"] if one["name"] == layer]
    assert work.startswith(sentence)


def test_each_of_its_channels_can_be_looked_at(
    version: Version, tiny_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = ImageSamples(tiny_dataset.test_images, tiny_dataset.test_labels)
    monkeypatch.setattr(units, "load_samples", lambda dataset: samples)
    monkeypatch.setattr(mnist_demo.explain.units, "STEPS", 2)
    for name in ("conv_1", "norm_1", "leaky_1", "pool_1", "conv_2", "pool_2", "logits"):
        header, _ = unpack(fetch(f"/en/units/{version.key}/{name}/0").body)
        assert header["count"] == 40


def test_its_poster_shows_every_layer(version: Version) -> None:
    reader = load_version(version, open_store())
    steps = normalize(load_examples()["4"].rgba)
    reading = reader.read(steps.image)
    poster = Poster("sixth", tuple("0123456789"), steps.image, steps, reading, reader.layers)
    svg = draw_poster(poster, "svg").decode()
    for layer in reader.layers:
        assert f"{layer.name}, {layer.kind}, {' × '.join(map(str, layer.shape))}" in svg


def test_it_is_retrained_with_numbers_of_ones_own(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = []
    monkeypatch.setattr(Job, "start", lambda job, module, command, *_: commands.append(command))
    visitor.page.number_input(key="sixth-plain-epochs").set_value(2)
    visitor.press("retrain")
    command = " ".join(commands[0])
    assert "--network sixth" in command
    assert "--epochs 2" in command


def test_it_stands_beside_the_others(version: Version, wait_until: WaitUntil) -> None:
    page = visit_page("question", load_examples()["4"], "keras-cnn", question="others")
    wait_until(lambda: 'data-network="sixth"' in html_of(page.run()))


def test_it_is_evaluated_like_any_other(
    version: Version,
    own_folders: Path,
    write_mnist: WriteMnist,
    tiny_dataset: Dataset,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_mnist(own_folders / "data")
    assert main(["--network", "sixth", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["accuracy"] == pytest.approx(version.card.test_accuracy)


def test_without_a_version_the_page_says_so(
    registry: Any, make_visitor: Callable[..., Visitor]
) -> None:
    visitor = make_visitor()
    visitor.page.selectbox(key="network").set_value("sixth")
    visitor.look()
    assert visitor.errors
    assert visitor.is_enabled("retrain")
