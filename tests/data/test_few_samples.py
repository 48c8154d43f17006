"""A few of the training samples."""

import numpy as np
import pytest

from nnstudio.data.few_samples import with_few_samples
from nnstudio.data.problem import ProblemError
from nnstudio.data.problems import load_problem
from nnstudio.training.data_choices import DataChoices


@pytest.fixture(scope="module")
def moons():
    return load_problem("plane-moons")


def rows(samples):
    return {tuple(row) for row in samples.x.tolist()}


def test_they_are_the_first_after_a_shuffle_by_the_seed(moons):
    few, more, other = (with_few_samples(moons, n, seed=seed) for n, seed in ((20, 0), (50, 0), (20, 1)))
    assert (len(few.train), len(more.train)) == (20, 50)
    np.testing.assert_array_equal(few.train.x, more.train.x[:20])
    assert rows(few.train) <= rows(moons.train)
    assert rows(few.train) != rows(other.train)
    assert few.test is moons.test
    assert few.title == f"{moons.title}, 20 samples"
    assert with_few_samples(moons, None, seed=0) is moons


@pytest.mark.parametrize("n", [-1, 0, 1, 9999])
def test_what_cannot_be_is_refused_with_the_range(moons, n):
    with pytest.raises(ProblemError, match=f"are 2 to {len(moons.train):,} for Two moons, and {n:,} is not"):
        with_few_samples(moons, n, seed=0)


def test_true_and_random_labels_are_those_of_the_same_samples(moons):
    true, random = (DataChoices(samples=40, random_labels=share).labelled(moons, 3) for share in (0.0, 1.0))
    np.testing.assert_array_equal(true.train.x, random.train.x)
    assert 0.2 < np.mean(true.train.labels != random.train.labels) < 0.8
