import numpy as np
import pytest

from nnstudio.engine.passes import predict
from nnstudio.engine.perceptron import PerceptronError, PerceptronRule, train_perceptrons

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def blobs(n_classes, n=60, spread=0.3, seed=0):
    """Return points around the corners of a polygon, far enough apart for lines between one and the rest."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, n_classes, n)
    angles = 2 * np.pi * labels / n_classes
    centres = 4 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return centres + spread * rng.standard_normal((n, 2)), labels


def outputs(run, x):
    return predict(run.architecture, run.theta, x)


@pytest.mark.parametrize("labels", [[0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [0, 0, 0, 0]])
def test_one_unit_learns_what_a_line_separates_and_stops(labels):
    run = train_perceptrons(CORNERS, np.array(labels), 1)
    assert run.converged
    assert run.epochs < 20
    assert outputs(run, CORNERS).ravel().tolist() == labels
    assert str(run).startswith("Separated after")


@pytest.mark.parametrize("labels", [[0, 1, 1, 0], [1, 0, 0, 1]])
def test_one_unit_proves_that_no_line_separates_xor(labels):
    run = train_perceptrons(CORNERS, np.array(labels), 1, epochs=1000)
    assert not run.converged
    assert run.cycling.tolist() == [True]
    assert run.epochs < 1000
    assert "No straight line does it" in str(run)


def test_without_a_cycle_it_stops_at_the_bound_and_says_what_is_open():
    rng = np.random.default_rng(0)
    x, labels = rng.standard_normal((50, 2)), rng.integers(0, 2, 50)
    run = train_perceptrons(x, labels, 1, epochs=7)
    assert (run.epochs, run.converged, run.cycling.any()) == (7, False, False)
    assert "more passes are needed" in str(run)


def test_a_bank_tells_each_class_from_the_rest():
    x, labels = blobs(10, spread=0.1)
    run = train_perceptrons(x, labels, 10, epochs=2000)
    assert run.converged
    assert outputs(run, x).tolist() == np.eye(10)[labels].tolist()
    for j in range(10):
        alone = train_perceptrons(x, (labels == j).astype(int), 1, epochs=run.epochs)
        np.testing.assert_array_equal(alone.theta[:2], run.theta.reshape(-1)[2 * j : 2 * j + 2])


def test_a_bank_says_which_units_cannot():
    """Three corners of a square against the fourth can be told apart; the diagonal cannot."""
    run = train_perceptrons(CORNERS, np.array([0, 1, 1, 2]), 3)
    assert run.separated.tolist() == [True, False, True]
    assert run.cycling.tolist() == [False, True, False]
    assert str(run).startswith("1 of 3 units cannot separate")


def test_every_correction_is_the_rule():
    x, labels = blobs(3, spread=1.5)
    run = train_perceptrons(x, labels, 3, epochs=5, learning_rate=0.5)
    assert len(run.corrections) == run.n_corrections > 3
    weights = np.zeros((3, 3))
    for correction in run.corrections:
        point = np.append(x[correction.sample], 1.0)
        fired = int(correction.before @ point > 0)
        assert correction.before.tolist() == weights[correction.unit].tolist()
        assert correction.target == int(labels[correction.sample] == correction.unit) != fired
        expected = correction.before + 0.5 * (correction.target - fired) * point
        np.testing.assert_array_equal(correction.after, expected)
        weights[correction.unit] = correction.after
    (layer,) = run.architecture.layers(run.theta)
    np.testing.assert_array_equal(np.column_stack([layer.W, layer.b]), weights)


def test_the_record_is_bounded_and_the_count_is_not():
    x, labels = blobs(3, spread=2.0)
    whole, short = (train_perceptrons(x, labels, 3, max_recorded=n) for n in (1_000_000, 4))
    assert len(short.corrections) == 4 < short.n_corrections == whole.n_corrections
    assert (short.theta == whole.theta).all()


def test_the_rule_goes_correction_by_correction():
    rule = PerceptronRule(CORNERS, np.array([0, 0, 0, 1]), 1)
    steps = list(iter(rule.advance, None))
    assert [step.sample for step in steps[:4]] == [3, 0, 1, 3]
    assert [step.after.tolist() for step in steps[:3]] == [[1, 1, 1], [1, 1, 0], [1, 0, -1]]
    assert rule.bank.tolist() == [[2, 1, -2]]
    assert (rule.epoch, rule.n_corrections, rule.is_over) == (6, len(steps), True)
    assert rule.advance() is None


def test_the_rule_comes_back_in_the_third_pass_of_xor():
    rule = PerceptronRule(CORNERS, np.array([0, 1, 1, 0]), 1)
    while rule.advance() is not None:
        assert not rule.is_over
    assert (rule.epoch, rule.cycling.tolist(), rule.separated.tolist()) == (3, [True], [False])


def test_novikoffs_bound_holds():
    x, labels = blobs(2)
    run = train_perceptrons(x, labels, 1)
    assert run.converged
    points = np.column_stack([x, np.ones(len(x))])
    margins = (2 * labels - 1) * (points @ run.theta) / np.linalg.norm(run.theta)
    assert run.n_corrections <= (np.linalg.norm(points, axis=1).max() / margins.min()) ** 2


def test_the_average_is_that_over_all_visits():
    x, labels = blobs(2, spread=3.0)
    run = train_perceptrons(x, labels, 1, epochs=4, averaged=True)
    after, current, visits = iter(run.corrections), np.zeros(3), []
    pending = next(after)
    for epoch in range(1, run.epochs + 1):
        for sample in range(len(x)):
            if pending and (pending.epoch, pending.sample) == (epoch, sample):
                current, pending = pending.after, next(after, None)
            visits.append(current)
    np.testing.assert_allclose(run.theta, np.mean(visits, axis=0), rtol=1e-12)


def test_averaging_does_better_where_no_line_separates():
    def accuracy(averaged):
        found = []
        for seed in range(20):
            x, labels = blobs(2, n=200, spread=4.0, seed=seed)
            run = train_perceptrons(x[:100], labels[:100], 1, epochs=10, averaged=averaged)
            found.append(np.mean(outputs(run, x[100:]).ravel() == labels[100:]))
        return np.mean(found)

    assert accuracy(averaged=True) > accuracy(averaged=False) + 0.02


def test_it_goes_on_from_given_weights():
    x, labels = blobs(2)
    done = train_perceptrons(x, labels, 1)
    again = train_perceptrons(x, labels, 1, theta=done.theta)
    assert (again.epochs, again.n_corrections) == (1, 0)
    assert (again.theta == done.theta).all()
    assert str(again) == "Separated after 0 corrections in 1 pass: the last pass needed none."


@pytest.mark.parametrize(
    ("x", "labels", "n_units", "choices", "words"),
    [
        (np.zeros((0, 2)), [], 1, {}, "at least one"),
        ([[np.nan, 0.0]], [0], 1, {}, "finite"),
        ([0.0], [0], 1, {}, "rows"),
        ([[0.0]], [0, 1], 1, {}, "as many"),
        ([[0.0]], [0.5], 1, {}, "whole-number"),
        ([[0.0]], [2], 1, {}, "one unit tells 0 from 1"),
        ([[0.0]], [3], 3, {}, "a class each"),
        ([[0.0]], [-1], 3, {}, "a class each"),
        ([[0.0]], [0], 0, {}, "0 units cannot learn"),
        ([[0.0]], [0], 1, {"epochs": 0}, "at least one pass"),
        ([[0.0]], [0], 1, {"learning_rate": 0.0}, "rate above 0"),
        ([[0.0]], [0], 1, {"learning_rate": np.nan}, "rate above 0"),
    ],
)
def test_what_cannot_be_is_refused(x, labels, n_units, choices, words):
    with pytest.raises(PerceptronError, match=words):
        train_perceptrons(np.array(x), np.array(labels), n_units, **choices)
