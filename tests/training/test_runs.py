from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.chosen_points import USUAL
from nnstudio.training.batch_plan import BatchPlan
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.checkpoint_history import CheckpointHistory
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.runs import MOST_RUNS, Run, Runs

SIZE = 4000


@pytest.fixture
def run_of(config, clouds):
    """Return a function that makes runs of so many moments of 4,000 bytes."""

    def make(n_checkpoints, first=0, parent=None):
        checkpoint_history = CheckpointHistory()
        for step in range(first, first + n_checkpoints):
            theta = np.full(SIZE // 4, step, np.float32)
            checkpoint = Checkpoint(
                step, step / 10, theta, None, None, None, None, config, BatchPlan(320, 32)
            )
            checkpoint_history.add(checkpoint, None)
        spaces = (clouds.input_space, clouds.output_space)
        return Run(
            checkpoint_history,
            "clouds",
            *spaces,
            DataChoices(),
            USUAL,
            "network",
            parent=parent,
            parent_step=first,
        )

    return make


@pytest.fixture
def begin(run_of):
    """Return a function that begins such a run among others."""

    def begin_run(runs, *given, **named):
        run = run_of(*given, **named)
        runs.begin(run)
        return run

    return begin_run


def test_runs_have_names_and_parents(begin):
    runs = Runs()
    first = begin(runs, 20)
    branch = begin(runs, 5, first=7, parent=first)
    assert [run.name for run in runs.all] == ["Run 1", "Branch 2"]
    assert (branch.parent, branch.parent_step, runs.current) == (first, 7, branch)
    assert branch.first.step == 7


def test_a_run_whose_weights_were_changed_by_hand_alone_stays(begin):
    runs = Runs()
    run = begin(runs, 1)
    run.checkpoint_history.add(replace(run.first, n_weight_edits=1), None)
    runs.choose(None)
    assert runs.all == [run]


def test_a_run_that_begins_among_those_of_another_session_has_a_name_of_its_own(begin):
    earlier = Runs()
    for _ in range(3):
        begin(earlier, 2)
    runs = Runs()
    runs.take(earlier.all[1:])
    assert [run.name for run in runs.all] == ["Run 2", "Run 3"]
    assert begin(runs, 2).name == "Run 4"


def test_a_run_that_has_learnt_nothing_makes_way(begin):
    runs = Runs()
    begin(runs, 1)
    kept = begin(runs, 2)
    begin(runs, 1)
    last = begin(runs, 1)
    assert runs.all == [kept, last]
    runs.choose(None)
    assert (runs.all, runs.current) == ([kept], None)


def test_all_runs_share_one_budget(begin):
    runs = Runs(budget_bytes=100 * SIZE)
    for _ in range(5):
        run = begin(runs, 80)
    others = runs.all[:-1]
    assert sum(each.checkpoint_history.n_bytes for each in others) <= 50 * SIZE
    assert all(len(each.checkpoint_history.checkpoints) > 2 for each in others), "thinned, not emptied"
    assert run.checkpoint_history.budget_bytes >= 50 * SIZE
    assert sum(each.checkpoint_history.n_bytes for each in runs.all) <= 100 * SIZE


def test_what_small_runs_leave_belongs_to_the_others(begin):
    runs = Runs(budget_bytes=100 * SIZE)
    small, large, current = begin(runs, 3), begin(runs, 40), begin(runs, 2)
    assert len(small.checkpoint_history.checkpoints) == 3
    assert len(large.checkpoint_history.checkpoints) == 40
    assert current.checkpoint_history.budget_bytes == 57 * SIZE


def test_the_last_deleted_run_can_be_put_back_where_it_was_until_another_begins(begin):
    runs = Runs(budget_bytes=100 * SIZE)
    first, second, third = (begin(runs, 10) for _ in range(3))
    with pytest.raises(ValueError, match="current"):
        runs.delete(third)
    runs.delete(first)
    assert runs.all == [second, third]
    assert third.checkpoint_history.budget_bytes == 80 * SIZE, "what can be put back takes its memory"
    assert runs.restore() is first
    assert runs.all == [first, second, third]
    runs.delete(first)
    fourth = begin(runs, 2)
    assert runs.restore() is None
    assert runs.all == [second, third, fourth]


def test_the_oldest_run_goes_when_there_are_too_many(begin):
    runs = Runs()
    first = begin(runs, 2)
    for _ in range(MOST_RUNS):
        begin(runs, 2)
    assert len(runs.all) == MOST_RUNS
    assert first not in runs.all
