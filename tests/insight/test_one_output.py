"""A single output for two classes, against the softmax of two outputs, of which the first is always 0."""

import numpy as np
import pytest

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.losses import LossError, smooth_labels
from nnstudio.engine.passes import Workspace, loss_and_gradient, loss_value
from nnstudio.insight.chain_rule import chain_of_loss
from nnstudio.insight.comparison import agreement
from nnstudio.insight.contributions import contributions
from nnstudio.insight.flip import smallest_flip
from nnstudio.insight.loss_slopes import loss_slopes
from nnstudio.insight.parameters import Parameter
from nnstudio.insight.reading import read
from nnstudio.insight.sample_losses import sample_losses
from nnstudio.insight.sample_results import SampleEvaluation
from tests.insight.networks import network

N = 40
X = np.random.default_rng(2).normal(size=(N, 5)).astype(np.float32)
LABELS = np.random.default_rng(3).integers(0, 2, N)


def one_and_two(hidden="tanh"):
    """Return a network of one output and x, and the network of two outputs that says the same."""
    one, theta, x = network(hidden, "sigmoid", (5, 7, 4, 1))
    two = Architecture.of((5, 7, 4, 2), hidden=hidden, output="softmax")
    wide = np.zeros(two.n_params)
    for old, new in zip(one.layers(theta), two.layers(wide), strict=True):
        new.W[-len(old.W) :], new.b[-len(old.b) :] = old.W, old.b
    return (one, theta), (two, wide), x


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_loss_and_gradient(smoothing):
    (one, theta), (two, wide), _ = one_and_two()
    found = []
    for architecture, weights, loss in ((one, theta, "binary_cross_entropy"), (two, wide, "cross_entropy")):
        grad = np.empty_like(weights)
        answers = smooth_labels(LABELS, architecture.n_outputs, smoothing) if smoothing else LABELS
        value = loss_and_gradient(
            architecture, weights, X, answers, loss, grad, Workspace(architecture, N, np.float64)
        )
        layers = architecture.layers(grad)
        found.append((value, [layers[0].W, layers[0].b, layers[1].W, layers[2].W[-1:], layers[2].b[-1:]]))
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-7)
    for mine, theirs in zip(found[0][1], found[1][1], strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("label", [-1, 2])
def test_there_are_two_labels(label):
    (one, theta), _, _ = one_and_two()
    labels = np.full(N, label)
    with pytest.raises(LossError, match="between 0 and 1"):
        loss_value(one, theta, X, labels, "squared_error", Workspace(one, N, np.float64))


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "squared_error", "absolute_error", "perceptron"])
def test_the_losses_of_samples_have_the_loss_as_mean(loss):
    output = "step" if loss == "perceptron" else "sigmoid"
    architecture, theta, _ = network("tanh", output, (5, 7, 4, 1))
    workspace = Workspace(architecture, N, np.float64)
    mean = loss_value(architecture, theta, X, LABELS, loss, workspace)
    z, a = workspace.z[-1], workspace.a[-1]
    assert sample_losses(z, a, LABELS, loss, output).mean() == pytest.approx(mean, rel=1e-6)


def test_reading_and_slopes():
    (one, theta), (two, wide), x = one_and_two()
    mine, theirs = read(one, theta, x), read(two, wide, x)
    assert mine.outputs.shape == (1,)
    np.testing.assert_allclose(mine.class_values, theirs.class_values, rtol=1e-12)
    np.testing.assert_allclose(mine.class_sums, theirs.class_sums, rtol=1e-12)
    assert mine.label == theirs.label
    for label in (0, 1):
        slopes = loss_slopes(one, theta, mine, label, "binary_cross_entropy")
        same = loss_slopes(two, wide, theirs, label, "cross_entropy")
        assert slopes.loss == pytest.approx(same.loss, rel=1e-7)
        np.testing.assert_allclose(slopes.a[0], same.a[0], rtol=1e-6)
        chain = chain_of_loss(one, theta, mine, label, "binary_cross_entropy", Parameter(0, 2, 1))
        assert chain.lines[-1].value == pytest.approx(slopes.weights(0, 2)[1], rel=1e-6)


@pytest.mark.parametrize(("label", "against"), [(0, 1), (1, 0), (0, None), (1, None)])
def test_contributions(label, against):
    (one, theta), (two, wide), x = one_and_two("relu")
    mine = contributions(one, theta, read(one, theta, x), label, against)
    theirs = contributions(two, wide, read(two, wide, x), label, against)
    for first, second in zip(mine, theirs, strict=True):
        assert first.difference == pytest.approx(second.difference, rel=1e-12)
        np.testing.assert_allclose(first.values, second.values, rtol=1e-9, atol=1e-12)
        assert abs(first.gap) < 1e-9


@pytest.mark.parametrize("target", [None, 0, 1])
def test_flips(target):
    (one, theta), (two, wide), x = one_and_two()
    mine, theirs = (smallest_flip(*each, x, (-9.0, 9.0), target) for each in ((one, theta), (two, wide)))
    if target == read(one, theta, x).label:
        assert mine is theirs is None
        return
    assert (mine.label_before, mine.label) == (theirs.label_before, theirs.label)
    np.testing.assert_allclose(mine.x, theirs.x, rtol=1e-6, atol=1e-9)


def test_results_over_samples():
    (one, theta), (two, wide), _ = one_and_two()
    samples, found = Samples(X, LABELS), []
    for architecture, weights, loss in ((one, theta, "binary_cross_entropy"), (two, wide, "cross_entropy")):
        evaluation = SampleEvaluation(architecture, weights.astype(np.float32), samples, loss, batch_size=9)
        found.append(evaluation.finish())
    mine, theirs = found
    np.testing.assert_allclose(mine.outputs, theirs.outputs, atol=1e-6)
    np.testing.assert_allclose(mine.losses, theirs.losses, rtol=1e-5)
    np.testing.assert_array_equal(mine.predicted, theirs.predicted)
    np.testing.assert_array_equal(mine.confusion, theirs.confusion)
    assert mine.n_errors == theirs.n_errors
    np.testing.assert_allclose(mine.active[-1], theirs.active[-1][1:])
    *_, agreed = agreement((one, theta), (two, wide), samples)
    assert agreed.n_same == agreed.n == N
