"""Small problems and trainers that are always stopped."""

import threading
from time import perf_counter

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace, Problem, Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.training.config import TrainingConfig
from nnstudio.training.trainer import Trainer


def two_clouds(n_train=150, n_test=60):
    """Two overlapping clouds of points in the plane."""
    rng = np.random.default_rng(7)

    def samples(n):
        labels = rng.integers(0, 2, n)
        x = (rng.normal(0.0, 0.4, (n, 2)) + 2.0 * labels[:, None] - 1.0).astype(np.float32)
        return Samples(x, labels)

    return Problem(
        "clouds",
        "Two clouds",
        InputSpace("plane", (2,), -3.0, 3.0, ("x₁", "x₂")),
        OutputSpace(("left", "right")),
        samples(n_train),
        samples(n_test),
        "Drawn by the test.",
    )


@pytest.fixture(autouse=True)
def _one_blas_thread(monkeypatch):
    monkeypatch.setenv("NNSTUDIO_THREADS", "1")


@pytest.fixture
def clouds():
    return two_clouds()


@pytest.fixture
def config():
    return TrainingConfig(Architecture.of((2, 8, 2)), hyper=Hyper(learning_rate=0.01), batch_size=32, seed=3)


@pytest.fixture
def wait_for():
    """Return a function that waits until a trainer's latest snapshot meets a condition, and returns it."""
    clock = threading.Event()

    def wait(trainer, condition, timeout_s=20.0):
        deadline = perf_counter() + timeout_s
        while perf_counter() < deadline:
            snapshot = trainer.latest
            if condition(snapshot):
                return snapshot
            clock.wait(0.001)
        raise AssertionError(f"waited {timeout_s} s in vain; the latest is {trainer.latest}")

    return wait


@pytest.fixture
def start(clouds, config):
    """Return a function that starts a trainer, by default on two clouds of points."""
    trainers = []

    def start_trainer(problem=clouds, config=config, theta=None, epoch_samples=None):
        trainer = Trainer(problem, config, theta, epoch_samples=epoch_samples)
        trainers.append(trainer)
        trainer.start()
        return trainer

    yield start_trainer
    for trainer in trainers:
        assert trainer.stop(timeout_s=10.0)
