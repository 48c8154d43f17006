from itertools import islice

import numpy as np
import pytest

from nnstudio.insight.directions import descent_losses
from nnstudio.insight.random_search import Race, race, steps_to, tweaks
from tests.insight.networks import batch_question


def last(seed=0, **how):
    *_, found = race(batch_question(**how), 0.1, 1.0, 150, np.random.default_rng(seed))
    return found


def test_tries_are_kept_only_if_they_are_better():
    losses = np.fromiter(islice(tweaks(batch_question(), 0.1, np.random.default_rng(0)), 60), float)
    assert (np.diff(losses) <= 0).all()
    assert 5 < np.count_nonzero(np.diff(losses)) < 55


def test_descent_needs_fewer_evaluations_to_a_loss_of_0_3():
    found = last()
    np.testing.assert_array_equal(found.descent, descent_losses(batch_question(), 1.0, 150))
    tries, steps = steps_to(found.tweaks, 0.3), steps_to(found.descent, 0.3)
    assert 30 < tries < 150
    assert 5 < steps < 15
    assert found.overtaken_after < 30


def test_the_gap_grows_with_the_number_of_weights():
    gaps = [150 / last(sizes=sizes).overtaken_after for sizes in ((2, 4, 2), (2, 50, 2))]
    assert gaps[1] > 2 * gaps[0]


def test_reports_grow():
    sizes = [len(found.tweaks) for found in race(batch_question(), 0.1, 1.0, 50, np.random.default_rng(0))]
    assert sizes == [1, 21, 41, 51]


@pytest.mark.parametrize(("fall", "after"), [([0.7, 0.4], 1), ([0.7, 0.6], None)])
def test_descent_may_never_reach_what_was_tried(fall, after):
    found = Race(np.array([0.7, 0.7, 0.5]), np.array(fall))
    assert found.overtaken_after == after
    assert found.n_kept == 1
