from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problems import PointOptions, load_problem
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.insight.convexity import (
    excess_between,
    largest_excess,
    proof_of_convexity,
    secant,
    toy_landscape,
    try_pairs,
    verdict,
)
from nnstudio.insight.directions import trained_direction, weight_direction
from nnstudio.insight.loss_surface import LossQuestion, LossSurface
from tests.insight.test_loss_surface import question


def moons(sizes, hidden="relu"):
    train = load_problem("plane-moons", points=PointOptions(n=100)).train
    architecture = Architecture.of(sizes, hidden=hidden)
    theta = initialise(architecture, rng=np.random.default_rng(0), dtype=np.float64)
    return LossQuestion(architecture, theta, train.inputs().astype(float), train.answers, "cross_entropy")


def slices(asked, directions, span):
    coefficients = np.linspace(-span, span, 41)
    return [
        (coefficients, np.array([surface.at((c,)) for c in coefficients]))
        for surface in (LossSurface(asked, [direction]) for direction in directions)
    ]


def n_violating(curves, slack=1e-9):
    return sum(largest_excess(x, y) > slack for x, y in curves)


def both_kinds(asked, n=40):
    rng = np.random.default_rng(1)
    size = asked.theta.size
    random = [trained_direction(asked.architecture, rng) for _ in range(n)]
    weights = [weight_direction(size, k) for k in rng.integers(0, size, n)]
    return random, weights


def test_the_gap_of_a_square_is_exact():
    for a, b in ((-1.0, 3.0), (0.5, 0.75)):
        for share in (0.25, 0.5, 0.9):
            x = a + share * (b - a)
            found = secant(np.array([a, b]), np.array([a * a, b * b]), a, b)
            gap = float(found.value_at(np.array([x]))[0]) - x * x
            assert gap == pytest.approx(share * (1 - share) * (a - b) ** 2, rel=1e-12)


def test_toys():
    square, cosine = toy_landscape("square", 41), toy_landscape("cosine", 41)
    assert secant(square.places[0], square.values, -1.5, 1.9).excess == 0
    worst = secant(cosine.places[0], cosine.values, -np.pi / 2, np.pi / 2)
    assert worst.excess == pytest.approx(1)
    assert worst.at == pytest.approx(0)


def test_two_points_at_one_place_and_gaps_have_no_secant():
    x = np.linspace(-1, 1, 5)
    assert secant(x, x**2, 0.5, 0.5) is None
    assert secant(x, np.where(x == 0, np.nan, x**2), -1, 1) is None
    assert secant(x, x**2, 0.9, -0.9).a == -0.9


def test_softmax_regression_is_convex_along_every_slice():
    asked = moons((2, 2))
    for directions in both_kinds(asked):
        assert n_violating(slices(asked, directions, 5.0)) == 0
    trials = list(try_pairs(asked, 40))[-1]
    assert (trials.n, trials.n_violations, trials.direction) == (40, 0, None)
    proof = proof_of_convexity(asked.architecture, asked.loss)
    assert "Convex, proved: Without a hidden layer" in verdict(trials, proof)


@pytest.mark.parametrize(("sizes", "hidden"), [((2, 8, 8, 2), "relu"), ((2, 8, 2), "tanh")])
def test_hidden_layers_are_found_not_to_be_convex(sizes, hidden):
    asked = moons(sizes, hidden)
    for directions, least in zip(both_kinds(asked, 20), (12, 8), strict=True):
        assert n_violating(slices(asked, directions, 8.0)) >= least
    assert proof_of_convexity(asked.architecture, asked.loss) == ""


def test_the_worst_pair_is_kept():
    asked = moons((2, 8, 8, 2))
    asked = replace(asked, theta=3 * asked.theta)
    trials = list(try_pairs(asked, 60))[-1]
    assert trials.n_violations > 0
    surface = LossSurface(asked, [trials.direction])
    excess, size = excess_between(lambda c: surface.at((c,)), *trials.ends)
    assert excess / size == pytest.approx(trials.excess)
    assert verdict(trials, "").startswith(f"Not convex: {trials.n_violations} of 60 pairs")


def test_the_verdict_without_a_violation_claims_no_more_than_that():
    asked = question((2, 3, 1), hidden="identity", output="identity", loss="squared_error", n=5)
    trials = list(try_pairs(replace(asked, theta=1e-3 * asked.theta), 3))[-1]
    words = verdict(replace(trials, n_violations=0), "")
    assert words == "No violation in 3 pairs. That proves nothing: others may show one."
    assert "2 pairs left out" in verdict(replace(trials, n_left_out=2), "")


def test_pairs_that_are_not_finite_are_left_out():
    asked = question((2, 1), output="identity", loss="squared_error", n=5)
    asked = replace(asked, x=1e10 * asked.x, theta=np.full(3, 1e150))
    trials = list(try_pairs(asked, 5))[-1]
    assert trials.n_left_out == 5
