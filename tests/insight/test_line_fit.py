import math

import numpy as np
import pytest

from nnstudio.data.curves import CURVES, curve_points
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.least_squares import FitError, fit_linear
from nnstudio.engine.passes import loss_and_gradient
from nnstudio.insight.line_fit import (
    best_linear_model,
    curvature,
    descent_step,
    fit_remark,
    linear_model,
    point_statistics,
    standardised,
)

THREE = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0])


def anscombe(number):
    """The printed decimals, which float32 rounds."""
    x, y = curve_points(CURVES[f"curve-anscombe-{number}"], rng=np.random.default_rng(0))
    return x.astype(float), y[:, 0].astype(float).round(2)


@pytest.mark.parametrize(
    ("number", "slope", "intercept", "r", "sse", "mean_y", "variance_y"),
    [
        (1, 0.500091, 3.000091, 0.816421, 13.7627, 7.5009, 4.1273),
        (2, 0.500000, 3.000909, 0.816237, 13.7763, 7.5009, 4.1276),
        (3, 0.499727, 3.002455, 0.816287, 13.7562, 7.5000, 4.1226),
        (4, 0.499909, 3.001727, 0.816521, 13.7425, 7.5009, 4.1232),
    ],
)
def test_anscombes_four(number, slope, intercept, r, sse, mean_y, variance_y):
    x, y = anscombe(number)
    model, statistics = best_linear_model(x, y), point_statistics(x[:, 0], y)
    assert model.slopes[0] == pytest.approx(slope, abs=5e-7)
    assert model.intercept == pytest.approx(intercept, abs=5e-7)
    assert model.sse == pytest.approx(sse, abs=5e-5)
    assert model.loss == pytest.approx(sse / 22, abs=5e-6)
    assert model.r_squared == pytest.approx(statistics.r**2, rel=1e-12)
    assert statistics.r == pytest.approx(r, abs=5e-7)
    assert (statistics.mean_x, statistics.variance_x) == (9, 11)
    assert statistics.mean_y == pytest.approx(mean_y, abs=5e-5)
    assert statistics.variance_y == pytest.approx(variance_y, abs=5e-5)


def test_anscombes_second_is_a_parabola_and_the_third_a_line_but_for_one_point():
    x, y = anscombe(2)
    parabola = best_linear_model(np.column_stack((x**2, x)), y)
    np.testing.assert_allclose(
        [*parabola.slopes, parabola.intercept], [-0.12671, 2.78084, -5.99573], atol=5e-6
    )
    assert parabola.sse == pytest.approx(2.2e-5, abs=5e-7)
    x, y = anscombe(3)
    assert (x[2, 0], y[2]) == (13, 12.74)
    line = best_linear_model(np.delete(x, 2, axis=0), np.delete(y, 2))
    assert line.slopes[0] == pytest.approx(0.345390, abs=5e-7)
    assert line.intercept == pytest.approx(4.005649, abs=5e-7)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_largest_rate_and_the_condition_of_anscombes(number):
    x, _ = anscombe(number)
    raw, scaled = curvature(x), curvature(standardised(x))
    assert raw.largest_rate == pytest.approx(0.021765, abs=5e-7)
    assert raw.condition == pytest.approx(844, abs=0.5)
    assert scaled.largest_rate == pytest.approx(2, rel=1e-12)
    assert scaled.condition == pytest.approx(1, rel=1e-12)


def test_the_closed_form_from_its_sums():
    x, y = anscombe(4)
    sums = point_statistics(x[:, 0], y)
    n = sums.n
    slope = (n * sums.sum_xy - sums.sum_x * sums.sum_y) / (n * sums.sum_xx - sums.sum_x**2)
    model = best_linear_model(x, y)
    assert model.slopes[0] == pytest.approx(slope, rel=1e-12)
    assert model.intercept == pytest.approx((sums.sum_y - slope * sums.sum_x) / n, rel=1e-12)
    assert sums.sum_yy == pytest.approx(float((y**2).sum()), rel=1e-14)


def test_three_points_by_hand():
    """(0, 1), (1, 3), (2, 5) and ŷ = 2x: every residual is 1."""
    x, y = THREE
    model = linear_model(x, y, [2.0], 0.0)
    assert model.residuals.tolist() == [1, 1, 1]
    assert (model.sse, model.loss) == (3, 0.5)
    assert model.gradient.tolist() == [-1, -1]
    assert model.r_squared == pytest.approx(1 - 3 / 8)
    step = descent_step(x, y, model, 0.1)
    assert step.after.slopes.tolist() == [2.1]
    assert step.after.intercept == 0.1
    assert step.after.loss == pytest.approx(0.32333, abs=5e-6)
    assert step.predicted_fall == pytest.approx(0.2, rel=1e-14)
    assert step.real_fall == pytest.approx(0.17667, abs=5e-6)
    assert curvature(x).largest_rate == pytest.approx(0.8377, abs=5e-5)
    np.testing.assert_allclose(curvature(x).hessian, [[5 / 3, 1], [1, 1]], rtol=1e-15)


def test_the_gradient_is_that_of_the_network():
    x, y = anscombe(1)
    model = linear_model(x, y, [0.3], 1.0)
    network, theta, grad = Architecture.of((1, 1), output="identity"), np.array([0.3, 1.0]), np.empty(2)
    loss = loss_and_gradient(
        network, theta, x, y[:, None], "squared_error", grad, Workspace(network, 11, float)
    )
    assert model.loss == pytest.approx(loss, rel=1e-14)
    np.testing.assert_allclose(model.gradient, grad, rtol=1e-13)


@pytest.mark.parametrize(("factor", "falls"), [(0.999, True), (1.001, False)])
def test_descent_diverges_beyond_the_largest_rate_alone(factor, falls):
    x, y = anscombe(1)
    rate = factor * curvature(x).largest_rate
    model = first = linear_model(x, y, [0.0], 0.0)
    for _ in range(3_000):
        model = descent_step(x, y, model, rate).after
    assert (model.loss < first.loss) == falls
    assert falls or model.loss > 100 * first.loss


def test_points_far_from_zero_keep_their_correlation():
    x = 1e8 + np.arange(5.0)
    assert point_statistics(x, 3 * (x - 1e8) - 1).r == pytest.approx(1, rel=1e-14)
    assert point_statistics(x, x).variance_x == 2.5


def test_what_never_changes_has_no_correlation():
    x = np.array([0.1, 0.1, 0.1])
    y = np.array([1.0, 2.0, 4.0])
    assert math.isnan(point_statistics(x, y).r)
    assert math.isnan(point_statistics(y, x).r)
    assert math.isnan(linear_model(y[:, None], x, [0.0], 0.1).r_squared)
    assert math.isnan(point_statistics(x[:1], y[:1]).variance_x)
    assert curvature(x[:, None]).condition == math.inf


@pytest.mark.parametrize(
    ("x", "sentence"),
    [
        ([[0.1], [0.1], [0.1]], "x never changes; every slope fits equally. The flattest is drawn."),
        ([[3]], "There is one point; every slope fits equally. The flattest is drawn."),
        ([[3], [4]], "There are two points; the line passes through both, whatever the noise."),
        ([[3], [4], [4]], ""),
        ([[1, 2]], "There is one point; every plane through it fits equally. The flattest is drawn."),
        (
            [[1, 2], [2, 4], [3, 6]],
            "All points lie on one line; many planes fit equally. The flattest is drawn.",
        ),
        ([[1, 2], [1, 2]], "All points lie at one place; every slope fits equally. The flattest is drawn."),
        ([[0, 0], [1, 0], [0, 1]], "There are three points; the plane passes through all of them, whatever"),
        ([[0, 0], [1, 0], [0, 1], [1, 1]], ""),
    ],
)
def test_points_that_do_not_determine_the_fit_are_told(x, sentence):
    remark = fit_remark(np.array(x, float))
    assert remark.startswith(sentence)
    assert bool(remark) == bool(sentence)


def test_the_flattest_line_through_points_above_each_other_is_level():
    model = best_linear_model(np.full((3, 1), 0.1), np.array([1.0, 2.0, 6.0]))
    assert model.slopes[0] == 0
    assert model.intercept == pytest.approx(3, rel=1e-15)


def test_the_plane_through_points_over_two_inputs():
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (30, 2))
    y = 3 * x[:, 0] - 2 * x[:, 1] + 0.5
    exact, noisy = best_linear_model(x, y), best_linear_model(x, y + 0.1 * rng.standard_normal(30))
    np.testing.assert_allclose([*exact.slopes, exact.intercept], [3, -2, 0.5], rtol=1e-13)
    assert exact.r_squared == pytest.approx(1, rel=1e-14)
    np.testing.assert_allclose(noisy.gradient, 0, atol=1e-14)
    assert noisy.loss == pytest.approx(fit_linear(x, y + noisy.residuals).loss, rel=1e-9)
    assert curvature(x).eigenvalues[-1] == pytest.approx(np.linalg.eigvalsh(curvature(x).hessian)[-1])


def test_no_points_have_no_line():
    with pytest.raises(FitError, match="at least one"):
        best_linear_model(np.zeros((0, 1)), np.zeros(0))
