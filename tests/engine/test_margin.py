import numpy as np
import pytest

from nnstudio.data.plane_sets import PLANE_SETS, plane_points
from nnstudio.engine.margin import separation
from nnstudio.engine.perceptron import PerceptronError, train_perceptrons


def points_of(name, **options):
    return plane_points(PLANE_SETS[name], rng=np.random.default_rng(0), **options)


def test_and_from_zero_ends_in_2_1_and_bias_minus_2_after_6_passes():
    x, labels = points_of("plane-and")
    run = train_perceptrons(x, labels, 1)
    assert run.theta.tolist() == [2, 1, -2]
    assert run.epochs == 6
    assert run.converged
    assert run.n_corrections <= separation(x, labels).most_corrections


def test_the_corrections_of_and_tell_the_error_and_the_weights_before_and_after():
    x, labels = points_of("plane-and")
    run = train_perceptrons(x, labels, 1)
    before = np.zeros(3)
    for each in run.corrections:
        np.testing.assert_array_equal(each.before, before)
        z = each.before @ (*x[each.sample], 1)
        assert each.error == labels[each.sample] - (z > 0)
        np.testing.assert_array_equal(each.after - each.before, each.error * np.append(x[each.sample], 1))
        before = each.after
    np.testing.assert_array_equal(before, run.theta)


def test_xor_comes_back_to_its_state_in_pass_3_and_four_points_prove_it():
    x, labels = points_of("plane-xor")
    run = train_perceptrons(x, labels, 1)
    assert run.cycling.all()
    assert run.epochs == 3
    found = separation(x, labels)
    assert not found.is_separable
    assert found.support.tolist() == [0, 1, 2, 3]
    assert found.most_corrections == np.inf


@pytest.mark.parametrize(("name", "w"), [("plane-and", [1, 1, -1.5]), ("plane-or", [1, 1, -0.5])])
def test_the_widest_margin_by_hand(name, w):
    """With the bias among the weights, the margin of (x, 1) is that of these corners in three dimensions."""
    x, labels = points_of(name)
    found = separation(x, labels)
    signed = (2 * labels - 1)[:, None] * np.column_stack((x, np.ones(4)))
    assert found.radius == pytest.approx(3**0.5)
    assert (signed @ found.w).min() == pytest.approx(found.margin, rel=1e-9)
    best = max(
        (signed @ (v / np.linalg.norm(v))).min() for v in np.random.default_rng(0).normal(w, 0.3, (20_000, 3))
    )
    assert found.margin >= best
    assert found.margin == pytest.approx(best, rel=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_the_rule_needs_no_more_corrections_than_the_bound(seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 2, (200, 2))
    z = x @ rng.normal(size=2) + 0.3
    x, labels = x[abs(z) > 0.2], (z[abs(z) > 0.2] > 0).astype(int)
    found, run = separation(x, labels), train_perceptrons(x, labels, 1, epochs=1_000)
    assert found.is_separable
    assert run.converged
    assert 0 < run.n_corrections <= found.most_corrections
    signed = (2 * labels - 1)[:, None] * np.column_stack((x, np.ones(len(x))))
    assert (signed @ found.w).min() == pytest.approx(found.margin, rel=1e-9)
    np.testing.assert_allclose((signed @ found.w)[found.support], found.margin, rtol=1e-6)


@pytest.mark.parametrize("name", ["plane-moons", "plane-ring", "plane-spiral", "plane-band", "plane-wedge"])
def test_a_few_samples_prove_that_no_line_parts_a_set(name):
    """Checked with an exact solution: a mean of s(x, 1) with positive shares is 0."""
    x, labels = points_of(name)
    found = separation(x, labels)
    assert not found.is_separable
    assert 2 <= len(found.support) <= 4
    few = (2 * labels[found.support] - 1)[:, None] * np.column_stack((x, np.ones(len(x))))[found.support]
    shares = np.linalg.svd(few.T)[2][-1]
    assert abs(shares @ few).max() < 1e-9
    assert (shares > 0).all() or (shares < 0).all()


def test_folding_makes_the_band_and_the_wedge_separable():
    """Two ReLU units: a perceptron on their activations converges, one on their sums is proved not to."""
    side = np.arange(-3, 4)
    x = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    s = x.sum(axis=1)
    for z, inside in (
        (np.stack((2 * s - 1, -2 * s - 1), axis=1), abs(s) < 1),
        (-2 * x + 1, (x > 0).all(axis=1)),
    ):
        on_a = train_perceptrons(np.maximum(z, 0), inside.astype(int), 1, epochs=1_000)
        assert on_a.converged
        assert separation(np.maximum(z, 0), inside.astype(int)).is_separable
        on_z = train_perceptrons(z, inside.astype(int), 1, epochs=1_000)
        assert on_z.cycling.all()
        assert not separation(z, inside.astype(int)).is_separable


def test_one_class_alone_and_a_contradiction():
    x = np.array([[1.0, 2], [3, 4]])
    assert separation(x, np.array([1, 1])).is_separable
    found = separation(np.array([[1.0, 2], [1, 2], [5, 5]]), np.array([0, 1, 1]))
    assert found.support.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("x", "labels"),
    [([[0.0, 1]], [2]), ([[np.nan, 1]], [1]), ([[0.0, 1]], [1, 0]), (np.zeros((0, 2)), [])],
)
def test_what_is_no_data_of_two_classes_is_refused(x, labels):
    with pytest.raises(PerceptronError):
        separation(np.array(x), np.array(labels, int))
