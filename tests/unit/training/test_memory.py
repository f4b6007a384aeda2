"""A training takes no more memory than it may, and what a page offers fits into that."""

import subprocess
import sys
from pathlib import Path

import pytest
import tensorflow as tf

from mnist_demo.data.dataset import Dataset
from mnist_demo.errors import TrainingMemoryError
from mnist_demo.networks import Network, Recipe, get_network
from mnist_demo.paths import PROJECT
from mnist_demo.training import memory
from mnist_demo.training.train import train

TAKE_MORE = """
import numpy as np
from mnist_demo.training import memory
memory.find_limit = lambda: 300_000_000
memory.limit_memory()
np.ones(10_000_000, np.uint8)
try:
    np.ones(400_000_000, np.uint8)
except MemoryError:
    print("no more")
"""


@pytest.mark.parametrize("gigabytes", [1, 2, 4, 8, 24, 1000])
def test_the_largest_batch_fits_into_what_a_training_may_take(
    gigabytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "count_bytes", lambda: gigabytes * 10**9)
    batch, limit = memory.find_largest_batch(), memory.find_limit()
    assert 1000 <= batch <= 10_000
    assert memory.BASE_BYTES + batch * memory.BYTES_PER_IMAGE <= limit
    assert limit <= max(2, gigabytes / 2) * 10**9


def test_a_container_has_what_it_is_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "CGROUP_LIMIT", limit)
    whole = memory.count_bytes()
    for text, expected in (("max\n", whole), ("1000000\n", 1_000_000)):
        limit.write_text(text)
        assert memory.count_bytes() == expected


def test_what_asks_for_more_gets_an_error_and_the_machine_lives_on() -> None:
    run = subprocess.run(
        [sys.executable, "-c", TAKE_MORE], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert run.stdout == "no more\n"


@pytest.mark.parametrize(
    "error", [MemoryError(), tf.errors.ResourceExhaustedError(None, None, "OOM when allocating")]
)
def test_a_training_that_finds_no_memory_says_so(error: Exception, tiny_dataset: Dataset) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    recipe = Recipe("plain", "Plain", fail, batch_size=32)
    network = Network("ours", "Ours", "mnist", get_network("three-layer").build, (recipe,))
    with pytest.raises(TrainingMemoryError, match="choose smaller batches"):
        train(network, recipe, tiny_dataset)
