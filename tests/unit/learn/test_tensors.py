"""The chapter on tensors against NumPy."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.learn.step import Step, load_steps


@pytest.fixture(scope="module")
def steps() -> dict[str, Step]:
    return load_steps("tensors")


def test_a_drawing_is_described(steps: dict[str, Step], drawing: NDArray[np.float32]) -> None:
    found = steps["describe"].run(drawing, {})
    assert (found["shape"], found["dtype"]) == ("(28, 28, 1)", "float32")
    assert (found["smallest"], found["largest"]) == (drawing.min(), drawing.max())
    np.testing.assert_array_equal(found["tensor"], drawing)


@pytest.mark.parametrize("light", [-1.0, 0.0, 0.3])
def test_light_changes_the_variable_alone(
    steps: dict[str, Step], drawing: NDArray[np.float32], light: float
) -> None:
    found = steps["add_light"].run(drawing, {"light": light})
    np.testing.assert_array_equal(found["constant"], drawing)
    np.testing.assert_allclose(found["variable"], drawing + light, atol=1e-6)


def test_a_row_is_added_to_both_rows(steps: dict[str, Step], drawing: NDArray[np.float32]) -> None:
    assert steps["add_row"].run(drawing, {})["matrix + row"].tolist() == [[2, 4], [4, 6]]


def test_a_row_shades_every_row(steps: dict[str, Step], drawing: NDArray[np.float32]) -> None:
    found = steps["shade"].run(drawing, {"left": 0.2, "right": 0.9})
    row = np.array([0.2 + 0.7 * column / 27 for column in range(28)])
    np.testing.assert_allclose(found["row"], row, atol=1e-6)
    expected = [
        [pixel * row[column] for column, pixel in enumerate(line)] for line in drawing[..., 0]
    ]
    np.testing.assert_allclose(found["picture * row"], expected, atol=1e-6)


@pytest.mark.parametrize("levels", [1, 4, 255])
def test_casting_cuts_off(
    steps: dict[str, Step], drawing: NDArray[np.float32], levels: int
) -> None:
    found = steps["cast"].run(drawing, {"levels": levels})
    assert found["as int32"].tolist() == [0, 0, 2]
    whole = np.floor(drawing * np.float32(levels))
    np.testing.assert_array_equal(found["drawing as uint8"], whole)
    assert found["drawing as uint8"].dtype == np.uint8
    assert found["different values"] == len(set(whole.ravel().tolist()))


@pytest.mark.parametrize("width", [14, 28, 98])
def test_rows_of_another_width(
    steps: dict[str, Step], drawing: NDArray[np.float32], width: int
) -> None:
    found = steps["reshape"].run(drawing, {"width": width})
    pixels = [pixel for line in drawing[..., 0].tolist() for pixel in line]
    assert found["vector"].tolist() == pixels
    rows = [pixels[start : start + width] for start in range(0, 784, width)]
    assert found["back in rows"].tolist() == rows


def test_only_one_and_28_ones_fit(steps: dict[str, Step], drawing: NDArray[np.float32]) -> None:
    found = {count: steps["add_numbers"].run(drawing, {"count": count}) for count in range(1, 29)}
    assert [count for count, result in found.items() if "sum" in result] == [1, 28]
    np.testing.assert_allclose(found[28]["sum"], drawing[..., 0] + 1)
    assert "[28,28] vs. [27]" in found[27]["message"]
