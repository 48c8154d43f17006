import threading
from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest

from nnstudio.data.scaling import measure_scaling
from nnstudio.engine.hyper import Hyper
from nnstudio.training.batch_plan import BatchPlan
from nnstudio.training.changes import Change
from nnstudio.training.checkpoint import Checkpoint, Mark
from nnstudio.training.checkpoint_history import MAX_CHECKPOINTS, CheckpointHistory
from nnstudio.training.config import ConfigError
from nnstudio.training.loop import TrainingLoop
from nnstudio.training.snapshot import RunState
from nnstudio.training.start import LoopState
from nnstudio.training.weight_edit import WeightEdit

N_PARAMS = 1000
SIZE = 4 * N_PARAMS


@pytest.fixture
def checkpoint(config):
    """Return a function that makes moments of 4,000 bytes."""

    def make(step, *marks, accuracy=None):
        return Checkpoint(
            step=step,
            epoch=step / 10,
            theta=np.full(N_PARAMS, step, np.float32),
            train_loss=1.0,
            test_loss=None if accuracy is None else 1.0 - accuracy,
            test_score=accuracy,
            test_step=None if accuracy is None else step,
            config=config,
            batch_plan=BatchPlan(320, 32),
            marks=frozenset(marks),
        )

    return make


def adam_state(checkpoint):
    vectors = {name: np.ones_like(checkpoint.theta) for name in "mv"}
    return LoopState(
        checkpoint.step, checkpoint.batch_plan, checkpoint.theta, "adam", checkpoint.step, vectors
    )


def fill(checkpoint_history, checkpoints, is_at_rest=False):
    for each in checkpoints:
        checkpoint_history.add(each, lambda each=each: adam_state(each), is_at_rest=is_at_rest)


def steps(checkpoint_history):
    return [checkpoint.step for checkpoint in checkpoint_history.checkpoints]


def true_size(checkpoint_history):
    return sum(
        checkpoint.theta_bytes + checkpoint.state_bytes for checkpoint in checkpoint_history.checkpoints
    )


def test_everything_is_kept_while_there_is_room(checkpoint):
    checkpoint_history = CheckpointHistory(100 * SIZE)
    fill(checkpoint_history, [checkpoint(step) for step in range(50)])
    assert steps(checkpoint_history) == list(range(50))
    assert checkpoint_history.n_bytes == true_size(checkpoint_history) == 50 * SIZE


def test_a_full_budget_doubles_the_stride_and_keeps_what_stands_out(checkpoint):
    checkpoint_history = CheckpointHistory(60 * SIZE)
    marked = {
        23: checkpoint(23, Mark.CHANGE),
        20: checkpoint(20, Mark.EPOCH),
        31: checkpoint(31, accuracy=0.9),
    }
    fill(checkpoint_history, [marked.get(step, checkpoint(step)) for step in range(400)])

    kept = steps(checkpoint_history)
    assert checkpoint_history.n_bytes == true_size(checkpoint_history) <= 60 * SIZE
    assert {0, 20, 23, 31, 399} <= set(kept)
    ordinary = [step for step in kept if step not in marked]
    distances = np.diff(ordinary[:-1])
    assert distances.min() >= 8, "doubled three times at least"
    assert distances.max() <= 4 * distances.min(), "evenly, but for what was there before a doubling"
    assert checkpoint_history.best.step == 31


def test_the_newest_checkpoint_always_stays(checkpoint):
    checkpoint_history = CheckpointHistory(10 * SIZE)
    for step in range(200):
        fill(checkpoint_history, [checkpoint(step)])
        assert checkpoint_history.checkpoints[-1].step == step
        assert checkpoint_history.n_bytes <= 10 * SIZE


def test_epochs_are_thinned_once_nothing_else_is_left(checkpoint):
    checkpoint_history = CheckpointHistory(30 * SIZE)
    fill(
        checkpoint_history,
        [checkpoint(step, *([Mark.EPOCH] if step % 10 == 0 else [])) for step in range(2001)],
    )
    kept = steps(checkpoint_history)
    assert checkpoint_history.n_bytes <= 30 * SIZE
    assert len(kept) > 5
    assert all(step % 10 == 0 for step in kept), "no ordinary moment outlives an epoch"
    assert (kept[0], kept[-1]) == (0, 2000)


@pytest.mark.parametrize(("room", "kept"), [(3, [0, 5, 39]), (2, [0, 39]), (1, [39]), (0, [39])])
def test_the_best_and_the_first_go_last_and_the_newest_never(checkpoint, room, kept):
    checkpoint_history = CheckpointHistory(room * SIZE)
    marked = {5: checkpoint(5, accuracy=0.9), 7: checkpoint(7, Mark.CHANGE), 10: checkpoint(10, Mark.EPOCH)}
    fill(checkpoint_history, [marked.get(step, checkpoint(step)) for step in range(40)])
    assert steps(checkpoint_history) == kept


def test_a_small_network_has_at_most_max_checkpoints(checkpoint):
    checkpoint_history = CheckpointHistory()
    fill(checkpoint_history, [checkpoint(step) for step in range(MAX_CHECKPOINTS + 200)])
    assert MAX_CHECKPOINTS / 2 <= len(checkpoint_history.checkpoints) <= MAX_CHECKPOINTS


def test_states_are_kept_for_marked_checkpoints_and_take_at_most_a_third_of_the_budget(checkpoint):
    checkpoint_history = CheckpointHistory(90 * SIZE)
    fill(
        checkpoint_history,
        [checkpoint(step, *([Mark.EPOCH] if step % 10 == 0 else [])) for step in range(60)],
    )
    with_state = [each.step for each in checkpoint_history.checkpoints if each.state is not None]
    assert with_state == [0, 10, 20, 30, 40, 50]

    fill(
        checkpoint_history,
        [checkpoint(step, *([Mark.EPOCH] if step % 10 == 0 else [])) for step in range(60, 401)],
    )
    with_state = [each.step for each in checkpoint_history.checkpoints if each.state is not None]
    assert sum(each.state_bytes for each in checkpoint_history.checkpoints) <= 30 * SIZE
    assert 400 in with_state
    assert len(with_state) > 5
    assert sum(Mark.EPOCH in each.marks for each in checkpoint_history.checkpoints) == 41, (
        "their weights stay"
    )


def test_the_first_of_equally_good_checkpoints_is_the_best(checkpoint):
    checkpoint_history = CheckpointHistory()
    accuracies = {0: 0.1, 4: 0.8, 8: 0.8, 12: 0.7, 16: 0.85}
    fill(checkpoint_history, [checkpoint(step, accuracy=accuracies.get(step)) for step in range(12)])
    assert [each.step for each in checkpoint_history.checkpoints if Mark.BEST in each.marks] == [4]
    assert checkpoint_history.checkpoints[0].state is None, "what is the best no longer needs no state"
    fill(checkpoint_history, [checkpoint(step, accuracy=accuracies.get(step)) for step in range(12, 20)])
    assert [each.step for each in checkpoint_history.checkpoints if Mark.BEST in each.marks] == [16]


def test_the_same_step_again_takes_the_place_and_adds_marks(checkpoint):
    checkpoint_history = CheckpointHistory()
    fill(checkpoint_history, [checkpoint(0), checkpoint(10, Mark.EPOCH), checkpoint(10, accuracy=0.5)])
    assert steps(checkpoint_history) == [0, 10]
    assert checkpoint_history.checkpoints[1].marks == {Mark.EPOCH, Mark.BEST}
    assert checkpoint_history.checkpoints[1].state is not None


def test_a_run_that_goes_back_forgets_what_was_beyond(checkpoint):
    checkpoint_history = CheckpointHistory()
    fill(checkpoint_history, [checkpoint(k, accuracy=0.1 * k) for k in range(6)], is_at_rest=True)
    checkpoint_history.drop_after(3)
    assert steps(checkpoint_history) == [0, 1, 2, 3]
    assert checkpoint_history.best.step == 3
    assert checkpoint_history.checkpoints[-1].state is None, "the optimiser starts with a new state there"
    assert checkpoint_history.n_bytes == true_size(checkpoint_history)


def test_a_smaller_budget_is_obeyed_at_once(checkpoint):
    checkpoint_history = CheckpointHistory()
    fill(checkpoint_history, [checkpoint(step) for step in range(100)])
    checkpoint_history.budget_bytes = 20 * SIZE
    assert checkpoint_history.n_bytes == true_size(checkpoint_history) <= 20 * SIZE
    assert (checkpoint_history.checkpoints[0].step, checkpoint_history.checkpoints[-1].step) == (0, 99)

    checkpoint_history.budget_bytes = 100 * SIZE
    fill(checkpoint_history, [checkpoint(step) for step in range(100, 130)])
    assert {*range(99, 130)} <= set(steps(checkpoint_history)), (
        "where there is room again, all are kept again"
    )


def test_full_memory_costs_the_state_alone_and_is_said(checkpoint):
    checkpoint_history = CheckpointHistory()

    def capture():
        raise MemoryError

    checkpoint_history.add(checkpoint(0, Mark.EPOCH), capture)
    assert checkpoint_history.checkpoints[0].state is None
    assert "Memory is short" in checkpoint_history.note


def test_readers_and_a_writer_never_meet_a_half_done_change(checkpoint):
    checkpoint_history, failures, stop = CheckpointHistory(40 * SIZE), [], threading.Event()

    def look():
        while not stop.is_set():
            found = steps(checkpoint_history)
            if found != sorted(set(found)):
                failures.append(found)
            checkpoint_history.budget_bytes = 40 * SIZE

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    fill(
        checkpoint_history,
        [checkpoint(step, *([Mark.EPOCH] if step % 10 == 0 else [])) for step in range(800)],
    )
    stop.set()
    for reader in readers:
        reader.join()
    assert not failures
    assert checkpoint_history.n_bytes == true_size(checkpoint_history) <= 40 * SIZE


# What the trainer records --------------------------------------------------------------------------------


def rests_at(step):
    return lambda snapshot: (
        snapshot.step == step and snapshot.state is not RunState.RUNNING and snapshot.test_step == step
    )


def test_a_trainer_records_its_run(start, wait_for, config):
    trainer = start()
    for epochs in (1, 2, 3):
        trainer.step_epoch()
        wait_for(trainer, rests_at(5 * epochs))
    snapshot = trainer.latest
    checkpoints = snapshot.checkpoint_history.checkpoints
    assert [each.step for each in checkpoints if Mark.EPOCH in each.marks] == [5, 10, 15]
    assert (checkpoints[0].step, checkpoints[-1].step) == (0, 15)
    assert checkpoints[-1].theta is snapshot.theta
    assert snapshot.checkpoint_history.history is snapshot.history
    best = snapshot.checkpoint_history.best
    assert best.test_score == snapshot.history.test_score.max()
    assert checkpoints[-1].state is not None, "the run rests here"


def test_the_time_of_training_is_counted_without_the_rests(start, wait_for):
    trainer = start()
    begun = perf_counter()
    trainer.step_epoch()
    checkpoint_history = wait_for(trainer, rests_at(5)).checkpoint_history
    spent, seconds = perf_counter() - begun, checkpoint_history.seconds
    assert checkpoint_history.checkpoints[0].seconds == 0 < seconds < spent
    rest = perf_counter()
    trainer.step_batch()
    wait_for(trainer, rests_at(6))
    assert seconds < checkpoint_history.seconds < seconds + perf_counter() - rest
    branch = checkpoint_history.branch(checkpoint_history.checkpoints[-1])
    assert branch.seconds == checkpoint_history.seconds, "a branch counts on, as its epochs do"


def test_a_change_of_settings_is_marked(start, wait_for, config):
    trainer = start()
    trainer.step_epoch()
    wait_for(trainer, rests_at(5))
    trainer.change(config.with_hyper(learning_rate=0.02))
    trainer.step_batch()
    snapshot = wait_for(trainer, rests_at(6))
    changed = [each for each in snapshot.checkpoint_history.checkpoints if Mark.CHANGE in each.marks]
    assert [each.step for each in changed] == [5]
    assert changed[0].config.hyper.learning_rate == 0.02


@pytest.mark.parametrize(
    "options",
    [
        {"optimiser": "adam"},
        {"optimiser": "momentum", "dropout": 0.2},
        {"optimiser": "adam", "hyper": Hyper(ema_decay=0.9)},
        {"optimiser": "adam", "schedule": "cosine", "epochs": 9.0},
    ],
)
def test_a_branch_with_the_same_settings_gets_the_numbers_that_the_run_got(
    start, wait_for, config, clouds, options
):
    config = replace(config, **options)
    trainer = start(config=config)
    for epochs in (1, 2, 3):
        trainer.step_epoch()
        there = wait_for(trainer, rests_at(5 * epochs))
    first = there.checkpoint_history
    middle = next(each for each in first.checkpoints if each.step == 10)

    branch = first.branch(middle)
    run_id = trainer.go_on(middle, middle.config, branch)
    begun = wait_for(trainer, lambda snapshot: snapshot.run_id == run_id and snapshot.test_step == 10)
    assert (begun.step, begun.epoch, begun.state) == (10, 2.0, RunState.READY)
    assert begun.theta.tobytes() == middle.theta.tobytes()
    assert begun.history.test_epoch[-1] == 2.0
    trainer.step_epoch()
    again = wait_for(trainer, rests_at(15))

    assert again.theta.tobytes() == there.theta.tobytes()
    assert (again.train_loss, again.test_loss) == (there.train_loss, there.test_loss)
    assert np.array_equal(again.history.train_loss, there.history.train_loss)
    assert branch.checkpoints[0].step == 10
    assert first.checkpoints[-1].step == 15, "the run that it left is what it was"


def test_a_run_goes_on_in_its_own_history(start, wait_for, config):
    trainer = start()
    trainer.step_epoch()
    checkpoint_history = wait_for(trainer, rests_at(5)).checkpoint_history
    trainer.replace(config=replace(config, seed=9))
    wait_for(trainer, lambda snapshot: snapshot.run_id == 2)
    run_id = trainer.go_on(checkpoint_history.checkpoints[-1], config, checkpoint_history)
    wait_for(trainer, lambda snapshot: snapshot.run_id == run_id)
    trainer.step_batch()
    wait_for(trainer, rests_at(6))
    assert {0, 5, 6} <= set(steps(checkpoint_history))


def test_without_the_optimisers_state_a_branch_begins_with_a_new_one(checkpoint, clouds, config):
    loop = TrainingLoop(clouds, config)
    for _ in range(7):
        loop.step()
    bare = replace(checkpoint(7), theta=loop.keep(), batch_plan=loop.batch_plan, config=config)
    branch = TrainingLoop(clouds, config, state=bare.start(None))
    assert (branch.n_steps, branch.epoch) == (7, loop.epoch)
    assert branch.theta.tobytes() == loop.theta.tobytes()
    assert branch.state().t == 0


def test_weights_for_inputs_as_they_come_are_brought_back_to_scaled_ones(checkpoint, clouds, config):
    scaling = measure_scaling(clouds.train, "standardised")
    clouds = replace(clouds, train=replace(clouds.train, scaling=scaling))
    loop = TrainingLoop(clouds, config)
    shown = loop.theta.copy()
    first = config.architecture.layers(shown)[0]
    scaling.fold(first.W, first.b)
    start = replace(checkpoint(0), theta=shown, config=config).start(scaling)
    np.testing.assert_allclose(start.theta, loop.theta, rtol=1e-5, atol=1e-6)


def test_a_run_that_cannot_go_on_is_refused_at_once(start, wait_for, config, checkpoint):
    trainer = start()
    first = trainer.latest.checkpoint_history
    with pytest.raises(ConfigError, match="320 samples in an epoch"):
        trainer.go_on(checkpoint(3), config, CheckpointHistory())
    with pytest.raises(ConfigError, match="seed needs fresh weights"):
        trainer.go_on(first.checkpoints[0], replace(config, seed=8), CheckpointHistory())
    assert trainer.latest.run_id == 1


def test_the_curves_of_a_branch_are_those_up_to_its_checkpoint(checkpoint):
    checkpoint_history = CheckpointHistory(changes=(Change(0.2, "batch 128 → 32"), Change(0.9, "Adam → SGD")))
    fill(checkpoint_history, [checkpoint(step) for step in range(10)])
    assert [
        change.text for change in checkpoint_history.branch(checkpoint_history.checkpoints[5]).changes
    ] == ["batch 128 → 32"]


def test_weights_changed_by_hand_are_a_checkpoint_beside_those_of_the_step(start, wait_for, config):
    trainer = start()
    trainer.step_batch()
    before = wait_for(trainer, rests_at(1))
    for value, text in ((1.0, ""), (3.0, ""), (2.0, "moved a weight")):
        trainer.edit_weights(WeightEdit(np.array([0]), np.array([value], np.float32), text))
    after = wait_for(trainer, lambda snapshot: snapshot.n_weight_edits == 3 and snapshot.test_step == 1)
    checkpoints = after.checkpoint_history.checkpoints
    assert [(each.step, each.n_weight_edits) for each in checkpoints] == [(0, 0), (1, 0), (1, 3)]
    assert checkpoints[1].theta.tobytes() == before.theta.tobytes()
    assert checkpoints[2].theta[0] == checkpoints[2].state.theta[0] == 2.0
    assert Mark.CHANGE in checkpoints[2].marks


def test_a_running_run_that_is_replaced_can_be_continued_exactly(start, wait_for, config):
    trainer = start()
    trainer.play()
    checkpoint_history = wait_for(trainer, lambda snapshot: snapshot.step > 20).checkpoint_history
    trainer.reset()
    wait_for(trainer, lambda snapshot: snapshot.run_id == 2)
    last = checkpoint_history.checkpoints[-1]
    assert last.state.t == last.step


def test_going_back_to_a_checkpoint_keeps_what_was_measured_there(checkpoint):
    checkpoint_history = CheckpointHistory()
    fill(
        checkpoint_history,
        [
            checkpoint(0, accuracy=0.5),
            checkpoint(1, accuracy=0.9),
            checkpoint(1),
            checkpoint(2, accuracy=0.6),
        ],
    )
    assert checkpoint_history.best.step == 1
    assert checkpoint_history.best.test_score == 0.9


def test_measuring_a_checkpoint_does_not_keep_its_weights_twice(checkpoint):
    checkpoint_history = CheckpointHistory()
    fill(checkpoint_history, [checkpoint(0)], is_at_rest=True)
    fill(checkpoint_history, [checkpoint(0, accuracy=0.5)], is_at_rest=True)
    [only] = checkpoint_history.checkpoints
    assert only.theta is only.state.theta
    assert only.test_score == 0.5
    assert checkpoint_history.n_bytes == true_size(checkpoint_history) == 3 * SIZE


def test_when_memory_is_short_checkpoints_are_dropped_and_training_goes_on(start, wait_for, monkeypatch):
    trainer = start()
    for step in range(1, 9):
        trainer.step_batch()
        wait_for(trainer, rests_at(step))
    n_bytes = trainer.latest.checkpoint_history.n_bytes
    keep, failures = TrainingLoop.keep, [MemoryError()]

    def keep_once_there_is_room(loop):
        if failures:
            raise failures.pop()
        return keep(loop)

    monkeypatch.setattr(TrainingLoop, "keep", keep_once_there_is_room)
    trainer.step_batch()
    snapshot = wait_for(trainer, rests_at(9))
    assert snapshot.state is RunState.PAUSED
    assert "half of the recording was given up" in snapshot.checkpoint_history.note
    assert (
        snapshot.checkpoint_history.checkpoints[0].step,
        snapshot.checkpoint_history.checkpoints[-1].step,
    ) == (0, 9)
    assert snapshot.checkpoint_history.n_bytes <= n_bytes // 2
