"""A detector of inputs that are of none of the classes."""

import math

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.ood_detector import (
    OODDetector,
    OODScore,
    detector_architecture,
    ood_scores,
    threshold_for,
)
from nnstudio.engine.passes import activations


@pytest.fixture
def network():
    return Architecture.of((2, 3, 2))


@pytest.fixture
def theta(network):
    return np.random.default_rng(1).normal(size=network.n_params).astype(np.float32)


@pytest.fixture
def detector(network):
    n_params = detector_architecture(network, 4).n_params
    return OODDetector(4, np.random.default_rng(2).normal(size=n_params).astype(np.float32), 0.5)


def test_it_sees_the_inputs_and_all_hidden_layers():
    assert detector_architecture(Architecture.of((784, 100, 300, 10)), 48).layer_sizes == (1184, 48, 1)


def test_scores_are_the_log_odds_by_hand(network, theta, detector):
    x = np.array([[0.5, -1.0], [2.0, 3.0]], np.float32)
    first, second = network.layers(theta)
    seen = np.concatenate([x, np.maximum(x @ first.W.T + first.b, 0)], axis=1)
    below, above = detector_architecture(network, 4).layers(detector.theta)
    expected = np.maximum(seen @ below.W.T + below.b, 0) @ above.W[0] + above.b[0]
    assert len(second.b) == 2
    np.testing.assert_allclose(ood_scores(network, theta, detector, x), expected, rtol=1e-5)
    np.testing.assert_allclose(ood_scores(network, theta, detector, x, batch_size=1), expected, rtol=1e-5)


def test_one_input_is_judged_as_among_many(network, theta, detector):
    x = np.array([[0.5, -1.0]], np.float32)
    trace = activations(network, theta, x)
    ood_score = detector.judge([values[0] for values in trace.a[:-1]])
    assert ood_score.score == pytest.approx(float(ood_scores(network, theta, detector, x)[0]))
    assert ood_score.threshold == 0.5


def test_rejected_means_above_the_threshold_and_above_half():
    assert OODScore(1.0, 1.0).measure == 0.5
    assert not OODScore(1.0, 1.0).is_rejected
    assert OODScore(1.1, 1.0).is_rejected
    assert OODScore(1.1, 1.0).measure > 0.5
    assert OODScore(2.0, 0.0).measure == pytest.approx(1 / (1 + math.exp(-2.0)))
    assert (OODScore(1e6, 0.0).measure, OODScore(-1e6, 0.0).measure) == (1.0, 0.0)


def test_the_threshold_rejects_no_more_than_the_share_of_any_set():
    rng = np.random.default_rng(3)
    sets = [rng.normal(size=500), rng.normal(1.0, 1.0, size=300)]
    threshold = threshold_for(sets, 0.02)
    shares = [np.mean(scores > threshold) for scores in sets]
    assert max(shares) == 0.02
    lower = np.nextafter(threshold, -np.inf)
    assert max(np.mean(scores > lower) for scores in sets) > 0.02


def test_weights_are_not_changed_by_accident(detector):
    with pytest.raises(ValueError, match="read-only"):
        detector.theta[0] = 1
