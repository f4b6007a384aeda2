"""Principal axes and neighbours, against the covariance and against looking at every pair."""

import numpy as np
import pytest

from mnist_demo.embedding import (
    Neighbours,
    find_nearest_others,
    find_neighbours,
    find_principal_axes,
)


@pytest.fixture(scope="module")
def points():
    rng = np.random.default_rng(2)
    mixed = rng.normal(size=(80, 6)) * (5, 3, 1, 1, 0.5, 0) @ rng.normal(size=(6, 6)) + 4
    return mixed.astype(np.float32)


def test_the_axes_are_eigenvectors_of_the_covariance(points):
    variances, vectors = np.linalg.eigh(np.cov(points.astype(np.float64), rowvar=False))
    axes = find_principal_axes(points)
    for axis, vector in zip(axes.axes, vectors.T[::-1], strict=False):
        assert abs(axis @ vector) == pytest.approx(1, abs=1e-6)
        assert axis[np.abs(axis).argmax()] > 0
    np.testing.assert_allclose(axes.shares, variances[:-3:-1] / variances.sum(), atol=1e-6)


def test_places_are_coordinates_along_the_axes(points):
    axes = find_principal_axes(points)
    places = axes.place(points)
    np.testing.assert_allclose(places.mean(axis=0), 0, atol=1e-4)
    assert abs(np.corrcoef(places.T)[0, 1]) < 1e-4
    moved = points[:1] + 2 * axes.axes[0].astype(np.float32)
    np.testing.assert_allclose(axes.place(moved) - places[:1], [[2, 0]], atol=1e-4)


def test_points_of_one_direction_or_none_have_places():
    line = np.arange(5, dtype=np.float32)[:, np.newaxis]
    np.testing.assert_allclose(find_principal_axes(line).place(line)[:, 1], 0)
    same = np.ones((5, 3), np.float32)
    assert np.isfinite(find_principal_axes(same).place(same)).all()
    assert (find_principal_axes(same).shares == 0).all()


def test_neighbours_are_those_of_brute_force(points):
    point = points[3] + np.float32(0.1)
    distances = [
        sum((a - b) ** 2 for a, b in zip(point, other, strict=True)) ** 0.5 for other in points
    ]
    expected = sorted(range(len(points)), key=distances.__getitem__)[:7]
    near = find_neighbours(point, points, 7)
    assert near.indices.tolist() == expected
    np.testing.assert_allclose(near.distances, [distances[i] for i in expected], rtol=1e-4)
    assert len(find_neighbours(point, points, 500).indices) == len(points)


def test_the_nearest_other_is_never_oneself(points):
    near = find_nearest_others(points)
    for index, point in enumerate(points):
        others = [i for i in range(len(points)) if i != index]
        best = min(others, key=lambda i: np.linalg.norm(points[i] - point))
        assert near.indices[index] == best
        assert near.distances[index] == pytest.approx(
            np.linalg.norm(points[best] - point), rel=1e-3
        )


def test_the_place_among_neighbours_is_weighed_by_nearness():
    places = np.array([[0, 0], [3, 0], [9, 9]], np.float32)
    near = Neighbours(np.array([0, 1]), np.array([1.0, 2.0]))
    np.testing.assert_allclose(near.place_among(places), [1, 0], atol=1e-6)
    same = Neighbours(np.array([2, 0]), np.array([0.0, 1.0]))
    np.testing.assert_allclose(same.place_among(places), [9, 9], atol=1e-6)
