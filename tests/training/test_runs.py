import numpy as np
import pytest

from nnstudio.training.course import Course
from nnstudio.training.recording import Moment, Recording
from nnstudio.training.runs import MOST_RUNS, Runs

SIZE = 4000


@pytest.fixture
def recording_of(config):
    def make(n_moments, first=0):
        recording = Recording()
        for step in range(first, first + n_moments):
            theta = np.full(SIZE // 4, step, np.float32)
            recording.add(
                Moment(step, step / 10, theta, None, None, None, None, config, Course(320, 32)), None
            )
        return recording

    return make


def test_runs_have_names_and_parents(recording_of):
    runs = Runs()
    first = runs.begin(recording_of(20), "clouds")
    branch = runs.begin(recording_of(5, first=7), "clouds", first, 7)
    assert [run.name for run in runs.all] == ["Run 1", "Branch 2"]
    assert (branch.parent, branch.parent_step, runs.current) == (first, 7, branch)
    assert branch.first.step == 7


def test_a_run_that_has_learnt_nothing_makes_way(recording_of):
    runs = Runs()
    runs.begin(recording_of(1), "clouds")
    kept = runs.begin(recording_of(2), "clouds")
    last = runs.begin(recording_of(1), "clouds")
    assert runs.all == [kept, last]


def test_all_runs_share_one_budget(recording_of):
    runs = Runs(budget_bytes=100 * SIZE)
    for _ in range(5):
        run = runs.begin(recording_of(80), "clouds")
    others = runs.all[:-1]
    assert sum(each.recording.n_bytes for each in others) <= 50 * SIZE
    assert all(len(each.recording.moments) > 2 for each in others), "thinned, not emptied"
    assert run.recording.budget_bytes >= 50 * SIZE
    assert sum(each.recording.n_bytes for each in runs.all) <= 100 * SIZE


def test_what_small_runs_leave_belongs_to_the_others(recording_of):
    runs = Runs(budget_bytes=100 * SIZE)
    small, large = runs.begin(recording_of(3), "clouds"), runs.begin(recording_of(40), "clouds")
    current = runs.begin(recording_of(2), "clouds")
    assert len(small.recording.moments) == 3
    assert len(large.recording.moments) == 40
    assert current.recording.budget_bytes == 57 * SIZE


def test_a_deleted_run_can_be_put_back_where_it_was(recording_of):
    runs = Runs()
    first, second = (runs.begin(recording_of(3), "clouds") for _ in range(2))
    with pytest.raises(ValueError, match="current"):
        runs.delete(second)
    place = runs.delete(first)
    assert runs.all == [second]
    runs.restore(first, place)
    assert runs.all == [first, second]


def test_the_oldest_run_goes_when_there_are_too_many(recording_of):
    runs = Runs()
    first = runs.begin(recording_of(2), "clouds")
    for _ in range(MOST_RUNS):
        runs.begin(recording_of(2), "clouds")
    assert len(runs.all) == MOST_RUNS
    assert first not in runs.all
