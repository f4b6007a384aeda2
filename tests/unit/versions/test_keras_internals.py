"""What touches Keras's insides works, is needed, and can do without them."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from mnist_demo.versions.keras_internals import save_weights


@pytest.fixture
def refuse_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Keras that insists on a path."""
    save = keras.Model.save_weights

    def save_to_path(model: keras.Model, file: Any | Path) -> None:
        if isinstance(file, io.IOBase):
            raise TypeError("a path, please")
        save(model, file)

    monkeypatch.setattr(keras.Model, "save_weights", save_to_path)


def assert_loads(
    content: bytes, model: keras.Model, make_model: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "model.weights.h5"
    path.write_bytes(content)
    other = make_model(seed=9)
    other.load_weights(path)
    for weights, expected in zip(other.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(weights, expected)


def test_keras_writes_weights_into_memory(
    model: keras.Model,
    make_model: Callable[..., keras.Model],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.TemporaryDirectory", lambda: pytest.fail("it wrote to the disk"))
        content = save_weights(model)
    assert_loads(content, model, make_model, tmp_path)


def test_a_keras_that_insists_on_a_path_gets_one(
    model: keras.Model, make_model: Callable[..., keras.Model], tmp_path: Path, refuse_files: Any
) -> None:
    assert_loads(save_weights(model), model, make_model, tmp_path)


def test_keras_still_asks_for_the_ending_of_a_name(model: keras.Model) -> None:
    """If it no longer does, `io.BytesIO` will do as it is."""
    with pytest.raises(ValueError, match=r"must end in `\.weights\.h5`"):
        model.save_weights(io.BytesIO())
