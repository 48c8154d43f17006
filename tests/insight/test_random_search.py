from itertools import islice

import numpy as np
import pytest

from nnstudio.insight.directions import descent
from nnstudio.insight.random_search import Race, race, steps_to, tweaks
from tests.insight.networks import batch_question


def test_tries_are_kept_only_if_they_are_better():
    losses = np.fromiter(islice(tweaks(batch_question(), 0.1, np.random.default_rng(0)), 60), float)
    assert (np.diff(losses) <= 0).all()
    assert 5 < np.count_nonzero(np.diff(losses)) < 55


def test_descent_needs_11_steps_to_a_loss_of_0_3_and_tries_several_times_as_many():
    *_, found = race(batch_question(), 0.2, 0.5, 100, np.random.default_rng(0))
    np.testing.assert_array_equal(found.descent, list(islice(descent(batch_question(), 0.5), 101)))
    assert steps_to(found.descent, 0.3) == 11
    assert 30 < steps_to(found.tweaks, 0.3) < 100
    assert found.descent[found.overtaken_after] <= found.tweaks[-1] < found.descent[found.overtaken_after - 1]


def test_reports_grow():
    sizes = [len(found.tweaks) for found in race(batch_question(), 0.1, 1.0, 3, np.random.default_rng(0))]
    assert sizes == [1, 2, 3, 4]


@pytest.mark.parametrize(("fall", "after"), [([0.7, 0.4], 1), ([0.7, 0.6], None)])
def test_descent_may_never_reach_what_was_tried(fall, after):
    found = Race(np.array([0.7, 0.7, 0.5]), np.array(fall))
    assert found.overtaken_after == after
    assert found.n_kept == 1
