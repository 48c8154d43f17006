"""How often training finds what exists: XOR and a ring by a few hidden units, from many seeds."""

import pytest

from nnstudio.data.problems import load_problem
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.training.config import TrainingConfig
from nnstudio.training.loop import TrainingLoop


def n_found(problem, n_units, hidden, n_seeds):
    """Count the seeds from which 400 full-batch steps of Adam at 0.05 get every point right."""
    found = 0
    for seed in range(n_seeds):
        config = TrainingConfig(
            Architecture.of((2, n_units, 2), hidden=hidden),
            hyper=Hyper(learning_rate=0.05),
            batch_size=len(problem.train),
            seed=seed,
        )
        loop = TrainingLoop(problem, config)
        for _ in range(400):
            loop.step()
        found += loop.evaluate(problem.train).score == 1
        loop.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hidden", "n_units", "expected"),
    [
        ("relu", 2, 4),
        ("relu", 3, 8),
        ("relu", 4, 10),
        ("relu", 8, 19),
        ("tanh", 2, 11),
        ("tanh", 3, 18),
        ("tanh", 4, 20),
        ("absolute", 1, 10),
        ("absolute", 2, 19),
    ],
)
def test_the_odds_of_xor_from_twenty_seeds(hidden, n_units, expected):
    """Two ReLU units are enough (tests/data/test_plane_sets.py), and found by every fifth seed only."""
    # Another BLAS rounds otherwise.
    assert abs(n_found(load_problem("plane-xor"), n_units, hidden, 20) - expected) <= 2


@pytest.mark.slow
@pytest.mark.parametrize(("n_units", "least", "most"), [(1, 0, 0), (2, 0, 0), (3, 3, 8), (4, 9, 10)])
def test_the_odds_of_a_ring_from_ten_seeds(n_units, least, most):
    """Two ReLU units cannot close a ring, three can."""
    assert least <= n_found(load_problem("plane-ring"), n_units, "relu", 10) <= most
