from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, Problem, Samples
from nnstudio.data.problems import DIGITS
from nnstudio.data.synthetic import synthetic_digits
from nnstudio.engine.architecture import Architecture
from nnstudio.training.loop import Diverged, TrainingLoop
from nnstudio.training.rate_search import RateSearch
from nnstudio.training.snapshot import RunState


@pytest.fixture(scope="module")
def digits():
    images, labels = synthetic_digits(300, rng=np.random.default_rng(0))
    train = Samples(images, labels, scale=1 / 255)
    space = InputSpace("image", (28, 28), 0.0, 1.0)
    return Problem("digits", "Digits", space, DIGITS, train, train, "Written by the test.")


def diverged(problem, config):
    """Return a loop that has diverged."""
    loop = TrainingLoop(problem, config)
    with pytest.raises(Diverged):
        take_and_keep(loop, 500)
    return loop


def take_and_keep(loop, n_steps):
    """Take steps, and keep weights now and then as the trainer does: they may be spoiled already."""
    for k in range(n_steps):
        if k % 7 == 0:
            loop.keep()
        loop.step()


@pytest.mark.parametrize(
    ("sizes", "optimiser", "loss", "output", "rate"),
    [
        ((784, 16, 16, 10), "sgd", "squared_error", "identity", 3.0),
        ((784, 10), "momentum", "squared_error", "identity", 0.1),
        ((784, 10), "sgd", "cross_entropy", "softmax", 1e38),
        ((784, 16, 10), "adam", "squared_error", "identity", 1e20),
    ],
)
def test_the_advised_rate_works_on_the_configuration_that_diverged(
    digits, config, sizes, optimiser, loss, output, rate
):
    config = replace(
        config, architecture=Architecture.of(sizes, output=output), loss=loss, optimiser=optimiser
    )
    config = config.with_hyper(learning_rate=rate)
    loop = diverged(digits, config)
    kept = loop.theta.tobytes()
    search = RateSearch(loop)
    search.finish()
    assert f"learning rate of {search.rate:g}" in search.advice
    assert search.rate < rate
    assert loop.theta.tobytes() == kept, "the run itself waits as it was"

    advised = config.with_hyper(learning_rate=search.rate)
    again = TrainingLoop(digits, advised, None if search.needs_fresh_weights else loop.theta)
    losses = [again.step() for _ in range(300)]
    assert np.mean(losses[-20:]) < 0.5 * losses[0]
    assert again.evaluate().accuracy > 0.4, "of ten classes"


def test_weights_that_have_learned_are_gone_on_from(digits, config):
    architecture = Architecture.of((784, 16, 10), output="identity")
    config = replace(config, architecture=architecture, loss="squared_error", optimiser="sgd")
    loop = TrainingLoop(digits, config.with_hyper(learning_rate=0.01))
    for _ in range(300):
        loop.step()
    loop.keep()
    learned = loop.evaluate().loss
    loop.change(config.with_hyper(learning_rate=1e38))
    with pytest.raises(Diverged):
        take_and_keep(loop, 7)
    search = RateSearch(loop)
    search.finish()
    assert not search.needs_fresh_weights
    again = TrainingLoop(digits, config.with_hyper(learning_rate=search.rate), loop.theta)
    for _ in range(100):
        again.step()
    assert again.evaluate().loss < learned


def test_where_no_rate_works_another_way_out_is_named(clouds, config):
    loop = TrainingLoop(clouds, config.with_hyper(learning_rate=1e-9))
    search = RateSearch(loop)
    search.finish()
    assert search.rate is None
    assert "another optimiser" in search.advice


def test_the_trainer_adds_the_advice_once_it_is_found(start, wait_for, config):
    architecture = Architecture.of((2, 8, 2), output="identity")
    config = replace(config, architecture=architecture, loss="squared_error", optimiser="sgd")
    trainer = start(config=config.with_hyper(learning_rate=1e30))
    trainer.play()
    said = wait_for(trainer, lambda snapshot: "learning rate of" in snapshot.message)
    assert said.state is RunState.DIVERGED
    rate = float(said.message.rpartition(" ")[2].rstrip("."))
    trainer.change(config.with_hyper(learning_rate=rate))
    trainer.play()
    running = wait_for(trainer, lambda snapshot: snapshot.epoch > 5)
    assert running.state is RunState.RUNNING
    assert running.message == ""
    assert running.test_score > 0.8


def test_a_command_ends_the_search(start, wait_for, config, monkeypatch):
    monkeypatch.setattr(RateSearch, "advance", lambda self: None)
    trainer = start(config=replace(config, optimiser="sgd").with_hyper(learning_rate=1e30))
    trainer.play()
    wait_for(trainer, lambda snapshot: snapshot.state is RunState.DIVERGED)
    run_id = trainer.reset()
    fresh = wait_for(trainer, lambda snapshot: snapshot.run_id == run_id)
    assert fresh.message == ""
