import numpy as np
import pytest

from nnstudio.engine.losses import LOSSES, LossError
from nnstudio.engine.passes import Workspace, loss_and_gradient
from nnstudio.insight.loss_slopes import loss_slopes
from nnstudio.insight.reading import read
from tests.insight.networks import network

PAIRS = [
    ("cross_entropy", "softmax"),
    ("binary_cross_entropy", "sigmoid"),
    ("binary_cross_entropy", "softmax"),
    *(
        (name, output)
        for name, kind in LOSSES.items()
        if kind.output is None
        for output in ("tanh", "softmax")
    ),
]


@pytest.mark.parametrize(("loss", "output"), PAIRS)
@pytest.mark.parametrize("hidden", ["relu", "gelu"])
def test_slopes_of_units_and_weights_are_the_trainer_s_gradient(hidden, loss, output):
    architecture, theta, x = network(hidden, output)
    grad = np.empty_like(theta)
    value = loss_and_gradient(
        architecture, theta, x[None], np.array([1]), loss, grad, Workspace(architecture, 1, np.float64)
    )
    slopes = loss_slopes(architecture, theta, read(architecture, theta, x), 1, loss)
    assert slopes.loss == pytest.approx(value, rel=1e-12)
    for k, block in enumerate(architecture.layers(grad)):
        np.testing.assert_allclose(slopes.z[k], block.b, rtol=1e-10, atol=1e-15)
        for unit in range(len(block.b)):
            np.testing.assert_allclose(slopes.weights(k, unit), block.W[unit], rtol=1e-10, atol=1e-15)


def test_the_slope_by_an_activation_is_that_of_the_layers_above():
    architecture, theta, x = network("tanh")
    reading = read(architecture, theta, x)
    slopes = loss_slopes(architecture, theta, reading, 0, "cross_entropy")
    assert len(slopes.a) == architecture.n_layers - 1
    for k, a in enumerate(slopes.a):
        np.testing.assert_allclose(a * (1 - reading.a[k] ** 2), slopes.z[k], rtol=1e-12)


def test_a_loss_that_does_not_fit_the_output_is_refused():
    architecture, theta, x = network(output="identity")
    with pytest.raises(LossError, match="needs the output activation"):
        loss_slopes(architecture, theta, read(architecture, theta, x), 0, "cross_entropy")
