"""Two workers make of the same batches what one alone makes of them."""

from pathlib import Path

import pytest

from benchmarks.workers import run_workers
from tests.signatures import WriteMnist

pytestmark = pytest.mark.long


def test_two_workers_train_as_one_does(write_mnist: WriteMnist, own_folders: Path) -> None:
    write_mnist(own_folders / "data")
    (_, alone), (_, together) = (run_workers(count, 32, 32 * 60) for count in (1, 2))
    assert together == pytest.approx(alone, abs=0.05), "but for two of forty images"
    assert together > 0.5
