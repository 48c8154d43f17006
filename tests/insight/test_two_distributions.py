import math

import numpy as np
import pytest

from nnstudio.insight.two_distributions import ShareError, TwoDistributions, entropy, with_share


def random(seed, n=5):
    rng = np.random.default_rng(seed)
    return TwoDistributions(rng.dirichlet(np.ones(n)), rng.normal(size=n))


@pytest.mark.parametrize(("n", "loss"), [(26, 3.2581), (10, 2.3026)])
def test_the_uniform_answer_costs_ln_n_whatever_the_target(n, loss):
    for seed in range(5):
        pair = TwoDistributions(random(seed, n).target, np.zeros(n))
        assert pair.cross_entropy == pytest.approx(math.log(n))
        assert pair.cross_entropy == pytest.approx(loss, abs=5e-5)
    assert TwoDistributions.uniform(n).cross_entropy == pytest.approx(loss, abs=5e-5)


def test_the_best_answer_is_the_target_and_costs_its_entropy():
    for seed in range(20):
        pair = random(seed)
        assert pair.difference > 0
        assert pair.cross_entropy == pytest.approx(pair.entropy + pair.difference)
        alike = TwoDistributions(pair.target, np.log(pair.target))
        assert alike.difference == pytest.approx(0, abs=1e-12)
        assert alike.cross_entropy == pytest.approx(alike.entropy) == pytest.approx(entropy(pair.target))


def test_softmax_of_logarithms_is_in_their_proportion():
    pair = TwoDistributions(np.full(3, 1 / 3), np.log([1.0, 2.0, 5.0]))
    np.testing.assert_allclose(pair.answer, [0.125, 0.25, 0.625])


def test_a_share_of_0_where_the_target_is_not_costs_everything():
    pair = random(0).with_answer(2, 0.0)
    assert pair.z[2] == -math.inf
    assert pair.cross_entropy == pair.difference == math.inf
    assert pair.parts.tolist().index(math.inf) == 2
    # Where the target is 0 as well, it costs nothing.
    assert math.isfinite(pair.with_target(2, 0.0).cross_entropy)


def test_the_others_share_the_rest_as_before():
    shares = with_share(np.array([0.1, 0.2, 0.7]), 2, 0.4)
    np.testing.assert_allclose(shares, [0.2, 0.4, 0.4])
    np.testing.assert_allclose(with_share(np.array([0.0, 0.0, 1.0]), 2, 0.2), [0.4, 0.4, 0.2])
    np.testing.assert_allclose(with_share(shares, 0, 1.0), [1, 0, 0])


def test_shares_are_kept_while_others_change_as_long_as_all_can_be_1():
    pair = TwoDistributions.uniform(4).with_target(0, 0.5).with_target(1, 0.3, kept={0})
    np.testing.assert_allclose(pair.target, [0.5, 0.3, 0.1, 0.1])
    np.testing.assert_allclose(pair.with_target(2, 0.2, kept={0, 1}).target, [0.5, 0.3, 0.2, 0.0], atol=1e-12)
    # Too much, or nobody left to have the rest: all others share it.
    np.testing.assert_allclose(pair.with_target(2, 0.8, kept={0, 1}).target, [1 / 9, 1 / 15, 0.8, 1 / 45])
    assert pair.with_target(3, 0.2, kept={0, 1, 2}).target.sum() == pytest.approx(1)
    answer = pair.with_answer(0, 0.4).with_answer(1, 0.3, kept={0})
    np.testing.assert_allclose(answer.answer, [0.4, 0.3, 0.15, 0.15])
    assert answer.z[0] == pair.with_answer(0, 0.4).z[0]


def test_another_share_of_the_answer_is_another_logit_alone():
    pair = random(1)
    moved = pair.with_answer(3, 0.5)
    assert moved.answer[3] == pytest.approx(0.5)
    np.testing.assert_allclose(np.delete(moved.z, 3), np.delete(pair.z, 3))
    np.testing.assert_allclose(moved.with_answer(3, float(pair.answer[3])).z, pair.z)
    certain = moved.with_answer(0, 1.0)
    np.testing.assert_array_equal(certain.answer, [1, 0, 0, 0, 0])
    np.testing.assert_allclose(certain.with_answer(0, 0.6).answer, [0.6, 0.1, 0.1, 0.1, 0.1])


def test_another_logit_moves_all_shares():
    pair = TwoDistributions.uniform(3).with_logit(1, math.log(2))
    np.testing.assert_allclose(pair.answer, [0.25, 0.5, 0.25])


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf])
def test_no_share_is_below_0_or_above_1(value):
    with pytest.raises(ShareError, match="from 0 to 1"):
        random(0).with_target(0, value)


@pytest.mark.parametrize("value", [701.0, -1e9, math.nan])
def test_a_logit_has_an_exponential(value):
    with pytest.raises(ShareError, match="z is from −700 to 700"):
        random(0).with_logit(0, value)
