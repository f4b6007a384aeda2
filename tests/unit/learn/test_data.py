"""The chapter on data against NumPy and the rules of a buffer."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.learn.step import Data, Step, load_steps


@pytest.fixture(scope="module")
def steps() -> dict[str, Step]:
    return load_steps("data")


@pytest.mark.parametrize("dataset", ["mnist", "fashion-mnist"])
@pytest.mark.parametrize("label", [0, 9])
def test_pictures_are_counted_and_shown(
    steps: dict[str, Step], drawing: NDArray[np.float32], data: Data, dataset: str, label: int
) -> None:
    found = steps["look"].run(drawing, {"dataset": dataset, "label": label}, data)
    images, labels = data[dataset]
    assert found["shape of images"] == str(images.shape)
    assert (found["dtype"], found["smallest"], found["largest"]) == ("uint8", 0, 255)
    assert found["classes"] == 10
    assert found["pictures of this class"] == list(labels).count(label)
    rows = [row for row, one in enumerate(labels) if one == label][:10]
    for place, row in enumerate(rows):
        shown = found["ten of them"][:, 28 * place : 28 * (place + 1)]
        np.testing.assert_array_equal(shown, images[row])


def test_one_hot_and_back(steps: dict[str, Step], drawing: NDArray[np.float32]) -> None:
    for label in range(10):
        found = steps["encode_one_hot"].run(drawing, {"label": label})
        assert found["one-hot"].tolist() == [float(place == label) for place in range(10)]
        assert found["where the 1 is"] == label


@pytest.mark.parametrize(("batch", "sizes"), [(1, [1] * 10), (4, [4, 4, 2]), (10, [10])])
def test_ten_examples_come_in_batches(
    steps: dict[str, Step],
    drawing: NDArray[np.float32],
    data: Data,
    batch: int,
    sizes: list[int],
) -> None:
    found = steps["stream"].run(drawing, {"batch": batch}, data)
    assert (found["one example"], found["one batch"]) == ("(28, 28)", "(None, 28, 28)")
    batches = [found[f"batch {number}"] for number in range(1, len(sizes) + 1)]
    assert [some.shape for some in batches] == [(28, 28 * size) for size in sizes]
    assert f"batch {len(sizes) + 1}" not in found
    stream = np.concatenate(batches, axis=1)
    np.testing.assert_allclose(stream[:, :28], drawing[..., 0], atol=1 / 255)
    expected = np.hstack(list(data["mnist"][0][:9])) / 255
    np.testing.assert_allclose(stream[:, 28:], expected, atol=1e-6)


@pytest.mark.parametrize("buffer", [1, 4, 20])
def test_a_buffer_bounds_how_early_a_card_comes(
    steps: dict[str, Step], drawing: NDArray[np.float32], buffer: int
) -> None:
    first = set()
    for seed in range(1, 10):
        found = steps["shuffle"].run(drawing, {"buffer": buffer, "seed": seed})
        order = found["order"].tolist()
        assert sorted(order) == list(range(20))
        assert all(card - place < buffer for place, card in enumerate(order))
        early = max(card - place for place, card in enumerate(order))
        assert found["furthest a card came forward"] == early
        assert found["first card"] == order[0]
        first.add(order[0])
    assert (len(first) == 1) == (buffer == 1)


@pytest.mark.parametrize("times", [1, 2, 4])
def test_shuffled_first_every_epoch_has_every_card(
    steps: dict[str, Step], drawing: NDArray[np.float32], times: int
) -> None:
    step = steps["repeat"]
    found = step.run(drawing, {"first": "shuffle", "times": times, "batch": 3})
    cards = [card for batch in found.values() for card in batch.tolist()]
    epochs = [cards[start : start + 4] for start in range(0, 4 * times, 4)]
    assert all(sorted(epoch) == [0, 1, 2, 3] for epoch in epochs)
    assert [len(batch) for batch in found.values()][:-1] == [3] * (len(found) - 1)


def test_repeated_first_epochs_run_into_each_other(
    steps: dict[str, Step], drawing: NDArray[np.float32]
) -> None:
    step = steps["repeat"]
    found = step.run(drawing, {"first": "repeat", "times": 4, "batch": 4})
    cards = [card for batch in found.values() for card in batch.tolist()]
    assert sorted(cards) == sorted([0, 1, 2, 3] * 4)
    assert any(sorted(cards[start : start + 4]) != [0, 1, 2, 3] for start in range(0, 16, 4))
