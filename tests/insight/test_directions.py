from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.difference_quotient import BatchLoss, DifferenceError, free_gradient
from nnstudio.insight.directions import (
    STEPS,
    descent,
    direction_report,
    downhill,
    slopes_along_random,
    step_falls,
    toward,
    trained_direction,
    weight_direction,
)
from tests.insight.networks import batch_question


@pytest.fixture(scope="module")
def question():
    return batch_question()


def last(question, n=1000, seed=0):
    *_, found = slopes_along_random(question, np.random.default_rng(seed), n)
    return found


def test_no_direction_of_length_1_is_steeper_than_the_gradient(question):
    found = last(question)
    assert len(found.slopes) == 1000
    assert np.abs(found.slopes).max() < found.norm
    grad = question.gradient()
    assert found.norm == pytest.approx(np.linalg.norm(grad))
    assert downhill(grad) @ grad == pytest.approx(-found.norm)


def test_the_mean_cosine_is_that_of_22_dimensions(question):
    found = last(question, 20_000)
    assert found.expected_cosine == pytest.approx(0.1701, abs=5e-5)
    assert found.mean_cosine == pytest.approx(0.172, abs=0.003)


def test_among_many_weights_a_random_direction_is_nearly_flat():
    for hidden in (700, 4096):
        found = last(batch_question(sizes=(2, hidden, 2)), 300)
        assert found.n_free == 5 * hidden + 2
        assert found.mean_cosine == pytest.approx(found.expected_cosine, rel=0.15)
        assert np.abs(found.slopes).max() < found.norm
        assert len(found.slopes) == 300


def test_biases_that_are_held_are_no_dimensions(question):
    bare = replace(question, architecture=Architecture((2, 4, 2), ("tanh", "softmax"), has_biases=False))
    assert last(bare, 5).n_free == 16
    direction = trained_direction(bare.architecture, np.random.default_rng(0))
    assert np.linalg.norm(direction) == pytest.approx(1)
    np.testing.assert_array_equal(direction[8:12], 0)
    np.testing.assert_array_equal(free_gradient(bare)[[8, 9, 10, 11, 20, 21]], 0)


def test_quotients_tend_to_the_slope_of_any_direction(question):
    loss, grad = BatchLoss(question), free_gradient(question)
    here = loss(loss.theta)
    other = question.theta + 0.5
    for direction in (
        weight_direction(22, 3),
        trained_direction(question.architecture, np.random.default_rng(2)),
        downhill(grad),
        toward(question.theta, other),
    ):
        assert np.linalg.norm(direction) == pytest.approx(1)
        assert (loss.along(direction, 1e-5) - here) / 1e-5 == pytest.approx(grad @ direction, abs=1e-5)


def test_there_is_no_way_to_like_weights_or_down_from_a_flat_place(question):
    theta = question.theta
    with pytest.raises(DifferenceError, match="same weights"):
        toward(theta, theta.copy())
    with pytest.raises(DifferenceError, match="gradient is 0"):
        downhill(np.zeros(3))
    with pytest.raises(DifferenceError, match="no number"):
        downhill(np.array([np.nan, 1.0]))


def test_the_predicted_fall_is_that_of_the_tangent_and_small_steps_keep_it(question):
    loss, grad = BatchLoss(question), free_gradient(question)
    falls = step_falls(loss, grad, np.array([0.001, 0.01, 0.1, 1.0]))
    np.testing.assert_allclose(falls.predicted, -falls.rates * (grad @ grad))
    share = falls.real / falls.predicted
    np.testing.assert_allclose(share, (1, 0.997, 0.971, 0.703), atol=0.002)
    assert falls.real[2] == loss(loss.theta - 0.1 * grad) - loss(loss.theta)


def test_with_a_plus_sign_the_loss_rises_at_each_of_10_steps(question):
    slip, right = (np.fromiter(islice(descent(question, 0.1, sign=sign), 11), float) for sign in (1, -1))
    assert (np.diff(slip) > 0).all()
    assert (np.diff(right) < 0).all()


def test_a_descent_ends_before_a_loss_that_is_no_number():
    losses = list(islice(descent(replace(batch_question(), loss="squared_error"), 1e308), 11))
    assert 1 <= len(losses) < 11
    assert np.isfinite(losses).all()


def test_a_report_compares_the_quotient_with_the_slope_and_then_all_steps(question):
    reports = direction_report(question, lambda theta, grad: downhill(grad), 1e-5, central=True)
    first, last = filter(None, reports)
    assert first.errors is None
    assert first.cosine == pytest.approx(-1)
    assert first.quotient.value == pytest.approx(first.slope, abs=1e-8)
    assert len(last.errors.central) == len(STEPS)
    assert last.errors.central.min() < 1e-9 < last.errors.one_sided[-1]


def test_steps_keep_to_their_prediction_up_to_a_rate(question):
    rates = 10.0 ** np.linspace(-4, 1, 61)
    falls = step_falls(BatchLoss(question), free_gradient(question), rates)
    rate = falls.kept_to(0.05)
    assert 0.1 < rate < 0.3
    assert falls.kept_to(0.5) > 5 * rate
    assert falls.kept_to(0.0) is None
