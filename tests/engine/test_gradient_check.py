"""The gradient of every allowed network, and mistakes in it that must not pass."""

import contextlib
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.dropout import Dropout
from nnstudio.engine.gradient_check import (
    GradientCheck,
    central_difference,
    complex_step,
    random_direction,
    sweep_steps,
)
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.initialise import initialise
from nnstudio.engine.layer_passes import LayerPass, OutputPass, Workspace
from nnstudio.engine.losses import LOSSES, LossError, check_pair
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.engine.passes import loss_and_gradient
from nnstudio.engine.penalty import penalty
from nnstudio.engine.training_step import TrainingStep

SEED = 48
EXTENDED = np.finfo(np.longdouble).eps < 1e-18
HIDDEN = [name for name, activation in ACTIVATIONS.items() if not activation.output_only]


def pairs():
    """Return every output with every loss that goes with it, for labels and for targets."""
    found = []
    for loss in LOSSES:
        for output in ACTIVATIONS:
            with contextlib.suppress(LossError):
                check_pair(output, loss)
                found += [(output, loss, kind) for kind in ("labels", "targets")]
    return [pair for pair in found if pair[1:] != ("hinge", "targets")]


PAIRS = pairs()
REGULARISERS = {"none": {}, "l1": {"l1": 0.3}, "l2": {"l2": 0.7}, "both": {"l1": 0.03, "l2": 0.07}}


def example(hidden="tanh", output="softmax", seed=8, kind="labels", n=6, sizes=(3, 4, 3, 3)):
    """Return a network with biases, and n inputs with labels or targets; class 2 never occurs.

    With this seed no layer of ReLUs is dead, so that most derivatives differ from zero.
    """
    rng = np.random.default_rng(seed)
    architecture = Architecture.of(sizes, hidden, output)
    theta = initialise(architecture, rng=rng, dtype=np.float64)
    theta += 0.1 * rng.standard_normal(theta.size)
    x = rng.standard_normal((n, sizes[0]))
    labels = rng.integers(0, 2, n) if kind == "labels" else rng.random((n, 3))
    return architecture, theta, x, labels


def small_example(hidden, output, kind="labels"):
    """Return an example of 26 parameters: each is checked in each network."""
    return example(hidden, output, seed=SEED, kind=kind, n=4, sizes=(2, 3, 2, 3))


def gradient(architecture, theta, x, labels, loss):
    grad = np.empty_like(theta)
    loss_and_gradient(
        architecture, theta, x, labels, loss, grad, Workspace(architecture, len(x), theta.dtype)
    )
    return grad


def regularised_gradient(architecture, theta, x, labels, loss, regulariser):
    """Return the gradient that an optimiser uses: momentum keeps it, at the first step, as its velocity."""
    grad = gradient(architecture, theta, x, labels, loss)
    optimiser = OPTIMISERS["momentum"]
    state = optimiser.initial_state(theta)
    optimiser.step(theta.copy(), grad, state, Hyper(**REGULARISERS[regulariser]))
    return state.moments["velocity"]


def penalty_by_complex_step(theta, regulariser):
    """Return the derivatives of the penalty alone: it is added to the loss of whichever network."""
    asked = theta.tobytes(), regulariser
    if asked not in _PENALTIES:
        steps = theta + 1e-30j * np.eye(theta.size)
        _PENALTIES[asked] = [penalty(point, **REGULARISERS[regulariser]).imag / 1e-30 for point in steps]
    return np.array(_PENALTIES[asked])


_PENALTIES = {}
"""Those that are known: each theta is asked about with every loss."""


@pytest.mark.parametrize(("output", "loss", "kind"), PAIRS)
def test_every_network_against_the_complex_step(output, loss, kind):
    """Each derivative relative to the largest of its gradient, in double precision."""
    for hidden in HIDDEN:
        problem = small_example(hidden, output, kind)
        numeric = complex_step(*problem, loss).numeric
        for regulariser in ("none", "l1", "l2"):
            gradient = regularised_gradient(*problem, loss, regulariser)
            added = penalty_by_complex_step(problem[1], regulariser)
            check = GradientCheck(gradient, numeric + added)
            assert check.worst <= 1e-13, (hidden, regulariser)
            assert np.count_nonzero(check.analytic) > 17 or "step" in (hidden, output)


@pytest.mark.skipif(not EXTENDED, reason="this machine's longdouble is a double")
@pytest.mark.parametrize(("output", "loss", "kind"), PAIRS)
def test_every_derivative_by_itself_against_the_complex_step(output, loss, kind):
    """Each derivative relative to itself, in extended precision; one that is zero is 1e-18 of the largest.

    Double precision cannot show this for every single one: few of its digits are left where the batch
    cancels, and in 1 − a where a unit is saturated.
    """
    for hidden in HIDDEN:
        architecture, theta, *data = small_example(hidden, output, kind)
        problem = (architecture, theta.astype(np.longdouble), *data)
        plain = complex_step(*problem, loss, dtype=np.clongdouble)
        assert plain.analytic.dtype == np.longdouble
        for regulariser in ("none", "both"):
            gradient = regularised_gradient(*problem, loss, regulariser)
            added = penalty_by_complex_step(problem[1], regulariser)
            check = GradientCheck(gradient, plain.numeric + added)
            assert check.analytic.dtype == np.longdouble
            largest = abs(check.analytic).max()
            is_zero = abs(check.analytic) < 1e-18 * largest
            assert check.relative_error[~is_zero].max(initial=0) <= 1e-12, (hidden, regulariser)
            assert (abs(check.numeric[is_zero]) <= 1e-18 * largest).all(), (hidden, regulariser)


@pytest.mark.parametrize(("output", "loss"), [pair[:2] for pair in PAIRS if pair[2] == "labels"])
def test_every_network_against_central_differences(output, loss):
    for hidden in HIDDEN:
        problem = small_example(hidden, output)
        check = central_difference(*problem, loss)
        assert check.worst <= 1e-7, hidden
        direction = random_direction(problem[1].size, rng=np.random.default_rng(5))
        for method in (central_difference, complex_step):
            along = method(*problem, loss, direction=direction)
            assert along.analytic.shape == (1,)
            # A direction may run nearly along a contour: compare with the gradient, not with its share. All
            # units of a hard tanh may be at its bounds, and the gradient 0.
            most = 1e-7 * np.linalg.norm(check.analytic) + 1e-10
            assert abs(along.analytic - along.numeric) <= most, hidden


def test_a_penalty_is_part_of_the_checked_loss():
    problem = example()
    plain = complex_step(*problem, "cross_entropy")
    for check in (complex_step, central_difference):
        result = check(*problem, "cross_entropy", l1=0.1, l2=0.2)
        assert result.worst < 1e-7
        added = result.numeric - plain.numeric
        np.testing.assert_allclose(added, 0.1 * np.sign(problem[1]) + 0.2 * problem[1], atol=1e-9)


@pytest.mark.parametrize("hidden", [name for name in HIDDEN if name != "step"])
@pytest.mark.parametrize(("output", "loss"), [("softmax", "cross_entropy"), ("tanh", "hinge")])
def test_the_step_of_training_with_dropout_and_penalties(hidden, output, loss):
    """The gradient that training uses, with some units and inputs silent, against the complex step."""
    architecture, theta, x, labels = example(hidden, output)
    dropout = Dropout(architecture, len(x), of_inputs=0.2, of_hidden=0.4, dtype=np.float64)
    dropout.draw(len(x), rng=np.random.default_rng(0))
    optimiser, hyper = OPTIMISERS["momentum"], Hyper(l1=0.03, l2=0.07)
    state = optimiser.initial_state(theta)
    step = TrainingStep(architecture, theta.copy(), loss, optimiser, state, hyper, len(x), dropout=dropout)
    step.take(x, labels, 0.1)

    same = Dropout(architecture, len(x), of_inputs=0.2, of_hidden=0.4, dtype=np.complex128)
    for scale, drawn in zip(same.scales, dropout.scales, strict=True):
        scale[...] = drawn
    workspace, numeric = Workspace(architecture, len(x), np.complex128), np.empty_like(theta)
    for i in range(theta.size):
        point = theta.astype(complex)
        point[i] += 1e-30j
        layers, values = architecture.layers(point), x.astype(complex)
        for k in range(len(layers)):
            values = LayerPass(layers, k, workspace, slice(len(x)), dropout=same).forward(values)
        value = OutputPass(workspace, slice(len(x)), loss).loss(labels) + penalty(point, l1=0.03, l2=0.07)
        numeric[i] = value.imag / 1e-30
    assert GradientCheck(state.moments["velocity"], numeric).worst <= 1e-13


def test_the_pass_itself_runs_on_complex_numbers():
    architecture, theta, x, labels = example()
    direction = random_direction(theta.size, rng=np.random.default_rng(1))
    grad, workspace = np.empty(theta.size, complex), Workspace(architecture, 9, np.complex128)
    shifted = theta + 1e-30j * direction
    loss = loss_and_gradient(architecture, shifted, x, labels, "cross_entropy", grad, workspace)
    assert loss.imag / 1e-30 == pytest.approx(grad.real @ direction, rel=1e-12)


def test_a_batch_of_one():
    assert complex_step(*example(n=1), "cross_entropy").worst <= 1e-14


def test_chosen_coordinates_are_those_of_the_whole():
    problem = example()
    everything = complex_step(*problem, "cross_entropy")
    some = complex_step(*problem, "cross_entropy", coordinates=[3, 40, -1])
    assert (some.numeric == everything.numeric[[3, 40, -1]]).all()
    assert (some.analytic == everything.analytic[[3, 40, -1]]).all()


def test_single_precision_is_checked_at_the_same_point():
    architecture, theta, x, labels = example()
    single = theta.astype(np.float32)
    grad = gradient(architecture, single, x.astype(np.float32), labels, "cross_entropy")
    check = complex_step(architecture, single, x, labels, "cross_entropy", analytic=grad)
    assert 1e-9 < check.worst < 1e-5


def test_theta_is_left_alone():
    architecture, theta, x, labels = example()
    before = theta.copy()
    complex_step(architecture, theta, x, labels, "cross_entropy")
    central_difference(architecture, theta, x, labels, "cross_entropy")
    assert (theta == before).all()


def test_no_coordinates_have_no_error():
    assert complex_step(*example(), "cross_entropy", coordinates=[]).worst == 0


def test_directions_that_are_none_are_refused():
    problem = example()
    with pytest.raises(IndexError):
        complex_step(*problem, "cross_entropy", coordinates=[problem[1].size])
    with pytest.raises(ValueError, match="theta's shape"):
        complex_step(*problem, "cross_entropy", direction=np.ones(1))
    with pytest.raises(ValueError, match="not both"):
        complex_step(*problem, "cross_entropy", coordinates=[0], direction=problem[1])


def without_a_bias(architecture, grad, n):
    grad[architecture.blocks[3].start : architecture.blocks[3].stop] = 0


def without_the_mean(architecture, grad, n):
    grad *= n


def with_a_transposed_block(architecture, grad, n):
    layer = architecture.layers(grad)[1]
    layer.W[:, :3] = layer.W[:, :3].T.copy()


@pytest.mark.parametrize("mistake", [without_a_bias, without_the_mean, with_a_transposed_block])
@pytest.mark.parametrize("check", [complex_step, central_difference])
def test_mistakes_in_the_gradient_are_caught(check, mistake):
    architecture, theta, x, labels = example()
    grad = gradient(architecture, theta, x, labels, "cross_entropy")
    mistake(architecture, grad, len(x))
    direction = random_direction(theta.size, rng=np.random.default_rng(6))
    for along in (None, direction):
        result = check(architecture, theta, x, labels, "cross_entropy", direction=along, analytic=grad)
        assert result.worst > 1e-3


def _mask_reversed(delta, z, a):
    delta *= a <= 0


def _mask_forgotten(delta, z, a):
    pass


def _slope_of_the_square(delta, z, a):
    delta *= 1 - a


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("relu", _mask_reversed),
        ("relu", _mask_forgotten),
        ("tanh", _slope_of_the_square),
        ("sigmoid", _mask_forgotten),
    ],
)
def test_a_wrong_derivative_is_caught(monkeypatch, name, wrong):
    monkeypatch.setitem(ACTIVATIONS, name, replace(ACTIVATIONS[name], times_derivative=wrong))
    assert complex_step(*example(name), "cross_entropy").worst > 1e-3
    assert central_difference(*example(name), "cross_entropy").worst > 1e-3


def sweep_problem():
    rng = np.random.default_rng(0)
    architecture = Architecture.of((3, 4, 2), hidden="tanh")
    theta = initialise(architecture, rng=rng, dtype=np.float64)
    return architecture, theta, rng.standard_normal((5, 3)), rng.integers(0, 2, 5), "cross_entropy"


@pytest.mark.parametrize("check", [complex_step, central_difference])
def test_chosen_weights_are_checked_in_their_order(check):
    problem = sweep_problem()
    architecture = problem[0]
    chosen = [architecture.coordinate("layers.1.bias", 1), architecture.coordinate("layers.0.weight", 3, 2)]
    found = check(*problem, coordinates=chosen)
    np.testing.assert_allclose(found.analytic, gradient(*problem)[chosen], rtol=1e-12)
    np.testing.assert_allclose(found.analytic, found.numeric, rtol=1e-6)
    larger = np.maximum(abs(found.analytic), abs(found.numeric))
    assert (found.relative_error == abs(found.analytic - found.numeric) / larger).all()


def test_a_mistake_shows_in_its_own_derivative_alone():
    problem = sweep_problem()
    architecture = problem[0]
    grad = gradient(*problem)
    grad[architecture.coordinate("layers.0.weight", 2, 1)] *= 1.01
    wrong = np.flatnonzero(complex_step(*problem, analytic=grad).relative_error > 1e-3)
    assert [architecture.locate(k) for k in wrong.tolist()] == [("layers.0.weight", (2, 1))]


def test_central_differences_have_a_best_step_and_the_complex_step_has_none():
    steps = 10.0 ** -np.arange(1, 14)
    sweep = sweep_steps(*sweep_problem(), steps)
    assert (sweep.h == steps).all()
    best = sweep.central.argmin()
    assert 1e-7 < steps[best] < 1e-3
    assert sweep.central[best] < 1e-8
    # A tenth of a large step is a hundredth of the error.
    assert sweep.central[0] / sweep.central[1] == pytest.approx(100, rel=0.1)
    assert sweep.complex[0] / sweep.complex[1] == pytest.approx(100, rel=0.1)
    assert sweep.central[-1] > 1e-5
    assert sweep.complex[-5:].max() < 1e-14


@pytest.mark.parametrize("h", [0.0, -1.0, np.nan, [1e-3, np.inf]])
def test_steps_are_above_zero(h):
    with pytest.raises(ValueError, match="above 0"):
        sweep_steps(*sweep_problem(), h)
