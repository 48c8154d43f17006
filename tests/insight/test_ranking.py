import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.insight.ranking import ORDERS, ranked, ranked_residuals, sample_pictures
from nnstudio.insight.sample_results import SampleEvaluation

N = 120


@pytest.fixture(scope="module")
def results():
    rng = np.random.default_rng(5)
    samples = Samples(
        rng.integers(0, 256, (N, 6)).astype(np.uint8), rng.integers(0, 4, N).astype(np.int64), scale=1 / 255
    )
    architecture = Architecture.of((6, 5, 4))
    theta = 3 * initialise(architecture, rng=np.random.default_rng(1))
    return SampleEvaluation(architecture, theta.astype(np.float32), samples, "cross_entropy").finish()


@pytest.fixture(scope="module")
def numbers():
    rng = np.random.default_rng(5)
    x, targets = (rng.standard_normal((N, k)).astype(np.float32) for k in (3, 2))
    architecture = Architecture.of((3, 5, 2), output="identity")
    theta = initialise(architecture, rng=np.random.default_rng(1))
    return SampleEvaluation(architecture, theta, Samples(x, targets), "squared_error").finish()


def test_the_surest_mistake_comes_first(results):
    found = ranked(results, "mistakes")
    assert set(found) == set(np.flatnonzero(results.predicted != results.labels))
    assert (np.diff(results.confidences[found]) <= 0).all()


def test_the_surest_of_all_includes_what_is_right(results):
    found = ranked(results, "certain")
    assert sorted(found) == list(range(N))
    assert (np.diff(results.confidences[found]) <= 0).all()


def test_the_least_certain_has_two_outputs_closest_to_each_other(results):
    found = ranked(results, "uncertain")
    assert sorted(found) == list(range(N))
    two = np.sort(results.outputs[found], axis=1)[:, -2:]
    assert (np.diff(two[:, 1] - two[:, 0]) >= 0).all()


def test_a_random_order_is_another_for_another_seed_and_the_same_for_the_same(results):
    first = ranked(results, "random", seed=1)
    assert sorted(first) == list(range(N))
    np.testing.assert_array_equal(first, ranked(results, "random", seed=1))
    assert first.tolist() != ranked(results, "random", seed=2).tolist()
    assert first.tolist() != sorted(first)


def test_a_random_order_does_not_change_when_the_answers_do(results):
    architecture, theta = results.architecture, -results.theta
    other = SampleEvaluation(architecture, theta, results.samples, "cross_entropy").finish()
    assert (other.predicted != results.predicted).any()
    np.testing.assert_array_equal(ranked(results, "random", true=2), ranked(other, "random", true=2))


@pytest.mark.parametrize("order", ORDERS)
def test_can_be_held_to_a_true_class_and_to_what_was_read(results, order):
    everything = ranked(results, order)
    for true in (None, 1):
        for read in (None, 2):
            expected = [
                i
                for i in everything
                if (true is None or results.labels[i] == true)
                and (read is None or results.predicted[i] == read)
            ]
            assert ranked(results, order, true=true, read=read).tolist() == expected


def test_equal_confidences_stay_in_the_order_of_the_test_set():
    samples = Samples(np.zeros((5, 6), np.uint8), np.ones(5, np.int64))
    architecture = Architecture.of((6, 4))
    theta = np.zeros(architecture.n_params, np.float32)
    same = SampleEvaluation(architecture, theta, samples, "cross_entropy").finish()
    assert ranked(same, "mistakes").tolist() == [0, 1, 2, 3, 4]


def test_images_are_pictured_as_they_are():
    space = InputSpace("image", (2, 3), 0.0, 2.0)
    x = np.array([[0, 1, 2, 2, 1, 0]], np.float32)
    np.testing.assert_allclose(sample_pictures(space, x), [[[0, 0.5, 1], [1, 0.5, 0]]])


def test_a_point_is_pictured_as_a_dot_in_its_plane():
    space = InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂"))
    (left_top, middle) = sample_pictures(space, np.array([[-0.9, 0.9], [0.0, 0.0]], np.float32))
    side = len(middle)
    rows, columns = np.nonzero(middle == 1.0)
    assert abs(rows.mean() - (side - 1) / 2) <= 1
    assert abs(columns.mean() - (side - 1) / 2) <= 1
    rows, columns = np.nonzero(left_top == 1.0)
    assert rows.mean() < side / 4
    assert columns.mean() < side / 4


def test_a_point_outside_the_plane_is_pictured_at_its_edge():
    space = InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂"))
    (picture,) = sample_pictures(space, np.array([[7.0, -7.0]], np.float32))
    assert picture[-4:, -4:].max() == 1.0


def test_residuals_are_ordered_by_their_size_of_one_output_or_the_largest(numbers):
    sizes = np.abs(numbers.residuals)
    for output, size in ((None, sizes.max(axis=1)), (1, sizes[:, 1])):
        largest, smallest = (
            ranked_residuals(numbers, order, output=output) for order in ("largest", "smallest")
        )
        assert sorted(largest) == sorted(smallest) == list(range(N))
        assert (np.diff(size[largest]) <= 0).all()
        assert (np.diff(size[smallest]) >= 0).all()
    others = [ranked_residuals(numbers, "random", seed=seed) for seed in (0, 1)]
    assert sorted(others[0]) == list(range(N))
    assert (others[0] != others[1]).any()
