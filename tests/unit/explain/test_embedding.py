"""Principal axes against the covariance; t-SNE by what its map is for."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from mnist_demo.explain.embedding import TsneMap, embed_by_tsne, find_principal_axes


@pytest.fixture(scope="module")
def points() -> NDArray[np.float32]:
    rng = np.random.default_rng(2)
    mixed = rng.normal(size=(80, 6)) * (5, 3, 1, 1, 0.5, 0) @ rng.normal(size=(6, 6)) + 4
    return mixed.astype(np.float32)


def test_the_axes_are_eigenvectors_of_the_covariance(points: NDArray[np.float32]) -> None:
    variances, vectors = np.linalg.eigh(np.cov(points.astype(np.float64), rowvar=False))
    axes = find_principal_axes(points)
    for axis, vector in zip(axes.axes, vectors.T[::-1], strict=False):
        assert abs(axis @ vector) == pytest.approx(1, abs=1e-6)
        assert axis[np.abs(axis).argmax()] > 0
    np.testing.assert_allclose(axes.fractions, variances[:-3:-1] / variances.sum(), atol=1e-6)


def test_places_are_coordinates_along_the_axes(points: NDArray[np.float32]) -> None:
    axes = find_principal_axes(points)
    positions = axes.project(points)
    np.testing.assert_allclose(positions.mean(axis=0), 0, atol=1e-4)
    assert abs(np.asarray(np.corrcoef(positions.T))[0, 1]) < 1e-4
    moved = points[:1] + 2 * axes.axes[0].astype(np.float32)
    np.testing.assert_allclose(axes.project(moved) - positions[:1], [[2, 0]], atol=1e-4)


def test_points_of_one_direction_or_none_have_places() -> None:
    line = np.arange(5, dtype=np.float32)[:, np.newaxis]
    np.testing.assert_allclose(find_principal_axes(line).project(line)[:, 1], 0)
    same = np.ones((5, 3), np.float32)
    assert np.isfinite(find_principal_axes(same).project(same)).all()
    assert (find_principal_axes(same).fractions == 0).all()


@pytest.fixture(scope="module")
def groups() -> NDArray[np.float32]:
    """Three far groups of twenty points in twelve dimensions."""
    rng = np.random.default_rng(4)
    centres = rng.normal(0, 10, (3, 1, 12))
    return (centres + rng.normal(0, 1, (3, 20, 12))).reshape(60, 12).astype(np.float32)


@pytest.fixture(scope="module")
def embedded(groups: NDArray[np.float32]) -> tuple[NDArray[np.float32], list[tuple[int, int]]]:
    steps = []
    positions = embed_by_tsne(groups, groups[:, :2], lambda *done: steps.append(done))
    return positions, steps


def test_tsne_keeps_groups_together(
    groups: NDArray[np.float32], embedded: tuple[NDArray[np.float32], list[tuple[int, int]]]
) -> None:
    positions, _ = embedded
    distances = cdist(positions, positions)
    np.fill_diagonal(distances, np.inf)
    assert (distances.argmin(axis=1) // 20 == np.arange(60) // 20).all()
    np.testing.assert_allclose(positions.max(axis=0), -positions.min(axis=0), rtol=1e-5)


def test_the_same_points_give_the_same_map(
    groups: NDArray[np.float32], embedded: tuple[NDArray[np.float32], list[tuple[int, int]]]
) -> None:
    np.testing.assert_array_equal(embed_by_tsne(groups, groups[:, :2]), embedded[0])


def test_progress_is_told_to_the_end(
    embedded: tuple[NDArray[np.float32], list[tuple[int, int]]],
) -> None:
    _, steps = embedded
    assert steps[0] == (0, 750)
    assert steps[-1] == (750, 750)
    assert len(steps) > 100


def test_tsne_can_be_stopped(groups: NDArray[np.float32]) -> None:
    def stop(done: int, total: int) -> None:
        if done > 300:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        embed_by_tsne(groups, groups[:, :2], stop)


def test_a_new_point_finds_its_place_and_moves_no_other(
    groups: NDArray[np.float32], embedded: tuple[NDArray[np.float32], list[tuple[int, int]]]
) -> None:
    positions, _ = embedded
    tsne = TsneMap(groups, positions.copy())
    for index in (0, 25, 59):
        own = tsne.embed(groups[index] + np.float32(0.01))
        np.testing.assert_allclose(own, positions[index], atol=0.5)
        np.testing.assert_array_equal(tsne.embed(groups[index] + np.float32(0.01)), own)
        np.testing.assert_array_equal(tsne.positions, positions)
    between = tsne.embed((groups[0] + groups[1]) / 2)
    assert np.linalg.norm(positions - between, axis=1).argmin() < 20


def test_points_that_are_equal_do_no_harm() -> None:
    same = np.ones((20, 4), np.float32)
    positions = embed_by_tsne(same, same[:, :2])
    assert np.isfinite(positions).all()
    assert np.isfinite(TsneMap(same, positions).embed(same[0])).all()
