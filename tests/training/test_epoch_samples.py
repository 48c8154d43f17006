"""Training on samples that are drawn for each epoch."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problem import Samples
from nnstudio.training.loop import TrainingLoop
from nnstudio.training.snapshot import RunState

N_SAMPLES, BLOCK = 100, 30


class Clouds:
    """Draws two clouds of points, others for each epoch, and notes which blocks it was asked for."""

    n_samples = N_SAMPLES

    def __init__(self):
        self.drawn = []

    def blocks(self, epoch):
        rng = np.random.default_rng(epoch)
        for start in range(0, N_SAMPLES, BLOCK):
            self.drawn.append((epoch, start))
            labels = rng.integers(0, 2, min(BLOCK, N_SAMPLES - start))
            x = rng.normal(2.0 * labels[:, None] - 1.0, 0.4, (len(labels), 2))
            yield Samples(x.astype(np.float32), labels)


@pytest.fixture
def epoch_samples():
    return Clouds()


@pytest.fixture
def loop(clouds, config, epoch_samples):
    return TrainingLoop(clouds, config, epoch_samples=epoch_samples)


def test_each_epoch_is_drawn_once_and_when_it_begins(loop, epoch_samples):
    assert (loop.n_train, loop.steps_per_epoch) == (N_SAMPLES, 4)
    assert epoch_samples.drawn == []
    for _ in range(8):
        loop.step()
    assert epoch_samples.drawn == [(epoch, start) for epoch in (0, 1) for start in (0, 30, 60, 90)]
    assert not np.array_equal(*(next(Clouds().blocks(epoch)).x for epoch in (0, 1)))


def test_blocks_can_be_drawn_one_at_a_time_before_the_step(loop, epoch_samples):
    n_blocks = 0
    while loop.draw_block():
        n_blocks += 1
        assert len(epoch_samples.drawn) == n_blocks
    assert n_blocks == 4
    loop.step()
    assert n_blocks == len(epoch_samples.drawn)


def test_drawing_blocks_first_trains_the_same(clouds, config, loop):
    other = TrainingLoop(clouds, config, epoch_samples=Clouds())
    for _ in range(6):
        while loop.draw_block():
            pass
        loop.step()
        other.step()
    assert loop.theta.tobytes() == other.theta.tobytes()


def test_a_loop_that_goes_back_draws_the_earlier_epoch_again(loop, epoch_samples):
    loop.step()
    loop.keep()
    after = loop.step()
    for _ in range(4):
        loop.step()
    loop.go_back()
    again = loop.step()
    assert [epoch for epoch, start in epoch_samples.drawn if start == 0] == [0, 1, 0]
    # The optimiser starts with a new state, which does not affect the loss before the update.
    assert again == after


def test_without_epoch_samples_there_is_nothing_to_draw(clouds, config):
    assert not TrainingLoop(clouds, config).draw_block()


def test_it_learns(loop, clouds):
    for _ in range(80):
        loop.step()
    assert loop.evaluate(clouds.test).accuracy > 0.9


def test_the_trainer_learns_from_epoch_samples_as_the_loop_does(config, loop, start, wait_for):
    trainer = start(config=replace(config, epochs=3), epoch_samples=Clouds())
    trainer.play()
    finished = wait_for(trainer, lambda snapshot: snapshot.state is RunState.FINISHED)
    for _ in range(12):
        loop.step()
    np.testing.assert_array_equal(finished.theta, loop.theta)


def test_a_reset_run_draws_again_and_another_problem_does_not(clouds, config, epoch_samples, start, wait_for):
    trainer = start(config=replace(config, epochs=1), epoch_samples=epoch_samples)
    for _ in range(2):
        run_id = trainer.reset()
        trainer.play()
        wait_for(trainer, lambda latest, n=run_id: latest.run_id == n and latest.state is RunState.FINISHED)
    assert epoch_samples.drawn == 2 * [(0, start) for start in (0, 30, 60, 90)]
    run_id = trainer.replace(problem=replace(clouds))
    trainer.play()
    wait_for(trainer, lambda latest: latest.run_id == run_id and latest.state is RunState.FINISHED)
    assert len(epoch_samples.drawn) == 8


class Slow(Clouds):
    """Draws a block each time it is allowed to."""

    def __init__(self):
        super().__init__()
        self.allowed = threading.Semaphore(0)

    def blocks(self, epoch):
        for block in super().blocks(epoch):
            assert self.allowed.acquire(timeout=10)
            yield block


def test_a_pause_is_obeyed_between_blocks(start, wait_for):
    slow = Slow()
    trainer = start(epoch_samples=slow)
    trainer.play()
    slow.allowed.release()
    drawing = wait_for(trainer, lambda snapshot: snapshot.state is RunState.RUNNING and snapshot.message)
    assert "epoch 1" in drawing.message
    trainer.pause()
    slow.allowed.release()
    paused = wait_for(trainer, lambda snapshot: snapshot.state is RunState.PAUSED)
    assert (paused.step, paused.message) == (0, "")
    assert len(slow.drawn) < 4
    for _ in range(4):
        slow.allowed.release()
    trainer.step_batch()
    stepped = wait_for(trainer, lambda snapshot: snapshot.step == 1)
    assert stepped.message == ""
