from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.descents import bowl, descend, gradient_spread, moved, with_scaled_inputs
from nnstudio.insight.directions import weight_direction
from nnstudio.insight.line_fit import curvature
from nnstudio.insight.loss_surface import LossQuestion, LossSurface, gradient_of, sample_slopes
from tests.insight.test_loss_surface import question

ANSCOMBE_X = np.array([10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5], float)
ANSCOMBE_Y = np.array([8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68])
BOTH = [weight_direction(2, 0), weight_direction(2, 1)]


def line(x=ANSCOMBE_X, y=ANSCOMBE_Y, theta=(0.0, 0.0)):
    """The loss of a line m x + b on points."""
    architecture = Architecture.of((1, 1), output="identity")
    return LossQuestion(architecture, np.array(theta), x[:, None], y[:, None], "squared_error")


def run(*args, **kwargs):
    return list(descend(*args, **kwargs))[-1]


def test_batch_descent_on_a_parabola_is_a_power_of_a_matrix():
    asked = line()
    found = run(asked, BOTH, (0.3, 0.2), 0.01, 20, 11)
    H, g = bowl(asked, BOTH).hessian, gradient_of(asked)
    lowest = -np.linalg.solve(H, g)
    shrunk = np.linalg.matrix_power(np.eye(2) - 0.01 * H, 20)
    assert found.coefficients[-1] == pytest.approx(lowest + shrunk @ (np.array((0.3, 0.2)) - lowest))
    assert found.losses[-1] == pytest.approx(LossSurface(asked, BOTH).at(found.coefficients[-1]))
    assert not found.has_diverged


@pytest.mark.parametrize(("factor", "grows"), [(0.999, False), (1.001, True)])
def test_batch_descent_diverges_above_2_by_the_largest_eigenvalue(factor, grows):
    asked = line()
    shape = bowl(asked, BOTH)
    lowest = -np.linalg.solve(shape.hessian, gradient_of(asked))
    start = lowest + np.linalg.eigh(shape.hessian)[1][:, -1]
    found = run(asked, BOTH, start, factor * shape.largest_rate, 200, 11)
    assert (found.losses[-1] > found.losses[0]) == grows


def test_the_largest_rate_and_the_condition_are_those_of_the_line():
    shape, known = bowl(line(), BOTH), curvature(ANSCOMBE_X[:, None])
    assert shape.largest_rate == pytest.approx(known.largest_rate)
    assert shape.largest_rate == pytest.approx(0.021765, rel=1e-4)
    assert shape.condition == pytest.approx(844, rel=1e-3)


def test_scaled_inputs_make_the_bowl_round_and_keep_the_function():
    asked = line(theta=(0.5, 3.0))
    scaled = with_scaled_inputs(asked)
    shape = bowl(scaled, BOTH)
    assert shape.condition == pytest.approx(1)
    assert shape.largest_rate == pytest.approx(2)
    assert LossSurface(scaled, BOTH).at((0, 0)) == pytest.approx(LossSurface(asked, BOTH).at((0, 0)))
    held = question()
    held = replace(held, architecture=replace(held.architecture, has_biases=False))
    for layer in held.architecture.layers(held.theta):
        layer.b[...] = 0
    same = with_scaled_inputs(held)
    assert LossSurface(same, []).at(()) == pytest.approx(LossSurface(held, []).at(()))
    assert not held.architecture.layers(same.theta)[0].b.any()


def test_a_valley_without_an_end_has_no_condition():
    shape = bowl(line(np.full(3, 2.0), np.arange(3.0)), BOTH)
    assert shape.condition == np.inf
    flat = bowl(line(np.zeros(3), np.arange(3.0)), BOTH[:1])
    assert flat.largest_rate == np.inf


def test_each_epoch_takes_every_sample_once_in_an_order_of_the_seed():
    asked = line()
    found = run(asked, BOTH, (0, 0), 1e-9, 11, 1, seed=3)
    steps = np.diff(found.coefficients, axis=0) / -1e-9
    slopes = sample_slopes(asked, BOTH)
    assert np.sort(steps[:, 0]) == pytest.approx(np.sort(slopes[:, 0]), rel=1e-4)
    assert (run(asked, BOTH, (0, 0), 1e-9, 11, 1, seed=3).coefficients == found.coefficients).all()
    assert (run(asked, BOTH, (0, 0), 1e-9, 11, 1, seed=4).coefficients != found.coefficients).any()
    last_of_epoch = run(asked, BOTH, (0, 0), 1e-9, 3, 4)
    assert len(last_of_epoch.losses) == 4


def test_a_descent_that_diverges_ends_early():
    found = run(line(), BOTH, (1, 1), 1e3, 100, 11)
    assert found.has_diverged
    assert len(found.losses) < 100
    assert np.isfinite(found.losses).all()


@pytest.mark.parametrize("m", [1, 2, 3, 6])
def test_the_spread_of_a_batch_gradient_is_that_of_all_batches(m):
    slopes = sample_slopes(question(n=6), [np.ones(59), np.arange(59.0)])
    batches = [slopes[list(rows)].mean(axis=0) for rows in combinations(range(6), m)]
    off = np.array(batches) - slopes.mean(axis=0)
    assert gradient_spread(slopes, m) == pytest.approx(np.sqrt((off**2).sum(axis=1).mean()), abs=1e-12)


def test_another_place_is_the_network_there():
    asked = question()
    direction = weight_direction(asked.theta.size, 4)
    assert moved(asked, [direction], [0.5]).theta[4] == pytest.approx(asked.theta[4] + 0.5)
