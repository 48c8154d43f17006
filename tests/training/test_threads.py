import threading
from dataclasses import replace
from queue import SimpleQueue

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from nnstudio.training import threads
from nnstudio.training.checkpoint_history import CheckpointHistory
from nnstudio.training.loop import TrainingLoop
from nnstudio.training.speed import SpeedMeter
from nnstudio.training.threads import BlasThreads, ThreadCountError, fastest_count, threads_from_environment
from nnstudio.training.worker import Worker


class Machine:
    """A pretended machine whose steps take what a table says for each number of threads."""

    def __init__(self, monkeypatch, seconds):
        self.seconds = seconds
        self.now = 0.0
        self.n_threads = 1
        self.tried = []
        monkeypatch.setattr(threads, "perf_counter", lambda: self.now)

    def use(self, n_threads):
        self.n_threads = n_threads
        self.tried.append(n_threads)

    def step(self):
        self.now += self.seconds[self.n_threads]

    def choose(self, most=4, is_interrupted=lambda: False):
        return fastest_count(self.step, self.use, most=most, is_interrupted=is_interrupted)


@pytest.mark.parametrize(
    ("seconds", "chosen", "tried"),
    [
        ({1: 0.001, 2: 0.0009}, 1, [1, 2, 1]),
        ({1: 0.001, 2: 0.0006, 4: 0.05}, 2, [1, 2, 4, 2]),
        ({1: 0.001, 2: 0.0006, 4: 0.0003}, 4, [1, 2, 4, 4]),
        ({1: 0.5, 2: 0.3, 4: 0.29}, 2, [1, 2, 4, 2]),
    ],
)
def test_keeps_the_fastest_and_prefers_one(monkeypatch, seconds, chosen, tried):
    machine = Machine(monkeypatch, seconds)
    assert machine.choose() == chosen == machine.n_threads
    assert machine.tried == tried


def test_a_first_step_that_loads_something_decides_nothing(monkeypatch):
    machine = Machine(monkeypatch, {1: 0.001, 2: 0.0009})
    step = machine.step

    def load_and_step():
        if machine.now == 0.0:
            machine.now = 5.0
        step()

    machine.step = load_and_step
    assert machine.choose() == 1


def test_one_core_means_one_thread(monkeypatch):
    machine = Machine(monkeypatch, {1: 0.001})
    assert machine.choose(most=1) == 1
    assert machine.now < 0.2


def test_is_abandoned_at_once_when_a_command_waits(monkeypatch):
    machine = Machine(monkeypatch, {1: 0.001})
    assert machine.choose(is_interrupted=lambda: True) is None
    assert machine.now == 0.001


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5", "٣"])
def test_the_setting_must_be_a_whole_number(monkeypatch, text):
    monkeypatch.setenv("NNSTUDIO_THREADS", text)
    with pytest.raises(ThreadCountError, match="whole number"):
        threads_from_environment()


def test_the_setting_is_optional_and_bounded_by_the_cores(monkeypatch):
    monkeypatch.setattr(threads, "n_cores", lambda: 2)
    monkeypatch.setenv("NNSTUDIO_THREADS", "64")
    assert threads_from_environment() == 2
    monkeypatch.setenv("NNSTUDIO_THREADS", " ")
    assert threads_from_environment() is None


def blas_threads():
    return [info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"]


def test_sets_and_restores_the_limit():
    before = blas_threads()
    limit = BlasThreads()
    limit.set(2)
    assert set(blas_threads()) <= {2}
    limit.set(1)
    assert set(blas_threads()) <= {1}
    limit.restore()
    assert blas_threads() == before


def test_measuring_does_not_alter_the_trajectory(start, wait_for, clouds, config, monkeypatch):
    monkeypatch.delenv("NNSTUDIO_THREADS")
    monkeypatch.setattr("nnstudio.training.thread_choice.n_cores", lambda: 1)
    trainer, loop = start(), TrainingLoop(clouds, config)
    trainer.step_epoch()
    snapshot = wait_for(trainer, lambda s: s.step == 5)
    for _ in range(5):
        loop.step()
    assert np.array_equal(snapshot.theta, loop.theta)


@pytest.mark.parametrize("setting", [None, "2"])
def test_blas_keeps_to_one_thread_from_the_first_measurement(start, monkeypatch, setting):
    if setting is None:
        monkeypatch.delenv("NNSTUDIO_THREADS")
    else:
        monkeypatch.setattr(threads, "n_cores", lambda: 2)
        monkeypatch.setenv("NNSTUDIO_THREADS", setting)
    first_set = SimpleQueue()
    set_threads = BlasThreads.set
    monkeypatch.setattr(BlasThreads, "set", lambda self, n: first_set.put(n) or set_threads(self, n))
    start()
    assert first_set.get(timeout=20.0) == 1


def test_a_setting_of_two_threads_trains_with_two_and_ends_them(start, wait_for, clouds, config, monkeypatch):
    monkeypatch.setattr(threads, "n_cores", lambda: 2)
    monkeypatch.setenv("NNSTUDIO_THREADS", "2")
    trainer, loop = start(), TrainingLoop(clouds, config)
    trainer.step_epoch()
    snapshot = wait_for(trainer, lambda s: s.step == 5)
    assert [thread for thread in threading.enumerate() if thread.name == "nnstudio-helper-1"]
    loop.use_threads(2)
    for _ in range(5):
        loop.step()
    assert np.array_equal(snapshot.theta, loop.theta)
    trainer.reset()
    trainer.step_batch()
    wait_for(trainer, lambda s: s.run_id == 2 and s.step == 1)
    assert trainer.stop()
    loop.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("nnstudio-helper")]


def test_the_choice_is_kept_for_runs_of_one_shape_and_made_again_when_speed_collapses(
    clouds, config, monkeypatch, request
):
    chosen = []
    speeds = {"now": 1000.0}
    module = "nnstudio.training.thread_choice"
    monkeypatch.setattr(f"{module}.fastest_count", lambda *_, **__: chosen.append(2) or 2)
    monkeypatch.setattr(SpeedMeter, "images_per_second", property(lambda self: speeds["now"]))
    worker = Worker(TrainingLoop(clouds, config), CheckpointHistory())
    request.addfinalizer(lambda: worker._loop.close())
    for _ in range(3):
        assert worker._settle_threads()
    worker.restart(2, lambda: TrainingLoop(clouds, replace(config, seed=8)), CheckpointHistory())
    assert worker._settle_threads()
    assert len(chosen) == 1

    speeds["now"] = 900.0
    worker._settle_threads()
    assert len(chosen) == 1
    speeds["now"] = 100.0
    worker._settle_threads()
    assert len(chosen) == 2

    worker.restart(3, lambda: TrainingLoop(clouds, replace(config, batch_size=16)), CheckpointHistory())
    worker._settle_threads()
    assert len(chosen) == 3


def test_a_copy_that_diverges_while_it_is_timed_does_not_stop_the_run(clouds, config, monkeypatch):
    monkeypatch.setattr("nnstudio.training.thread_choice.n_cores", lambda: 1)
    worker = Worker(TrainingLoop(clouds, config), CheckpointHistory())
    monkeypatch.setattr(TrainingLoop, "step", lambda self: self.diverge("it did"))
    assert worker._settle_threads()
