from dataclasses import replace

import numpy as np
import pytest

from nnstudio.engine.hyper import Hyper
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_and_gradient
from nnstudio.insight.one_step import OneStep, Phase, one_step
from nnstudio.training.config import TrainingConfig
from tests.insight.networks import network


@pytest.fixture(params=["relu", "tanh"])
def taken(request):
    architecture, theta, x = network(request.param)
    config = TrainingConfig(architecture, optimiser="sgd", hyper=Hyper(learning_rate=0.1), batch_size=1)
    return config, theta, x, one_step(config, theta, x, 2)


def test_plain_descent_steps_against_the_gradient(taken):
    config, theta, x, step = taken
    gradient = np.empty_like(theta)
    workspace = Workspace(config.architecture, 1, np.float64)
    label = np.array([2])
    loss_and_gradient(config.architecture, theta, x[None], label, "cross_entropy", gradient, workspace)
    np.testing.assert_allclose(step.change, -0.1 * gradient, rtol=1e-9, atol=1e-15)
    assert (step.theta == theta).all()


def test_the_gradient_is_delta_times_what_entered(taken):
    config, *_, step = taken
    for k, layer in enumerate(config.architecture.layers(step.change)):
        delta = step.slopes.z[k]
        np.testing.assert_allclose(layer.b, -0.1 * delta, atol=1e-15)
        np.testing.assert_allclose(layer.W, -0.1 * np.outer(delta, step.reading.into(k)), atol=1e-15)


def test_the_loss_falls_and_the_true_class_gains(taken):
    *_, step = taken
    assert step.slopes_after.loss < step.slopes.loss
    assert step.reading_after.outputs[2] > step.reading.outputs[2]


def test_stages_go_up_and_come_down(taken):
    step: OneStep = taken[-1]
    stages = [(stage.phase, stage.layer) for stage in step.stages]
    assert stages[:4] == [(Phase.FORWARD, k) for k in range(4)]
    assert stages[4] == (Phase.LOSS, 3)
    assert stages[5:9] == [(Phase.BACKWARD, k) for k in (3, 2, 1, 0)]
    assert stages[9:] == [(Phase.UPDATE, 3), (Phase.AFTER, 3)]


@pytest.mark.parametrize("optimiser", ["adam", "momentum"])
def test_every_optimiser_takes_its_first_step(optimiser):
    architecture, theta, x = network()
    config = TrainingConfig(architecture, optimiser=optimiser, hyper=Hyper(learning_rate=0.01))
    step = one_step(config, theta, x, 0)
    if optimiser == "adam":
        moved = step.change[np.abs(step.change) > 1e-6]
        np.testing.assert_allclose(np.abs(moved), 0.01, rtol=1e-2)
    assert step.slopes_after.loss < step.slopes.loss


def test_weights_that_overflow_take_no_step():
    architecture, theta, x = network()
    config = TrainingConfig(architecture)
    assert one_step(config, np.full_like(theta, 1e200), x * 1e200, 0) is None
    assert one_step(replace(config, hyper=Hyper(learning_rate=1e3)), theta, x, 0) is not None
