"""The test pictures by what the last hidden layer makes of them, and the maps that are kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.data.dataset import Dataset
from mnist_demo.data.samples import ImageSamples, load_test_set
from mnist_demo.errors import DatasetError
from mnist_demo.explain import landscape
from mnist_demo.explain.__main__ import main as make_maps
from mnist_demo.explain.landscape import Landscape, find_nearest_others
from mnist_demo.networks import get_network, get_networks
from mnist_demo.paths import SHIPPED_MODELS
from mnist_demo.reading.reader import Reader, load_version
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store


@pytest.fixture(scope="module")
def samples(tiny_dataset: Dataset) -> ImageSamples:
    return ImageSamples(tiny_dataset.test_images, tiny_dataset.test_labels)


@pytest.fixture(scope="module")
def surveyed(reader: Reader, samples: ImageSamples) -> Landscape:
    return survey(reader, samples)


def survey(reader: Reader, samples: ImageSamples, count: int = landscape.IMAGES) -> Landscape:
    """Landscape of some of the samples by the layer that the logits are made of."""
    few, layer = landscape.choose_images(samples, count), reader.layer("logits").source
    return landscape.survey(layer, few, reader.read_layer(layer, few.pixels))


@pytest.mark.parametrize("network", list(get_networks()))
def test_the_logits_of_any_network_are_made_of_its_last_hidden_layer(
    network: str, samples: ImageSamples
) -> None:
    reader = Reader(get_network(network).build())
    kernel, bias = reader.model.get_layer("logits").get_weights()
    hidden = reader.read_layer(reader.layer("logits").source, samples.pixels[:3])
    expected, _ = reader.classify(samples.pixels[:3])
    np.testing.assert_allclose(hidden @ kernel + bias, expected, atol=1e-4)


def test_the_points_are_what_the_reader_gives(surveyed: Landscape, reader: Reader) -> None:
    assert surveyed.layer == "dense_1"
    for index in (0, 17):
        activation = reader.read(surveyed.samples.pixels[index]).activations[surveyed.layer]
        np.testing.assert_allclose(surveyed.points[index], activation, atol=1e-4)


def test_pictures_keep_their_labels(surveyed: Landscape, samples: ImageSamples) -> None:
    assert len(surveyed.samples) == len(samples)
    for image, label in zip(surveyed.samples.pixels, surveyed.samples.labels, strict=True):
        same = (samples.pixels == image).all(axis=(1, 2, 3))
        assert label in samples.labels[same]


def test_some_of_many_are_always_the_same(reader: Reader, samples: ImageSamples) -> None:
    few, again = (survey(reader, samples, count=9) for _ in range(2))
    assert few.points.shape[0] == 9
    assert few.fingerprint == again.fingerprint
    assert few.fingerprint != survey(reader, samples, count=10).fingerprint


def test_a_picture_finds_itself(surveyed: Landscape) -> None:
    near = surveyed.find_neighbours(surveyed.points[5], 3)
    assert (near.indices[0], near.distances[0]) == (5, 0)


@pytest.fixture(scope="module")
def points() -> NDArray[np.float32]:
    rng = np.random.default_rng(2)
    mixed = rng.normal(size=(80, 6)) * (5, 3, 1, 1, 0.5, 0) @ rng.normal(size=(6, 6)) + 4
    return mixed.astype(np.float32)


def test_neighbours_are_those_of_brute_force(points: NDArray[np.float32]) -> None:
    images = ImageSamples(np.zeros((80, 28, 28, 1), np.float32), np.zeros(80, np.int64))
    point = points[3] + np.float32(0.1)
    distances = [
        sum((a - b) ** 2 for a, b in zip(point, other, strict=True)) ** 0.5 for other in points
    ]
    expected = sorted(range(len(points)), key=distances.__getitem__)[:7]
    surveyed = landscape.survey("some", images, points)
    near = surveyed.find_neighbours(point, 7)
    assert near.indices.tolist() == expected
    np.testing.assert_allclose(near.distances, [distances[i] for i in expected], rtol=1e-4)
    assert len(surveyed.find_neighbours(point, 500).indices) == len(points)


def test_the_nearest_other_is_never_oneself(points: NDArray[np.float32]) -> None:
    near = landscape.find_nearest_others(points)
    for index, point in enumerate(points):
        others = [i for i in range(len(points)) if i != index]
        best = min(others, key=lambda i: np.linalg.norm(points[i] - point))
        assert near.indices[index] == best
        distance = np.linalg.norm(points[best] - point)
        assert near.distances[index] == pytest.approx(distance, rel=1e-3)


@pytest.fixture
def positions(surveyed: Landscape) -> Any:
    return np.random.default_rng(1).normal(size=(len(surveyed.points), 2)).astype(np.float32)


@pytest.fixture
def kept(store: Store, model: keras.Model, make_card: Callable[..., Any]) -> Version:
    return store.keep(store.save_candidate(model, make_card()))


def files_of(version: Version) -> dict[Path, tuple[Any, ...]]:
    paths = [version.folder, *version.folder.iterdir()]
    return {path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in paths}


@pytest.mark.parametrize("is_shipped", [False, True])
def test_a_map_is_kept_and_the_folder_of_its_version_never_changes(
    store: Store,
    model: keras.Model,
    make_card: Callable[..., Any],
    kept: Version,
    surveyed: Landscape,
    positions: Any,
    is_shipped: bool,
) -> None:
    version = store.save_shipped(model, make_card()) if is_shipped else kept
    before = files_of(version)
    assert landscape.find_kept_map(store, version, surveyed) is None
    landscape.keep_map(store.cache("maps"), version, surveyed, positions)
    np.testing.assert_array_equal(landscape.find_kept_map(store, version, surveyed), positions)
    assert files_of(version) == before
    assert version in store.versions()


def test_a_map_of_other_pictures_is_another(
    store: Store,
    kept: Version,
    surveyed: Landscape,
    positions: Any,
    reader: Reader,
    samples: ImageSamples,
) -> None:
    landscape.keep_map(store.cache("maps"), kept, surveyed, positions)
    few = survey(reader, samples, count=9)
    assert landscape.find_kept_map(store, kept, few) is None


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x93NUMPY"])
def test_a_damaged_map_is_made_again(
    store: Store, kept: Version, surveyed: Landscape, positions: Any, content: bytes
) -> None:
    landscape.keep_map(store.cache("maps"), kept, surveyed, positions)
    (path,) = (store.trained_folder / "caches" / "maps").iterdir()
    path.write_bytes(content)
    assert landscape.find_kept_map(store, kept, surveyed) is None
    with path.open("wb") as file:
        np.save(file, positions[:3])
    assert landscape.find_kept_map(store, kept, surveyed) is None


def test_a_disk_that_takes_nothing_is_no_trouble(
    tmp_path: Path,
    model: keras.Model,
    make_card: Callable[..., Any],
    surveyed: Landscape,
    positions: Any,
) -> None:
    store = Store(tmp_path / "shipped", tmp_path / "models")
    shipped = store.save_shipped(model, make_card())
    store.trained_folder.write_text("a file where a folder should be")
    landscape.keep_map(store.cache("maps"), shipped, surveyed, positions)
    assert landscape.find_kept_map(store, shipped, surveyed) is None


SHIPPED = Store(SHIPPED_MODELS, SHIPPED_MODELS / "none").versions()


@pytest.mark.parametrize("version", SHIPPED, ids=lambda version: version.name)
def test_the_maps_that_ship_are_of_the_weights_that_ship(
    version: Version, real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are found where the test pictures are there, and neighbours stay neighbours on them."""
    monkeypatch.setenv("MNIST_DEMO_DATA", str(real_data))
    try:
        samples = load_test_set(version.card.dataset)
    except DatasetError as error:
        pytest.skip(str(error))
    store = Store(SHIPPED_MODELS, tmp_path)
    found = survey(load_version(version, store), samples)
    positions = landscape.find_kept_map(store, version, found)
    assert positions is not None
    labels, near = found.samples.labels, find_nearest_others(positions).indices
    assert np.mean(labels == labels[near]) > 0.4  # 0.1 by chance


def test_the_program_that_makes_maps_says_in_a_sentence_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MNIST_DEMO_DATA", str(tmp_path))
    for name in ("mnist.npz", "fashion-mnist"):
        (tmp_path / name).write_bytes(b"broken off")
    assert make_maps([]) == 1
    assert "mnist" in capsys.readouterr().err.splitlines()[-1].lower()
