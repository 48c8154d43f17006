from dataclasses import replace

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.difference_quotient import (
    MAX_ENTRIES,
    BatchLoss,
    Chosen,
    DifferenceError,
    HandGradient,
    Quotient,
    chosen_coordinates,
    continued,
    flatness_remark,
    quotient_errors,
)
from nnstudio.insight.directions import trained_direction
from tests.insight.networks import batch_question

EVERY = list(range(22))


def taken(question, coordinates, h, *, central):
    *_, found = continued(HandGradient(question, coordinates, 22), len(coordinates), h, central=central)
    return found.entries


@pytest.fixture(scope="module")
def question():
    return batch_question()


def test_the_quotients_of_the_talk_are_its_gradient():
    losses = (1.25322, 1.25353, 1.25347)
    values = [Quotient(0.0001, 1.25347, ahead, None, 0.0).value for ahead in losses]
    assert values == pytest.approx([-2.5, 0.6, 0])


@pytest.mark.parametrize("central", [False, True])
def test_every_entry_is_near_the_gradient_by_backpropagation(question, central):
    found = taken(question, EVERY, 1e-4, central=central)
    assert [entry.coordinate for entry in found] == list(EVERY)
    assert [entry.w for entry in found] == question.theta.tolist()
    np.testing.assert_array_equal([entry.backprop for entry in found], question.gradient())
    tolerance = 1e-8 if central else 1e-3
    for entry in found:
        assert entry.quotient.value == pytest.approx(entry.backprop, abs=tolerance)


def test_an_entry_changes_one_weight_by_h_and_leaves_the_others(question):
    loss = BatchLoss(question)
    changed = question.theta.astype(np.float64)
    changed[7] += 0.01
    (entry,) = taken(question, [7], 0.01, central=False)
    assert entry.quotient.here == loss(loss.theta)
    assert entry.quotient.ahead == loss(changed)
    assert entry.quotient.behind is None


def test_the_error_is_half_h_times_the_second_derivative_or_h_squared_by_6_of_the_third(question):
    loss, direction = BatchLoss(question), trained_direction(question.architecture, np.random.default_rng(1))
    slope = float(question.gradient() @ direction)
    # Derivatives from far enough that rounding does not show.
    low2, low, here, high, high2 = (loss.along(direction, k * 1e-3) for k in (-2, -1, 0, 1, 2))
    second, third = (high - 2 * here + low) / 1e-6, (high2 - 2 * high + 2 * low - low2) / 2e-9
    steps = np.array([1e-2, 1e-3, 1e-4])
    *_, errors = quotient_errors(loss, direction, slope, steps)
    np.testing.assert_allclose(errors.one_sided, 0.5 * steps * abs(second), rtol=0.02)
    np.testing.assert_allclose(errors.central, steps**2 / 6 * abs(third), rtol=0.05)


def test_the_uncertainty_bounds_what_small_steps_lose(question):
    found = taken(question, EVERY, 1e-11, central=False)
    errors = np.array([abs(entry.quotient.value - entry.backprop) for entry in found])
    uncertain = np.array([entry.quotient.uncertainty for entry in found])
    assert np.median(errors) < np.median(uncertain) < 100 * np.median(errors)
    assert (errors < 5 * uncertain).all()


def test_the_step_is_what_the_weight_really_changed_by(question):
    (entry,) = taken(question, [0], 1e-12, central=False)
    assert entry.quotient.h != 1e-12
    assert entry.w + entry.quotient.h == entry.w + 1e-12


@pytest.mark.parametrize("h", [0.0, -0.1, 1.5, float("nan"), float("inf")])
def test_a_step_of_no_use_is_refused(question, h):
    with pytest.raises(DifferenceError, match="was not taken, and the one before is kept"):
        taken(question, [0], h, central=False)


def test_step_units_are_said_to_be_flat(question):
    assert flatness_remark(question) == ""
    steps = replace(question, architecture=Architecture((2, 4, 2), ("step", "softmax")))
    assert "flat almost everywhere" in flatness_remark(steps)
    assert {entry.quotient.value for entry in taken(steps, EVERY[:12], 1e-6, central=False)} == {0.0}


def test_overflow_gives_no_number(question):
    large = np.full(22, 1e300)
    large[0] = -1e300
    (entry,) = taken(replace(question, theta=large), [0], 0.1, central=True)
    assert not entry.quotient.is_finite
    assert np.isnan(entry.quotient.value)


def test_entries_are_taken_one_after_the_other(question):
    begun = HandGradient(question, [3, 1, 2], 22)
    (first,) = continued(begun, 1, 0.01, central=False)
    assert [entry.coordinate for entry in first.entries] == [3]
    assert not first.is_done
    *_, found = continued(first, 3, 0.01, central=False)
    assert found.entries[0] is first.entries[0]
    assert [entry.coordinate for entry in found.entries] == [3, 1, 2]
    assert found.is_done


def test_the_first_of_many_weights_are_chosen_and_no_bias_that_is_held(question):
    wide = batch_question(sizes=(2, 80, 2))
    assert chosen_coordinates(wide, Chosen.ORDER, None) == (list(range(MAX_ENTRIES)), 402)
    bare = replace(question, architecture=Architecture((2, 4, 2), ("tanh", "softmax"), has_biases=False))
    assert chosen_coordinates(bare, Chosen.ORDER, None) == ([*range(8), *range(12, 20)], 16)
    assert chosen_coordinates(bare, Chosen.UNIT, (0, 1)) == ([2, 3], 2)


def test_a_units_weights_are_chosen_with_its_bias_or_the_steepest_of_all_layers(question):
    assert chosen_coordinates(question, Chosen.UNIT, (0, 2)) == ([4, 5, 10], 3)
    assert chosen_coordinates(question, Chosen.UNIT, None)[0] == EVERY
    steepest, n_all = chosen_coordinates(question, Chosen.STEEPEST, None)
    assert n_all == 22
    assert steepest == sorted(steepest)
    grad = np.abs(question.gradient())
    assert int(grad.argmax()) in steepest
    assert len(steepest) == 11
