"""The test pictures by what the last hidden layer makes of them, and the maps that are kept."""

import numpy as np
import pytest

from mnist_demo import kept_maps, landscape
from mnist_demo.evaluation import ImageSamples
from mnist_demo.hidden import find_last_hidden_layer, read_last_hidden
from mnist_demo.inference import Reader
from mnist_demo.networks import get_network, get_networks
from mnist_demo.store import Store


@pytest.fixture(scope="module")
def samples(tiny_dataset):
    return ImageSamples(tiny_dataset.test_images, tiny_dataset.test_labels)


@pytest.fixture(scope="module")
def surveyed(reader, samples):
    return landscape.survey(reader.model, samples)


@pytest.mark.parametrize("network", list(get_networks()))
def test_the_logits_of_any_network_are_made_of_its_last_hidden_layer(network, samples):
    model = get_network(network).build()
    logits = model.get_layer("logits")
    kernel, bias = logits.get_weights()
    hidden = read_last_hidden(model, samples.pixels[:3])
    expected, _ = Reader(model).classify(samples.pixels[:3])
    np.testing.assert_allclose(hidden @ kernel + bias, expected, atol=1e-4)


def test_the_points_are_what_the_reader_gives(surveyed, reader):
    assert surveyed.layer == find_last_hidden_layer(reader.model)
    for index in (0, 17):
        activation = reader.read(surveyed.samples.pixels[index]).activations[surveyed.layer]
        np.testing.assert_allclose(surveyed.points[index], activation, atol=1e-4)


def test_pictures_keep_their_labels(surveyed, samples):
    assert len(surveyed.samples) == len(samples)
    for image, label in zip(surveyed.samples.pixels, surveyed.samples.labels, strict=True):
        same = (samples.pixels == image).all(axis=(1, 2, 3))
        assert label in samples.labels[same]


def test_some_of_many_are_always_the_same(reader, samples):
    few, again = (landscape.survey(reader.model, samples, count=9) for _ in range(2))
    assert few.points.shape[0] == 9
    assert few.fingerprint == again.fingerprint
    assert few.fingerprint != landscape.survey(reader.model, samples, count=10).fingerprint


def test_a_picture_finds_itself(surveyed):
    near = surveyed.find_neighbours(surveyed.points[5], 3)
    assert (near.indices[0], near.distances[0]) == (5, 0)


def test_agreement_is_counted_by_class(surveyed):
    labels, others = surveyed.samples.labels, surveyed.nearest_others.indices
    for label, share in enumerate(surveyed.measure_agreement()):
        own = [labels[others[i]] == label for i in range(len(labels)) if labels[i] == label]
        assert share == pytest.approx(np.mean(own)) if own else np.isnan(share)


@pytest.fixture
def places(surveyed):
    return np.random.default_rng(1).normal(size=(len(surveyed.points), 2)).astype(np.float32)


@pytest.fixture
def kept(store, model, make_card):
    return store.keep(store.save_candidate(model, make_card()))


def test_a_map_is_kept_in_the_files_of_its_version(store, kept, surveyed, places):
    assert kept_maps.find_kept_map(store, kept, surveyed) is None
    kept_maps.keep_map(store, kept, surveyed, places)
    np.testing.assert_array_equal(kept_maps.find_kept_map(store, kept, surveyed), places)
    assert [path.suffix for path in kept.folder.iterdir()].count(".npy") == 1
    assert store.versions() == [kept]


def test_what_shipped_is_not_written_to(store, model, make_card, surveyed, places):
    shipped = store.save_shipped(model, make_card())
    before = sorted(shipped.folder.iterdir())
    kept_maps.keep_map(store, shipped, surveyed, places)
    assert sorted(shipped.folder.iterdir()) == before
    np.testing.assert_array_equal(kept_maps.find_kept_map(store, shipped, surveyed), places)
    assert store.versions() == [shipped]


def test_a_map_of_other_pictures_is_another(store, kept, surveyed, places, reader, samples):
    kept_maps.keep_map(store, kept, surveyed, places)
    few = landscape.survey(reader.model, samples, count=9)
    assert kept_maps.find_kept_map(store, kept, few) is None


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x93NUMPY"])
def test_a_damaged_map_is_made_again(store, kept, surveyed, places, content):
    kept_maps.keep_map(store, kept, surveyed, places)
    path = next(kept.folder.glob("*.npy"))
    path.write_bytes(content)
    assert kept_maps.find_kept_map(store, kept, surveyed) is None
    np.save(path, places[:3])
    assert kept_maps.find_kept_map(store, kept, surveyed) is None


def test_a_disk_that_refuses_is_no_trouble(tmp_path, model, make_card, surveyed, places):
    store = Store(tmp_path / "shipped", tmp_path / "models")
    shipped = store.save_shipped(model, make_card())
    store.trained_folder.write_text("a file where a folder should be")
    kept_maps.keep_map(store, shipped, surveyed, places)
    assert kept_maps.find_kept_map(store, shipped, surveyed) is None
