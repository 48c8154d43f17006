import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.engine.surgery import widen
from nnstudio.insight.likeness import cosines, likeness

NETWORK = Architecture((2, 3, 1), ("relu", "identity"))


def theta_of(rows):
    theta = np.zeros(NETWORK.n_params, np.float32)
    layers = NETWORK.layers(theta)
    layers[0].W[:] = rows
    layers[1].W[:] = 1
    return theta


def test_worked_by_hand():
    """(1, 0), (1, 1), (−2, 0): 1/√2, −1 and −1/√2; the length does not count."""
    found = likeness(NETWORK, theta_of([(1, 0), (1, 1), (-2, 0)]), 0)
    assert list(zip(found.first, found.second, strict=True)) == [(0, 1), (1, 2), (0, 2)]
    np.testing.assert_allclose(found.of_weights, [0.5**0.5, -(0.5**0.5), -1], atol=1e-6)
    assert np.isnan(found.of_activations).all()
    assert found.n_left_out == 0


def test_activations_decide_on_request():
    """Units that look elsewhere say the same where the inputs do not tell them apart."""
    theta = theta_of([(1, 0), (0, 1), (-1, 0)])
    x = np.array([[1, 1], [2, 2], [-1, -1]], np.float32)
    found = likeness(NETWORK, theta, 0, x, by_activations=True)
    assert (found.first[0], found.second[0]) == (0, 1)
    assert found.of_activations[0] == pytest.approx(1)
    assert found.of_weights[0] == pytest.approx(0)
    # ReLU of (1, 2, 0) and of (0, 0, 1): never active together.
    np.testing.assert_allclose(found.of_activations[1:], 0, atol=1e-7)


def test_units_without_a_direction_are_left_out_and_counted():
    found = likeness(NETWORK, theta_of([(1, 0), (0, 0), (2, 0)]), 0)
    assert (found.first.tolist(), found.second.tolist(), found.n_left_out) == ([0], [2], 1)
    dead = likeness(
        NETWORK, theta_of([(1, 0), (-1, 0), (2, 0)]), 0, np.ones((4, 2), np.float32), by_activations=True
    )
    assert (dead.first.tolist(), dead.n_left_out) == ([0], 1)
    assert dead.of_weights[0] == 1


def test_units_that_were_split_are_found():
    network = Architecture.of((5, 4, 3))
    theta = initialise(network, rng=np.random.default_rng(0))
    wider, theta = widen(network, theta, 0, 7, rng=np.random.default_rng(1), noise=0.0)
    x = np.random.default_rng(2).standard_normal((50, 5)).astype(np.float32)
    found = likeness(wider, theta, 0, x, most=4)
    np.testing.assert_allclose(found.of_weights[:3], 1, atol=1e-6)
    np.testing.assert_allclose(found.of_activations[:3], 1, atol=1e-6)
    assert sorted(found.second[:3].tolist()) == [4, 5, 6]
    assert len(found.first) == 4
    assert found.of_weights[3] < 0.99


def test_numbers_of_any_size_have_a_direction():
    found = cosines(np.array([[1e-30, 0], [1e30, 1e30]]))
    assert found[0, 1] == pytest.approx(0.5**0.5)


def test_one_unit_has_no_like():
    network = Architecture.of((2, 1), output="sigmoid")
    assert likeness(network, np.ones(3, np.float32), 0).first.size == 0
