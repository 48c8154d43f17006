import numpy as np
import pytest

from nnstudio.data.problem import ProblemError
from nnstudio.data.problems import load_problem
from nnstudio.data.random_labels import with_random_labels


@pytest.fixture(scope="module")
def moons():
    return load_problem("plane-moons")


def test_a_share_of_the_training_labels_is_drawn_and_nothing_else_changes(moons):
    noisy = with_random_labels(moons, 0.5, seed=3)
    changed = np.mean(noisy.train.labels != moons.train.labels)
    # Half are drawn, and half of those hit the true one of two classes.
    assert changed == pytest.approx(0.25, abs=0.05)
    assert np.shares_memory(noisy.train.x, moons.train.x)
    assert noisy.train.scale == moons.train.scale
    assert noisy.test is moons.test
    assert noisy.title == f"{moons.title}, 50 % random labels"
    assert noisy.source.startswith(moons.source)


def test_all_labels_at_random_know_nothing_of_the_truth(moons):
    noisy = with_random_labels(moons, 1.0, seed=0)
    both = np.mean(noisy.train.labels == moons.train.labels)
    assert both == pytest.approx(0.5, abs=0.06)


def test_the_seed_decides(moons):
    one, same, other = (with_random_labels(moons, 0.3, seed=seed).train.labels for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


def test_the_problem_itself_is_left_alone(moons):
    before = moons.train.labels.copy()
    with_random_labels(moons, 1.0, seed=0)
    assert (moons.train.labels == before).all()
    assert with_random_labels(moons, 0.0, seed=0) is moons


@pytest.mark.parametrize(("share", "seed"), [(-0.1, 0), (1.5, 0), (float("nan"), 0), (0.5, -1)])
def test_what_cannot_be_is_refused(moons, share, seed):
    with pytest.raises(ProblemError):
        with_random_labels(moons, share, seed=seed)
