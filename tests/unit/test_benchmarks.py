"""What the benchmarks count."""

import pytest

from benchmarks.limit import count_of_training, count_operations
from mnist_demo.networks import get_network

DENSE = 784 * 128, 128 * 64, 64 * 10
CONVOLUTIONS = 26**2 * 9 * 32, 11**2 * 9 * 32 * 64, 3**2 * 9 * 64 * 64, 576 * 64, 64 * 10


@pytest.mark.parametrize(
    ("name", "products"), [("three-layer", DENSE), ("keras-cnn", CONVOLUTIONS)]
)
def test_operations_of_a_step_are_three_passes_but_for_the_gradients_of_pixels(
    name: str, products: tuple[int, ...]
) -> None:
    expected = 2 * (3 * sum(products) - products[0])
    assert count_operations(get_network(name).build()) == expected


def test_operations_of_a_training_are_those_of_all_its_images() -> None:
    network = get_network("fashion")
    model, recipe = network.build(), network.recipe("fast")
    batches = -(-60_000 // 256)
    expected = count_operations(model) * 256 * batches * 9
    assert count_of_training(model, recipe, 60_000) == expected
