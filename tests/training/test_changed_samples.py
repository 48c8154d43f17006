"""Samples that change within a run: weights, optimiser and count of steps go on."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace, Problem, Quantity, Samples
from nnstudio.data.scaling import measure_scaling
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.training.batch_plan import BatchPlan
from nnstudio.training.config import ConfigError, TrainingConfig
from nnstudio.training.loop import TrainingLoop
from nnstudio.training.snapshot import RunState


def problem_of(y, n=64, inputs=1):
    x = np.linspace(-1, 1, n * inputs, dtype=np.float32).reshape(n, inputs)
    samples = Samples(x, y(x[:, :1]).astype(np.float32))
    space = InputSpace("line" if inputs == 1 else "plane", (inputs,), -1.0, 1.0, ("x", "y")[:inputs])
    quantity = OutputSpace(quantities=(Quantity("y"),))
    return Problem("p", "P", space, quantity, samples, samples.subset(np.arange(0, n, 3)), "here")


LINE = problem_of(lambda x: 2 * x)
CONFIG = TrainingConfig(
    Architecture.of((1, 8, 1), hidden="tanh", output="identity"),
    loss="squared_error",
    batch_size=32,
    hyper=Hyper(learning_rate=0.01),
)


def loop_after(n_steps, problem=LINE):
    loop = TrainingLoop(problem, CONFIG)
    for _ in range(n_steps):
        loop.step()
    return loop


@pytest.mark.parametrize("n", [1, 10, 64, 200])
def test_the_next_step_learns_from_the_new_samples(n):
    loop = loop_after(5)
    theta = loop.theta.copy()
    other = problem_of(lambda x: -x, n)
    loop.change_samples(other)
    np.testing.assert_array_equal(loop.theta, theta)
    assert (loop.n_steps, loop.n_train, loop.last_batch_size) == (5, n, 32)
    assert loop.epoch == pytest.approx(2.5, abs=0.51)
    for _ in range(600):
        loop.step()
    assert loop.evaluate(other.train).residuals.rmse < 0.05
    assert loop.problem is other


def test_equal_samples_change_nothing():
    loop, other = loop_after(7), loop_after(7)
    copy = Samples(LINE.train.x.copy(), LINE.train.answers.copy())
    other.change_samples(replace(LINE, train=copy))
    for _ in range(9):
        loop.step()
        other.step()
    np.testing.assert_array_equal(loop.theta, other.theta)


def test_inputs_are_scaled_as_before():
    scaling = measure_scaling(LINE.train, "unit")
    scaled = replace(
        LINE, train=replace(LINE.train, scaling=scaling), test=replace(LINE.test, scaling=scaling)
    )
    loop = loop_after(3, scaled)
    loop.change_samples(problem_of(lambda x: -x, 16))
    assert loop.problem.train.scaling is scaling
    assert loop.problem.test.scaling is scaling


def test_a_problem_of_other_inputs_is_refused():
    loop = loop_after(1)
    with pytest.raises(ConfigError, match="takes 1 inputs"):
        loop.change_samples(problem_of(lambda x: x, 8, inputs=2))
    assert loop.problem is LINE


def test_a_divergence_returns_to_weights_of_the_new_samples():
    loop = loop_after(5)
    loop.change_samples(problem_of(lambda x: x, 10))
    loop.step()
    loop.go_back()
    assert loop.n_steps == 5
    assert loop.batch_plan.n_samples == 10
    loop.step()


@pytest.mark.parametrize("n", [1, 2, 7, 640])
def test_the_plan_keeps_its_place(n):
    plan = BatchPlan(64, 32).with_samples(n, min(n, 32), step=3)
    assert plan.epoch_at(3) == pytest.approx(1.5, abs=0.51)
    assert plan.epoch_at(3) >= 1.5
    places = [plan.place_of(step) for step in range(3, 60)]
    assert all(0 <= place.start < place.stop <= n for place in places)
    assert [plan.epoch_at(step) for step in range(3, 60)] == sorted(plan.epoch_at(k) for k in range(3, 60))


@pytest.fixture
def trainer(start):
    return start(LINE, CONFIG)


def test_a_run_goes_on_with_other_samples_and_a_mark(trainer, wait_for):
    trainer.play()
    run_id = wait_for(trainer, lambda latest: latest.step > 200).run_id
    other = problem_of(lambda x: np.abs(x), 20)
    trainer.change_samples(other)
    trainer.change_samples(other, "points moved")
    marked = wait_for(trainer, lambda latest: latest.changes)
    assert [change.text for change in marked.changes] == ["points moved"]
    wait_for(trainer, lambda latest: latest.step > marked.step + 3000)
    trainer.pause()
    paused = wait_for(
        trainer, lambda latest: latest.state is RunState.PAUSED and latest.test_step == latest.step
    )
    assert paused.run_id == run_id
    assert paused.test_score < 0.1


def test_at_rest_the_new_samples_are_measured(trainer, wait_for):
    before = wait_for(trainer, lambda latest: latest.test_step == 0).test_score
    trainer.change_samples(problem_of(lambda x: 50 + x, 20))
    wait_for(trainer, lambda latest: latest.test_score is not None and latest.test_score > before + 10)


def test_a_run_from_the_start_has_the_new_samples(trainer, wait_for):
    trainer.change_samples(problem_of(lambda x: 50 + x, 20))
    run_id = trainer.reset()
    first = wait_for(trainer, lambda latest: latest.run_id == run_id and latest.test_step == 0)
    assert first.test_score > 10


def test_another_problem_is_refused_and_the_run_stays(trainer, wait_for):
    with pytest.raises(ConfigError):
        trainer.change_samples(problem_of(lambda x: x, 8, inputs=2))
    trainer.step_batch()
    wait_for(trainer, lambda latest: latest.step == 1)
