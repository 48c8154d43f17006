import math

import numpy as np
import pytest

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.insight.activation_curve import NoCurveError, activation_curve, nudge, values_of

CURVES = [name for name, kind in ACTIVATIONS.items() if not kind.output_only]


def test_the_sigmoid_is_half_at_0_and_never_steeper_than_a_quarter():
    curve = activation_curve("sigmoid", -8, 8)
    middle = int(np.flatnonzero(curve.z == 0)[0])
    assert curve.a[middle] == 0.5
    assert curve.slope[middle] == curve.slope.max() == 0.25


@pytest.mark.parametrize("activation", CURVES)
def test_the_slope_is_that_of_the_curve(activation):
    # No point is a corner, but for those at 0 that are added.
    curve = activation_curve(activation, -2.9, 3.1, 31)
    assert (np.diff(curve.z) > 0).all()
    assert (curve.z[0], curve.z[-1]) == (-2.9, 3.1)
    away = np.abs(curve.z) > 1e-3
    z, h = curve.z[away], 1e-6
    numeric = (values_of(activation, z + h) - values_of(activation, z - h)) / (2 * h)
    np.testing.assert_allclose(curve.slope[away], numeric, atol=1e-8)


@pytest.mark.parametrize(("activation", "left", "right"), [("relu", 0, 1), ("leaky_relu", 0.01, 1)])
def test_a_corner_is_where_it_is(activation, left, right):
    curve = activation_curve(activation, -1, 0.9, 10)
    at = int(np.flatnonzero(curve.z == 0)[0])
    assert curve.a[at] == 0
    assert (curve.slope[at], curve.slope[at + 1]) == (left, right)


def test_the_jump_of_the_step_is_upright_and_0_belongs_to_its_left():
    curve = activation_curve("step", -1, 1, 8)
    at = int(np.flatnonzero(curve.a == 1)[0])
    assert curve.z[at] - curve.z[at - 1] < 1e-300
    assert curve.z[at - 1] == 0
    assert (curve.slope == 0).all()


def test_a_steep_sigmoid_is_within_a_hundredth_of_the_step_outside_a_narrow_band():
    w, b = 50.0, -10.0
    x = np.linspace(-1, 1, 4001)
    difference = np.abs(values_of("sigmoid", w * x + b) - values_of("step", w * x + b))
    outside = np.abs(x + b / w) > math.log(99) / 50
    assert math.log(99) / 50 == pytest.approx(0.092, abs=5e-4)
    assert difference[outside].max() <= 0.01
    assert difference[~outside].max() > 0.01


def test_a_small_nudge_of_a_sigmoid_is_foreseen_by_its_slope():
    change = nudge("sigmoid", [1.0], 0.0, [0.5], [0.1])
    assert change.predicted == pytest.approx(0.011750, abs=5e-7)
    assert change.real == pytest.approx(0.011676, abs=5e-7)
    assert (change.z, change.z_after) == (0.5, pytest.approx(0.55))


def test_a_step_does_not_move_and_then_at_once():
    step = nudge("step", [1.0], 0.0, [0.5], [0.1])
    assert (step.predicted, step.real) == (0, 0)
    over = nudge("step", [-1.0], 0.0, [0.5], [1.0])
    assert (over.z, over.z_after, over.real) == (-0.5, 0, 0)
    over = nudge("step", [-1.0], 0.0, [0.5], [1.0], 1e-9)
    assert (over.predicted, over.real) == (0, 1)


def test_a_nudge_adds_up_over_weights_and_bias():
    """Of the gradient: ∂a/∂wⱼ = σ′(z) xⱼ, ∂a/∂b = σ′(z)."""
    w, b, x = np.array([0.3, -0.2]), 0.1, np.array([2.0, -1.0])
    change = nudge("tanh", w, b, x, [0.01, 0.02], -0.03)
    slope = 1 - math.tanh(w @ x + b) ** 2
    assert change.predicted == pytest.approx(slope * (0.01 * 2 - 0.02 - 0.03))
    assert change.real == pytest.approx(change.predicted, abs=1e-3)


def test_softmax_is_no_curve():
    with pytest.raises(NoCurveError, match="Softmax is not a curve of one number"):
        activation_curve("softmax", -1, 1)
    with pytest.raises(NoCurveError):
        nudge("softmax", [1.0], 0.0, [1.0], [0.1])
