import numpy as np
import pytest

from nnstudio.data.problem import Samples
from nnstudio.engine.passes import predict
from nnstudio.insight.comparison import agreement, between, distances, measured_along
from tests.insight.networks import network

SIZES = (5, 7, 6, 3)


@pytest.fixture
def pair():
    architecture, theta, _ = network("relu", sizes=SIZES)
    rng = np.random.default_rng(3)
    first = theta.astype(np.float32)
    second = first + 0.3 * rng.standard_normal(first.size).astype(np.float32)
    x = rng.standard_normal((1500, 5)).astype(np.float32)
    return architecture, first, second, Samples(x, rng.integers(0, 3, 1500))


def test_agreement_counts_every_sample_once(pair):
    architecture, first, second, samples = pair
    *_, found = agreement((architecture, first), (architecture, second), samples)
    a, b = (predict(architecture, theta, samples.x).argmax(axis=1) for theta in (first, second))
    t = samples.labels
    assert found.n == 1500
    assert found.n_same == (a == b).sum() < 1500
    assert (found.n_first, found.n_second) == ((a == t).sum(), (b == t).sum())
    assert found.n_only_first == ((a == t) & (b != t)).sum() > 0
    assert found.n_first - found.n_only_first == found.n_second - found.n_only_second


def test_networks_of_different_shapes_are_compared(pair):
    architecture, first, _, samples = pair
    other, theta, _ = network("tanh", sizes=(5, 4, 3))
    *_, found = agreement((architecture, first), (other, theta.astype(np.float32)), samples)
    assert found.n == 1500


def test_distances_are_those_of_the_weights(pair):
    architecture, first, second, _ = pair
    for (apart, share), a, b in zip(
        distances(architecture, first, second),
        architecture.layers(first),
        architecture.layers(second),
        strict=True,
    ):
        assert apart == pytest.approx(np.linalg.norm(b.W - a.W), rel=1e-5)
        assert share == pytest.approx(apart / np.linalg.norm(a.W), rel=1e-5)
    assert distances(architecture, first * 0, second)[0][1] == 0.0


def test_the_way_between_two_networks_begins_and_ends_with_them(pair):
    architecture, first, second, samples = pair
    thetas = list(between(first, second, (0.0, 0.5, 1.0)))
    assert (thetas[0] == first).all()
    assert (thetas[2] == second).all()
    *_, found = measured_along(architecture, thetas, samples, "cross_entropy")
    right = (predict(architecture, second, samples.x).argmax(axis=1) == samples.labels).mean()
    assert found[2].accuracy == pytest.approx(right)
    assert len(found) == 3


def test_networks_of_numbers_are_compared_by_their_distance_to_the_right_ones_and_each_other(pair):
    architecture, first, second, samples = pair
    targets = np.random.default_rng(4).standard_normal((1500, 3)).astype(np.float32)
    *_, found = agreement((architecture, first), (architecture, second), Samples(samples.x, targets))
    a, b = (predict(architecture, theta, samples.x).astype(np.float64) for theta in (first, second))
    assert found.n == 1500
    assert found.rmse_first == pytest.approx(np.sqrt(((a - targets) ** 2).mean()))
    assert found.rmse_second == pytest.approx(np.sqrt(((b - targets) ** 2).mean()))
    assert found.apart == pytest.approx(np.sqrt(((a - b) ** 2).mean()))
    j = 0.5 * ((a - targets) ** 2).sum(axis=1).mean()
    assert found.half_mean_square(found.rmse_first) == pytest.approx(j)
