"""Damage to a network: what is changed, what stays, and that more noise is more of the same."""

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.surgery import SurgeryError
from nnstudio.insight.breaking import MOST_NOISE, Breaker, Damage

NETWORK = Architecture.of((20, 10, 3))


@pytest.fixture
def theta():
    theta = np.random.default_rng(0).normal(size=NETWORK.n_params).astype(np.float32)
    NETWORK.layers(theta)[0].W[0] = 0
    return theta


@pytest.fixture
def breaker(theta):
    return Breaker(NETWORK, theta, rng=np.random.default_rng(1))


def change(breaker, **damage):
    return NETWORK.layers(breaker.apply(Damage(**damage)) - breaker.theta)


def test_without_damage_nothing_changes(breaker, theta):
    np.testing.assert_array_equal(breaker.apply(Damage()), theta)
    assert Damage().is_none


def test_noise_is_in_units_of_the_layer_and_spares_what_was_cut(breaker, theta):
    for layer, whole in zip(change(breaker, noise=0.5), NETWORK.layers(theta), strict=True):
        kept = whole.W != 0
        assert np.std(layer.W[kept]) == pytest.approx(0.5 * whole.W.std(), rel=0.3)
        assert not layer.W[~kept].any()
        assert not layer.b.any()
    half, all_of_it = (change(breaker, noise=noise)[0].W for noise in (0.5, 1.0))
    np.testing.assert_allclose(2 * half, all_of_it, atol=1e-5)


def test_biases_and_one_layer_alone(breaker, theta):
    first, second = NETWORK.layers(breaker.apply(Damage(has_no_biases=True, off=frozenset((1,)))))
    assert not first.b.any()
    assert not second.b.any()
    assert not second.W.any()
    np.testing.assert_array_equal(first.W, NETWORK.layers(theta)[0].W)


def test_shuffled_weights_are_the_same_in_another_order(breaker, theta):
    first, second = NETWORK.layers(breaker.apply(Damage(shuffled=frozenset((0,)))))
    before = NETWORK.layers(theta)
    assert (first.W != before[0].W).any()
    np.testing.assert_array_equal(np.sort(first.W, axis=None), np.sort(before[0].W, axis=None))
    np.testing.assert_array_equal(second.W, before[1].W)


def test_noise_does_not_wake_a_layer_that_is_off(breaker):
    theta = breaker.apply(Damage(noise=2.0, off=frozenset((0,))))
    assert not NETWORK.layers(theta)[0].W.any()


@pytest.mark.parametrize("noise", [-0.1, MOST_NOISE + 1, np.nan, np.inf])
def test_noise_that_cannot_be_is_refused(noise):
    with pytest.raises(SurgeryError, match="noise"):
        Damage(noise=noise)


def test_a_layer_that_is_not_there_is_refused(breaker):
    with pytest.raises(SurgeryError, match="no layer 2"):
        breaker.apply(Damage(off=frozenset((2,))))
