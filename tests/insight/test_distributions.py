import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import activations, loss_and_gradient
from nnstudio.insight.distributions import LEVELS, QUANTITIES, DistributionHistory, distributions

ARCHITECTURE = Architecture.of((6, 7, 5, 4))
RNG = np.random.default_rng(2)
THETA = initialise(ARCHITECTURE, rng=RNG).astype(np.float32)
X, LABELS = RNG.random((40, 6)).astype(np.float32), RNG.integers(0, 4, 40)


def test_holds_quantiles_of_weights_activations_and_gradients_of_each_layer():
    found = distributions(ARCHITECTURE, THETA, X, LABELS, "cross_entropy")
    grad = np.empty_like(THETA)
    loss_and_gradient(ARCHITECTURE, THETA, X, LABELS, "cross_entropy", grad, Workspace(ARCHITECTURE, len(X)))
    trace = activations(ARCHITECTURE, THETA, X)
    for k in range(3):
        expected = {
            "weights": ARCHITECTURE.layers(THETA)[k].W,
            "activations": trace.a[k + 1],
            "gradients": np.abs(ARCHITECTURE.layers(grad)[k].W),
        }
        for quantity in QUANTITIES:
            np.testing.assert_allclose(
                found[quantity][k], np.quantile(expected[quantity], LEVELS), rtol=1e-4, atol=1e-6
            )


def test_of_very_many_values_the_extremes_are_exact_and_the_rest_close():
    architecture = Architecture.of((784, 400, 4))
    theta = RNG.standard_normal(architecture.n_params).astype(np.float32)
    architecture.layers(theta)[0].W[3, 5] = 99.0
    x = RNG.random((3, 784)).astype(np.float32)
    found = distributions(architecture, theta, x, np.zeros(3, int), "cross_entropy")["weights"][0]
    W = architecture.layers(theta)[0].W
    assert found[-1] == 99.0
    assert found[0] == W.min()
    np.testing.assert_allclose(found[1:-1], np.quantile(W, LEVELS[1:-1]), atol=0.03)


def test_overflow_is_no_number_and_no_warning():
    found = distributions(ARCHITECTURE, np.full_like(THETA, 1e30), X, LABELS, "cross_entropy")
    assert not np.isfinite(found["activations"]).all()


def one(value):
    return {quantity: np.full((3, len(LEVELS)), value) for quantity in QUANTITIES}


def test_history_keeps_every_moment_in_order():
    history = DistributionHistory(most=8)
    for k in range(5):
        history.append(0.5 * k, one(k))
    assert history.epochs.tolist() == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert history.values("weights", 1)[:, 0].tolist() == [0, 1, 2, 3, 4]


def test_a_long_history_is_thinned_evenly_and_keeps_first_and_last():
    history = DistributionHistory(most=8)
    for k in range(1000):
        history.append(float(k), one(k))
        assert len(history) <= 8
        assert history.epochs[-1] == k
    epochs = history.epochs
    assert epochs[0] == 0
    gaps = np.diff(epochs)[:-1]
    assert gaps.min() == pytest.approx(gaps.max())


def test_a_run_that_goes_back_forgets_what_came_after():
    history = DistributionHistory(most=8)
    for k in (0.0, 1.0, 2.0, 1.5):
        history.append(k, one(k))
    assert history.epochs.tolist() == [0.0, 1.0, 1.5]


def test_what_is_not_finite_is_left_out():
    history = DistributionHistory(most=8)
    history.append(0.0, one(np.nan))
    assert len(history) == 0
