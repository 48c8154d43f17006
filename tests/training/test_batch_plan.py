import math

import pytest

from nnstudio.training.batch_plan import BatchPlan


def samples_of(batch_plan, steps):
    """Return the (epoch, sample) pairs that steps visit, in order."""
    places = [batch_plan.place_of(step) for step in steps]
    return [(place.epoch, k) for place in places for k in range(place.start, place.stop)]


@pytest.mark.parametrize(("n_samples", "batch_size"), [(150, 32), (128, 32), (7, 1), (7, 7), (10, 3)])
def test_without_a_change_steps_divide_epochs_evenly(n_samples, batch_size):
    batch_plan = BatchPlan(n_samples, batch_size)
    n = math.ceil(n_samples / batch_size)
    assert batch_plan.steps_per_epoch == n
    for step in range(3 * n):
        assert batch_plan.epoch_at(step) == step / n
        assert batch_plan.epoch_at(step + 0.5) == (step + 0.5) / n
        assert batch_plan.ends_epoch(step) == (step > 0 and step % n == 0)
        assert batch_plan.epoch_end_after(step) == (step // n + 1) * n
    for epochs in (0.0, 0.3, 1.0, 1.5, 2.0, 7.25):
        assert batch_plan.step_at(epochs) == math.ceil(epochs * n)
    assert samples_of(batch_plan, range(2 * n)) == [(e, k) for e in range(2) for k in range(n_samples)]


@pytest.mark.parametrize("changes", [[(1, 7)], [(2, 64), (3, 1)], [(5, 50)], [(3, 10), (5, 100), (6, 13)]])
def test_changes_of_size_neither_skip_nor_repeat_a_sample(changes):
    batch_plan, step, visited, epochs = BatchPlan(150, 32), 0, [], [0.0]
    for at, size in [*changes, (60, 32)]:
        while step < at:
            visited += samples_of(batch_plan, [step])
            step += 1
            epochs.append(batch_plan.epoch_at(step))
            assert batch_plan.ends_epoch(step) == epochs[-1].is_integer()
            assert batch_plan.step_at(epochs[-1]) in (step, step + 1)
            assert batch_plan.epoch_at(batch_plan.epoch_end_after(step)) == math.floor(epochs[-1]) + 1
        before = batch_plan.epoch_at(step)
        batch_plan = batch_plan.with_batch_size(size, step=step)
        assert batch_plan.epoch_at(step) == before
    assert epochs == sorted(set(epochs))
    assert len(set(visited)) == len(visited)
    whole = [(e, k) for e in range(visited[-1][0] + 1) for k in range(150)]
    assert visited == whole[: len(visited)]


def test_the_same_size_again_is_the_same_plan():
    batch_plan = BatchPlan(150, 32)
    assert batch_plan.with_batch_size(32, step=3) is batch_plan
