"""Training towards numbers: targets, measures, the best checkpoint, and networks without biases."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.output_kinds import ACCURACY, RMSE
from nnstudio.data.problem import InputScaling, InputSpace, OutputSpace, Problem, Quantity, Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_and_gradient, predict
from nnstudio.training.config import ConfigError, TrainingConfig
from nnstudio.training.loop import TrainingLoop
from nnstudio.training.snapshot import RunState
from nnstudio.training.start import initial_theta
from nnstudio.training.trainer import Trainer

SPACE = OutputSpace(quantities=(Quantity("y"), Quantity("twice", "m")))


def samples(n=64):
    x = np.linspace(-1, 1, n, dtype=np.float32)[:, None]
    return Samples(x, np.concatenate((np.sin(3 * x), 2 * x), axis=1))


@pytest.fixture
def problem():
    space = InputSpace("line", (1,), -1.0, 1.0, ("x",))
    return Problem("two", "Two numbers", space, SPACE, samples(), samples(31), "made here")


def config(sizes=(1, 16, 2), **values):
    architecture = Architecture.of(sizes, hidden="tanh", output="identity")
    return TrainingConfig(
        architecture,
        **{"loss": "squared_error", "batch_size": 64, "hyper": Hyper(learning_rate=0.01), **values},
    )


def test_a_network_learns_numbers(problem):
    loop = TrainingLoop(problem, config())
    before = loop.evaluate()
    for _ in range(800):
        loop.step()
    after = loop.evaluate()
    assert after.score == after.residuals.rmse < 0.03 < before.residuals.rmse
    assert after.residuals.r2 > 0.99
    assert after.residuals.largest < 0.15


def test_measures_are_those_of_the_residuals(problem):
    loop = TrainingLoop(problem, config())
    test = problem.test
    outputs = predict(loop.config.architecture, loop.theta, test.inputs()).astype(np.float64)
    errors = outputs - test.targets
    found = loop.evaluate()
    assert found.loss == pytest.approx(0.5 * (errors**2).sum() / len(test), rel=1e-5)
    assert found.residuals.rmse == pytest.approx(np.sqrt((errors**2).mean()), rel=1e-6)
    assert found.residuals.largest == pytest.approx(np.abs(errors).max(), rel=1e-6)
    assert found.residuals.largest_at == np.abs(errors).max(axis=1).argmax()
    spread = ((test.targets - test.targets.mean(axis=0)) ** 2).sum()
    assert found.residuals.r2 == pytest.approx(1 - (errors**2).sum() / spread, rel=1e-5)


def test_constant_targets_have_no_coefficient_of_determination(problem):
    flat = Samples(np.zeros((3, 1), np.float32), np.ones((3, 2), np.float32))
    assert TrainingLoop(problem, config()).evaluate(flat).residuals.r2 is None


def test_one_hot_targets_give_the_loss_and_gradient_of_labels(problem):
    rng = np.random.default_rng(0)
    x, labels = rng.standard_normal((9, 1)).astype(np.float32), rng.integers(0, 2, 9)
    targets = np.eye(2, dtype=np.float32)[labels]
    for output, loss, exact in (("identity", "squared_error", True), ("softmax", "cross_entropy", False)):
        architecture = Architecture.of((1, 5, 2), output=output)
        theta = rng.standard_normal(architecture.n_params).astype(np.float32)
        grads = np.empty((2, architecture.n_params), np.float32)
        workspace = Workspace(architecture, 9)
        values = [
            loss_and_gradient(architecture, theta, x, answers, loss, grad, workspace)
            for answers, grad in zip((labels, targets), grads, strict=True)
        ]
        if exact:
            assert values[0] == values[1]
            np.testing.assert_array_equal(*grads)
        else:
            assert values[0] == pytest.approx(values[1], rel=1e-6)
            np.testing.assert_allclose(*grads, atol=1e-7)


@pytest.mark.parametrize("loss", ["cross_entropy", "hinge", "binary_cross_entropy"])
def test_losses_of_classes_are_refused(problem, loss):
    output = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}.get(loss, "identity")
    architecture = Architecture.of((1, 4, 2), output=output)
    with pytest.raises(ConfigError, match="choose squared error"):
        TrainingLoop(problem, TrainingConfig(architecture, loss))


def test_other_settings_of_classes_are_refused(problem):
    with pytest.raises(ConfigError, match="Label smoothing is for classes"):
        TrainingLoop(problem, config(label_smoothing=0.1))
    with pytest.raises(ConfigError, match="asks for 2; change the last layer to 2"):
        TrainingLoop(problem, config((1, 4, 3)))


def test_the_best_checkpoint_has_the_smallest_error(problem, wait_for):
    trainer = Trainer(problem, config(epochs=400, batch_size=8))
    trainer.start()
    try:
        trainer.play()
        history = wait_for(
            trainer, lambda s: s.state is RunState.FINISHED and s.test_step == s.step
        ).checkpoint_history
    finally:
        assert trainer.stop()
    assert history.measure is RMSE
    scores = [each.test_score for each in history.checkpoints if each.is_measured]
    assert history.best.test_score == min(scores) < scores[0]


def test_measures_say_which_way_is_better():
    assert ACCURACY.is_better(0.9, 0.8)
    assert RMSE.is_better(0.8, 0.9)
    assert ACCURACY.error(0.75) == 0.25
    assert RMSE.error(0.75) == 0.75


def test_biases_that_are_not_there_stay_zero(problem):
    plain = config()
    without = replace(plain, architecture=replace(plain.architecture, has_biases=False))
    loop = TrainingLoop(problem, without)
    before = loop.theta.copy()
    for _ in range(1000):
        loop.step()
    assert np.any(loop.theta != before)
    for layer in loop.config.architecture.layers(loop.theta):
        assert not layer.b.any()
        assert layer.W.all()
    assert plain.needs_fresh_weights(without) == "biases"


def test_inputs_that_are_shifted_need_biases(problem):
    scaling = InputScaling(np.ones(1, np.float32), np.ones(1, np.float32))
    shifted = replace(problem, train=replace(problem.train, scaling=scaling))
    without = replace(config().architecture, has_biases=False)
    with pytest.raises(ConfigError, match="without biases cannot take inputs that are shifted"):
        TrainingLoop(shifted, replace(config(), architecture=without))
    TrainingLoop(shifted, config())


def test_kinks_are_spread_over_the_inputs_that_are_trained_on():
    space = InputSpace("line", (1,), 100.0, 400.0, ("day",))
    architecture = Architecture.of((1, 200, 1), output="identity")
    kinky = TrainingConfig(architecture, "squared_error", "kinks_spread")
    scaling = InputScaling(np.full(1, 250, np.float32), np.full(1, 0.01, np.float32))
    for given, (low, high) in ((None, (100, 400)), (scaling, (-1.5, 1.5))):
        first = architecture.layers(initial_theta(kinky, space, given))[0]
        kinks = -first.b / first.W[:, 0]
        assert low <= kinks.min() < low + 0.05 * (high - low)
        assert high - 0.05 * (high - low) < kinks.max() <= high
    without = replace(kinky, architecture=replace(architecture, has_biases=False))
    assert not architecture.layers(initial_theta(without, space))[0].b.any()
