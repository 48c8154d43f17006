"""Fitting an out-of-distribution detector to a network."""

import numpy as np
import pytest

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.engine.ood_detector import ood_scores
from nnstudio.training.config import ConfigError
from nnstudio.training.ood_fitting import OODConfig, fit_detector, rounded

NETWORK = Architecture.of((2, 8, 2))
THETA = initialise(NETWORK, rng=np.random.default_rng(1), scheme="he_normal")


def points(n, rng):
    """Points near the origin are known, those on a ring are not."""
    labels = rng.integers(0, 2, n)
    angles = rng.uniform(0, 2 * np.pi, n)
    radii = np.where(labels, 3.0, 0.5) + rng.normal(0, 0.1, n)
    x = np.stack((radii * np.cos(angles), radii * np.sin(angles)), axis=1).astype(np.float32)
    return Samples(x, labels)


class Rings:
    n_samples = 2000

    def blocks(self, epoch):
        rng = np.random.default_rng(epoch)
        yield points(1200, rng)
        yield points(800, rng)


LIKE = points(1, np.random.default_rng(0))


def fit(seed=1, epochs=3, **changes):
    return fit_detector(NETWORK, THETA, Rings(), LIKE, OODConfig(16, epochs), seed=seed, **changes)


def test_it_tells_the_unknown_and_leaves_the_network_alone():
    before = THETA.copy()
    detector = fit(epochs=100)
    test = points(500, np.random.default_rng(99))
    scores = ood_scores(NETWORK, THETA, detector, test.inputs())
    assert np.mean((scores > 0) == test.labels) > 0.98
    assert np.array_equal(THETA, before)
    assert detector.threshold == np.inf


def test_the_seed_decides():
    assert fit().theta.tobytes() == fit().theta.tobytes() != fit(seed=2).theta.tobytes()


def test_rounding_is_that_of_a_file():
    detector = fit()
    halves = rounded(detector)
    assert np.array_equal(halves.theta, halves.theta.astype(np.float16))
    assert np.allclose(halves.theta, detector.theta, atol=0.01)


def test_it_tells_how_far_it_is_and_can_be_stopped():
    shares = []
    fit(on_block=shares.append)
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1

    class StoppedError(Exception):
        pass

    def stop(share):
        if share > 0.3:
            raise StoppedError

    with pytest.raises(StoppedError):
        fit(on_block=stop)


@pytest.mark.parametrize(
    "entry",
    [
        {"units": 0},
        {"units": 2.5},
        {"epochs": 0},
        {"rejected": 0.0},
        {"rejected": 1},
        {"weight_decay": -0.1},
        {"weight_decay": float("nan")},
    ],
)
def test_impossible_entries_are_refused(entry):
    with pytest.raises(ConfigError):
        OODConfig(**entry)


def test_more_weight_decay_makes_smaller_weights():
    small, large = (
        fit_detector(NETWORK, THETA, Rings(), LIKE, OODConfig(16, 2, weight_decay=decay), seed=1)
        for decay in (0.9, 0.0)
    )
    assert np.linalg.norm(small.theta) < np.linalg.norm(large.theta)
