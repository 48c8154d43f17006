import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import activations, loss_and_gradient
from nnstudio.insight.distributions import LEVELS, QUANTITIES, distributions

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
