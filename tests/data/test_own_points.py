"""Points of the user's own: edits, what is held back, what is said of them, and their file format."""

import json

import numpy as np
import pytest

from nnstudio.data.curves import LARGEST, MAX_POINTS
from nnstudio.data.own_points import MOST, NAME, TITLE, OwnPoints, OwnPointsError
from nnstudio.data.problem import InputSpace, OutputSpace, Problem, ProblemError, Quantity, Samples
from nnstudio.data.problems import PointOptions, load_problem

LINE = InputSpace("line", (1,), -1.0, 1.0, ("x",))
Y = OutputSpace(quantities=(Quantity("y"),))
PLANE = InputSpace("plane", (2,), -1.0, 1.0, ("x", "y"))


def points(x=(0, 1, 2), y=(5, 6, 7), is_test=(False, False, True)):
    columns = (np.array(values, np.float32)[:, None] for values in (x, y))
    return OwnPoints(LINE, Y, *columns, np.array(is_test), "curve-sine")


def test_points_of_a_problem_are_its_training_and_its_test_samples():
    problem = points().problem()
    assert problem.name == NAME
    again = OwnPoints.of(problem)
    np.testing.assert_array_equal(again.x, points().x)
    np.testing.assert_array_equal(again.answers, points().answers)
    assert again.is_test.tolist() == [False, False, True]


def test_without_a_test_point_the_test_is_on_what_is_learned_from():
    problem = points(is_test=(False, False, False)).problem()
    assert problem.test is problem.train
    assert len(OwnPoints.of(problem)) == 3


def test_a_scaled_input_counts_as_the_network_would_have_it():
    x = np.array([[0], [255]], np.uint8)
    answers = np.zeros((2, 1), np.float32)
    problem = Problem(
        "p", "P", LINE, Y, Samples(x, answers, 1 / 255), Samples(x[:1], answers[:1], 1 / 255), "here"
    )
    assert OwnPoints.of(problem).x.ravel().tolist() == [0, 1, 0]


def test_edits_leave_the_points_as_they_were():
    before = points()
    added = before.added([9], [8])
    moved = before.moved(1, [-1], [-2])
    assert len(before) == 3
    assert (added.x[-1, 0], added.answers[-1, 0], bool(added.is_test[-1])) == (9, 8, False)
    assert (moved.x[1, 0], moved.answers[1, 0]) == (-1, -2)
    assert before.x[1, 0] == 1
    assert before.without(0).x.ravel().tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        before.x[0] = 1


def of_plane(labels, names=("a", "b"), x=None, origin=""):
    x = np.arange(2 * len(labels), dtype=np.float32).reshape(-1, 2) if x is None else np.float32(x)
    return OwnPoints(PLANE, OutputSpace(names), x, np.array(labels), np.zeros(len(labels), bool), origin)


def test_classes_are_added_as_numbers_of_classes():
    own = of_plane([0]).added([0.5, 0.5], 1)
    assert own.answers.tolist() == [0, 1]
    assert own.problem().train.labels.tolist() == [0, 1]
    assert own.notes == ()


@pytest.mark.parametrize(
    ("names", "origin", "n", "after"),
    [
        (("a", "b"), "", 3, ("a", "b", "class 3")),
        (("class 3", "b"), "", 4, ("class 3", "b", "class 4", "class 5")),
        (("arm A", "arm B"), "plane-spiral", 3, ("arm A", "arm B", "arm C")),
        (("upper moon", "lower moon"), "plane-moons", 3, ("upper moon", "lower moon", "class 3")),
        (("a", "b", "c"), "", 2, ("a", "b")),
    ],
)
def test_another_number_of_classes_keeps_the_names_of_those_that_stay(names, origin, n, after):
    own = of_plane([0, 1], names, origin=origin).with_classes(n)
    assert own.output_space.class_names == after
    assert own.problem().output_space.n_classes == n


def test_classes_of_points_cannot_go_and_there_are_two_to_six():
    own = of_plane([0, 2, 2], ("a", "b", "c"))
    with pytest.raises(OwnPointsError, match="no class for 2 points from “c” on: remove them first"):
        own.with_classes(2)
    for n in (1, 7):
        with pytest.raises(OwnPointsError, match=f"2 to 6 classes, not {n}"):
            own.with_classes(n)
    with pytest.raises(OwnPointsError):
        points().with_classes(3)


def test_what_is_to_know_of_points_of_the_plane_is_said():
    (said,) = of_plane([1, 1]).notes
    assert "a second class is needed to learn anything" in said
    (said,) = of_plane([0, 1, 1], x=[[0, 0], [0, 0], [1, 1]]).notes
    assert said.startswith("1 point cannot be right")


def test_the_last_point_that_is_learned_from_stays():
    with pytest.raises(OwnPointsError, match="the last one stays"):
        points((1, 2), (1, 2), (False, True)).without(0)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 2 * LARGEST])
def test_numbers_that_are_none_or_too_large_are_refused(wrong):
    with pytest.raises(OwnPointsError, match="1,000,000"):
        points().added([wrong], [0])
    with pytest.raises(OwnPointsError, match="1,000,000"):
        points().moved(0, [0], [-wrong])


def test_too_many_are_refused():
    n = MOST + 1
    with pytest.raises(OwnPointsError, match="20,000"):
        points(np.arange(n), np.arange(n), np.zeros(n, bool))


def test_the_largest_set_that_can_be_made_has_points():
    problem = load_problem("curve-sine", points=PointOptions(n=MAX_POINTS, test_share=1.0))
    assert len(OwnPoints.of(problem)) == MOST


@pytest.mark.parametrize(("share", "n_test"), [(0, 0), (0.3, 3), (1, 9)])
def test_a_share_is_held_back(share, n_test):
    own = points(np.arange(10), np.arange(10), np.zeros(10, bool))
    held = own.held_back(share, rng=np.random.default_rng(1))
    assert np.count_nonzero(held.is_test) == n_test
    again = own.held_back(share, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(held.is_test, again.is_test)


def test_what_is_to_know_is_said():
    assert points().notes == ()
    (said,) = points((0,), (1,), (False,)).notes
    assert "any slope fits" in said
    (said,) = points((0, 0, 1), (1, 3, 5), (False,) * 3).notes
    assert "2 points share x with another y: J cannot fall below 0.3333" in said
    assert points((0, 0, 1), (1, 3, 5), (False, True, False)).notes == (), "the test has no say"


def test_they_are_written_and_read():
    own = points()
    again = OwnPoints.from_json(json.loads(json.dumps(own.to_json())))
    assert (again.input_space, again.output_space, again.origin) == (LINE, Y, "curve-sine")
    assert again.title == own.title == TITLE
    for name in ("x", "answers", "is_test"):
        np.testing.assert_array_equal(getattr(again, name), getattr(own, name))


@pytest.mark.parametrize(
    "changed",
    [
        {"x": "x"},
        {"x": [[1, 2]]},
        {"x": [[1], [2]]},
        {"answers": [1, 2, 3]},
        {"answers": [["a"], [1], [2]]},
        {"is_test": [True]},
        {"is_test": [True, True, True]},
        {"x": [[1e9], [0], [0]]},
        {"input_space": {}},
        {"more": 1},
    ],
)
def test_what_is_damaged_is_refused(changed):
    with pytest.raises((OwnPointsError, ProblemError)):
        OwnPoints.from_json(points().to_json() | changed)
    with pytest.raises(OwnPointsError):
        OwnPoints.from_json(None)
