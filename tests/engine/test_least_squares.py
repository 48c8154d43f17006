import numpy as np
import pytest

from nnstudio.engine.hyper import Hyper
from nnstudio.engine.initialise import initialise
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.least_squares import FitError, fit_linear
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.engine.passes import loss_and_gradient, predict


def plane(n=40, noise=0.1, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (n, 2))
    return x, 3 * x[:, 0] - 2 * x[:, 1] + 0.5 + noise * rng.standard_normal(n)


def test_a_line_by_hand():
    """Through (0, 0), (1, 2), (2, 1): slope ½, and ½ at 0; residuals ½, −1, ½."""
    fit = fit_linear(np.array([[0.0], [1.0], [2.0]]), np.array([0.0, 2.0, 1.0]))
    assert fit.W[0, 0] == pytest.approx(0.5, rel=1e-14)
    assert fit.b[0] == pytest.approx(0.5, rel=1e-14)
    assert fit.loss == pytest.approx(0.5 * 1.5 / 3, rel=1e-14)
    assert fit.rank == 1


def test_an_exact_plane_is_found_exactly():
    x, targets = plane(noise=0.0)
    fit = fit_linear(x, targets)
    np.testing.assert_allclose(fit.W, [[3, -2]], rtol=1e-13)
    np.testing.assert_allclose(fit.b, [0.5], rtol=1e-13)
    assert fit.loss < 1e-28


def test_the_network_of_the_fit_has_its_loss_and_no_gradient():
    x, targets = plane()
    fit = fit_linear(x, targets)
    grad, workspace = np.empty(3), Workspace(fit.architecture, len(x), np.float64)
    loss = loss_and_gradient(
        fit.architecture, fit.theta, x, targets[:, None], "squared_error", grad, workspace
    )
    assert loss == pytest.approx(fit.loss, rel=1e-13)
    assert abs(grad).max() < 1e-15
    np.testing.assert_allclose(predict(fit.architecture, fit.theta, x), x @ fit.W.T + fit.b, rtol=1e-13)


def test_descent_without_hidden_layers_reaches_the_fit():
    x, targets = plane()
    fit = fit_linear(x, targets)
    theta = initialise(fit.architecture, rng=np.random.default_rng(1), dtype=np.float64)
    grad, workspace = np.empty(3), Workspace(fit.architecture, len(x), np.float64)
    optimiser = OPTIMISERS["sgd"]
    state, hyper = optimiser.initial_state(theta), Hyper(learning_rate=0.5)
    for _ in range(400):
        loss = loss_and_gradient(
            fit.architecture, theta, x, targets[:, None], "squared_error", grad, workspace
        )
        optimiser.step(theta, grad, state, hyper)
    np.testing.assert_allclose(theta, fit.theta, rtol=1e-10)
    assert loss == pytest.approx(fit.loss, rel=1e-12)


def test_nearly_parallel_inputs_keep_their_digits():
    """The normal equations would square a condition number of 1e9 and leave none."""
    rng = np.random.default_rng(2)
    first = rng.uniform(-1, 1, 50)
    x = np.column_stack([first, first + 1e-9 * rng.standard_normal(50)])
    fit = fit_linear(x, x @ [1.0, 1.0] + 7)
    np.testing.assert_allclose(x @ fit.W[0] + fit.b, x @ [1.0, 1.0] + 7, rtol=1e-14)
    np.testing.assert_allclose(fit.W, [[1, 1]], rtol=1e-5)


def test_inputs_far_from_zero_keep_their_digits():
    x = 1e8 + np.arange(10.0)[:, None]
    fit = fit_linear(x, 2 * (x[:, 0] - 1e8))
    assert fit.W[0, 0] == pytest.approx(2, rel=1e-14)


def test_several_outputs_are_several_fits():
    x, targets = plane()
    both = fit_linear(x, np.column_stack([targets, -targets]))
    one = fit_linear(x, targets)
    np.testing.assert_allclose(both.W, [one.W[0], -one.W[0]], rtol=1e-12)
    assert both.loss == pytest.approx(2 * one.loss, rel=1e-12)


def test_of_many_planes_the_flattest():
    fit = fit_linear(np.array([[1.0, 1.0], [2.0, 2.0]]), np.array([2.0, 4.0]))
    np.testing.assert_allclose(fit.W, [[1, 1]], rtol=1e-14)
    assert fit.rank == 1
    alone = fit_linear(np.array([[3.0, 4.0]]), np.array([5.0]))
    assert (alone.W == 0).all()
    assert alone.b.tolist() == [5]


def test_an_input_that_never_changes_has_no_slope():
    """The mean of three times 0.1 is not 0.1, and the difference is not an input."""
    fit = fit_linear(np.full((3, 1), 0.1), np.array([0.7, 5.1, -2.3]))
    assert (fit.W[0, 0], fit.rank) == (0, 0)
    beside = fit_linear(np.array([[0.1, 0.0], [0.1, 1.0], [0.1, 2.0]]), np.array([1.0, 3.0, 5.0]))
    np.testing.assert_allclose(beside.W, [[0, 2]], atol=1e-14)
    assert beside.rank == 1


@pytest.mark.parametrize(
    ("x", "targets"),
    [([[1.0]], [1.0, 2.0]), ([1.0], [1.0]), (np.zeros((0, 1)), []), ([[np.nan]], [1.0]), ([[1.0]], [np.inf])],
)
def test_what_has_no_fit_is_refused(x, targets):
    with pytest.raises(FitError, match="A fit needs"):
        fit_linear(np.array(x), np.array(targets))
