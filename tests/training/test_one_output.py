"""Two classes learned by one output: the sigmoid, the perceptron, and what is measured."""

import numpy as np
import pytest

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.training.config import TrainingConfig
from nnstudio.training.evaluation import Evaluation
from nnstudio.training.loop import TrainingLoop


@pytest.mark.parametrize(
    ("loss", "values"),
    [
        ("binary_cross_entropy", {}),
        ("binary_cross_entropy", {"label_smoothing": 0.1, "dropout": 0.1}),
        ("squared_error", {}),
    ],
)
def test_a_sigmoid_learns(loss, values, clouds):
    architecture = Architecture.of((2, 6, 1), hidden="tanh", output="sigmoid")
    loop = TrainingLoop(
        clouds, TrainingConfig(architecture, loss, batch_size=32, hyper=Hyper(learning_rate=0.03), **values)
    )
    before = loop.evaluate()
    for _ in range(300):
        loop.step()
    after = loop.evaluate()
    assert after.residuals is None
    assert after.loss < before.loss
    assert after.accuracy > 0.95


def test_rosenblatts_rule_is_that_of_one_unit():
    """AND, one sample at a time: the corrections end at a line, as the theorem says."""
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    samples = Samples(x, np.array([0, 0, 0, 1]))
    architecture = Architecture.of((2, 1), output="step")
    theta = np.array([1, 1, -1.5], np.float32)
    found = Evaluation(architecture, theta, samples, "perceptron").finish()
    assert (found.loss, found.accuracy) == (0, 1)
    lost = Evaluation(architecture, np.array([1, 1, -0.5], np.float32), samples, "perceptron").finish()
    # (0, 1) and (1, 0) fire with z = 0.5 and should not.
    assert (lost.loss, lost.n_errors) == (0.25, 2)
