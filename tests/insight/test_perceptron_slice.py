import numpy as np
import pytest

from nnstudio.insight.firing import answer_table
from nnstudio.insight.perceptron_slice import perceptron_slice
from nnstudio.insight.sample_losses import sample_losses


@pytest.mark.parametrize("chosen", [0, 1, 2, 3])
def test_between_any_two_edges_the_losses_are_those_of_all_samples(chosen):
    rng = np.random.default_rng(chosen)
    points = np.column_stack((rng.normal(size=(40, 3)), np.ones(40)))
    points[:5, chosen] = 0 if chosen < 3 else 1
    targets, weights = rng.integers(0, 2, 40), rng.normal(size=4)
    found = perceptron_slice(points, targets, weights, chosen, -3, 3)
    assert (np.diff(found.edges) >= 0).all()
    for value in rng.uniform(-3, 3, 40):
        weights[chosen] = value
        z = points @ weights
        assert found.loss_at(value) == pytest.approx(answer_table(z, targets).mean)
        y = np.heaviside(z, 0)
        losses = sample_losses(z[:, None], y[:, None], targets[:, None].astype(float), "perceptron", "step")
        assert found.criterion_at(value) == pytest.approx(losses.mean())


def test_the_criterion_is_convex_and_j_has_no_slope():
    rng = np.random.default_rng(0)
    points = np.column_stack((rng.normal(size=(30, 2)), np.ones(30)))
    found = perceptron_slice(points, rng.integers(0, 2, 30), rng.normal(size=3), 0, -5, 5)
    slopes = np.diff(found.criterion) / np.diff(found.edges)
    assert (np.diff(slopes) >= -1e-9).all()
    assert len(found.edges) > 10
    assert len(found.loss) == len(found.edges) - 1


def test_samples_whose_sum_does_not_change_have_no_edge():
    found = perceptron_slice(np.array([[0.0, 1.0]]), np.array([1]), np.array([5.0, -1.0]), 0, -2, 2)
    assert found.edges.tolist() == [-2, 2]
    assert found.loss.tolist() == [0.5]
    assert found.criterion.tolist() == [1, 1]
