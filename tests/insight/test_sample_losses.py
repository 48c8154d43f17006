import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.engine.layer_passes import OutputPass, Workspace
from nnstudio.engine.losses import LOSSES
from nnstudio.engine.passes import forward
from nnstudio.insight.sample_losses import sample_losses

PAIRS = [
    (loss.name, output)
    for loss in LOSSES.values()
    for output in ((loss.output, *loss.others) if loss.output else ("softmax", "sigmoid", "tanh", "identity"))
]


@pytest.mark.parametrize("scale", [0.5, 5.0])
@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_each_is_what_the_engine_makes_of_that_sample_alone(loss, output, scale):
    architecture = Architecture.of((6, 5, 4), hidden="tanh", output=output)
    rng = np.random.default_rng(3)
    theta = scale * initialise(architecture, rng=rng, dtype=np.float64)
    x, labels = rng.standard_normal((9, 6)), rng.integers(0, 4, 9)
    workspace = Workspace(architecture, 9, np.float64)
    forward(architecture, theta, x, workspace)
    found = sample_losses(workspace.z[-1], workspace.a[-1], labels, loss, output)
    expected = []
    for k in range(9):
        forward(architecture, theta, x[k : k + 1], workspace)
        expected.append(OutputPass(workspace, slice(1), loss).loss(labels[k : k + 1]).item())
    assert np.ptp(expected) > 0.01
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_a_loss_without_a_formula_here_is_named():
    with pytest.raises(KeyError, match="novel"):
        sample_losses(np.zeros((1, 2)), np.full((1, 2), 0.5), np.array([0]), "novel", "softmax")


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy"])
def test_enormous_logits_have_a_finite_loss(loss):
    z = np.array([[2000.0, -2000.0, 0.0]], np.float32)
    a = np.array([[1.0, 0.0, 0.0]], np.float32)
    (wrong,) = sample_losses(z, a, np.array([1]), loss, "softmax")
    (right,) = sample_losses(z, a, np.array([0]), loss, "softmax")
    assert right == pytest.approx(0.0, abs=1e-6)
    # Binary cross-entropy also counts the certainty of the class that it is not.
    assert wrong == (4000 if loss == "cross_entropy" else 6000)
