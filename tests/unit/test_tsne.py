"""t-SNE against independent computations of its parts."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.spatial.distance import cdist

from mnist_demo import tsne

PERPLEXITY = 5.0


@pytest.fixture(scope="module")
def points():
    """Three far groups of twenty points in twelve dimensions."""
    rng = np.random.default_rng(4)
    centres = rng.normal(0, 10, (3, 1, 12))
    return (centres + rng.normal(0, 1, (3, 20, 12))).reshape(60, 12).astype(np.float32)


@pytest.fixture(scope="module")
def embedded(points):
    steps = []
    places = tsne.embed(points, points[:, :2], lambda *done: steps.append(done))
    return places, steps


def divergence(affinities, places):
    """Kullback-Leibler divergence of the map from the affinities."""
    kernel = 1 / (1 + cdist(places, places, "sqeuclidean"))
    np.fill_diagonal(kernel, 0)
    likely = affinities > 0
    return float(
        np.sum(affinities[likely] * np.log(affinities[likely] / (kernel / kernel.sum())[likely]))
    )


def test_affinities_have_the_perplexity_asked_for(points):
    squared = cdist(points, points, "sqeuclidean")

    def conditional(row, width):
        weights = np.exp(-np.delete(squared[row], row) / (2 * width**2))
        return weights / weights.sum()

    def excess(width, row):
        shares = conditional(row, width)
        shares = shares[shares > 0]
        return -np.sum(shares * np.log(shares)) - np.log(PERPLEXITY)

    expected = np.zeros((60, 60))
    for row in range(60):
        width = brentq(excess, 0.3, 100, args=(row,))
        expected[row] = np.insert(conditional(row, width), row, 0)
    expected = (expected + expected.T) / 120
    got = tsne.find_affinities(points, PERPLEXITY)
    np.testing.assert_allclose(got, expected, atol=1e-6)
    assert got.sum() == pytest.approx(1, abs=1e-5)


def test_the_gradient_is_that_of_the_divergence(points):
    affinities = tsne.find_affinities(points, PERPLEXITY)
    places = np.random.default_rng(1).normal(0, 2, (60, 2))
    gradient = tsne.find_gradient(affinities, places.astype(np.float32))
    for index in ((0, 0), (7, 1), (59, 0)):
        step = np.zeros((60, 2))
        step[index] = 1e-4
        ahead, behind = (divergence(affinities, places + sign * step) for sign in (1, -1))
        assert gradient[index] == pytest.approx((ahead - behind) / 2e-4, rel=1e-3, abs=1e-6)


def test_exaggeration_multiplies_the_affinities(points):
    affinities = tsne.find_affinities(points, PERPLEXITY)
    places = np.random.default_rng(1).normal(0, 2, (60, 2)).astype(np.float32)
    np.testing.assert_allclose(
        tsne.find_gradient(affinities, places, 12.0),
        tsne.find_gradient(12 * affinities, places),
        atol=1e-6,
    )


def test_groups_stay_together(embedded):
    places, _ = embedded
    distances = cdist(places, places)
    np.fill_diagonal(distances, np.inf)
    assert (distances.argmin(axis=1) // 20 == np.arange(60) // 20).all()
    np.testing.assert_allclose(places.mean(axis=0), 0, atol=1e-4)


def test_the_map_is_better_than_the_principal_axes(points, embedded):
    affinities = tsne.find_affinities(points, 59 / 3)
    places, _ = embedded
    assert divergence(affinities, places) < divergence(affinities, points[:, :2]) / 2


def test_the_same_points_give_the_same_map(points, embedded):
    again = tsne.embed(points, points[:, :2], lambda *_: None)
    np.testing.assert_array_equal(again, embedded[0])


def test_every_step_is_told(embedded):
    _, steps = embedded
    assert steps == [(done, tsne.STEPS) for done in range(tsne.STEPS + 1)]


def test_it_can_be_stopped(points):
    def stop(done, total):
        if done == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        tsne.embed(points, points[:, :2], stop)


def test_points_that_are_equal_do_no_harm():
    same = np.ones((20, 4), np.float32)
    assert np.isfinite(tsne.embed(same, same[:, :2], lambda *_: None)).all()
