"""A set of the plane with other numbers of classes: runs and networks find the points that they learned."""

import pytest

from nnstudio.data.problems import PointOptions

THREE = ("arm A", "arm B", "arm C")


@pytest.fixture
def spiral(session, until):
    """A session on the spiral, and a function that makes it of k arms and takes a step."""
    session.choose_problem("plane-spiral")
    until(lambda: session.network.problem_name == "plane-spiral" and session.training.trainer is not None)

    def learn(n_classes):
        session.make_points(PointOptions(n=40, n_classes=n_classes), 0)
        until(lambda: n_outputs(session) == n_classes and session.training.trainer is not None)
        session.step_batch()
        until(lambda: session.network.was_trained and session.network.snapshot.step > 0)
        return session.history.runs.current

    return learn


def n_outputs(session):
    return session.network.output_space.n_classes


def learned(session):
    return session.training.problem.output_space.class_names


def test_a_run_comes_back_with_as_many_classes_as_it_learned(session, spiral, until):
    of_three, of_two = spiral(3), spiral(2)
    assert of_two is not of_three
    session.switch_to(of_three)
    until(lambda: session.history.runs.current is of_three)
    assert (n_outputs(session), learned(session)) == (3, THREE)
    assert len(session.training.problem.train) == 40, "the rest is as it was chosen"
    session.switch_to(of_two)
    until(lambda: session.history.runs.current is of_two)
    assert (n_outputs(session), learned(session)) == (2, THREE[:2])


def test_the_earlier_network_comes_back_to_the_classes_that_it_knows(session, spiral, until):
    spiral(3)
    spiral(2)
    session.go_back()
    assert n_outputs(session) == 3
    session.training.prepare()
    until(lambda: session.training.trainer is not None)
    assert learned(session) == THREE


def test_a_network_of_three_classes_that_is_opened_finds_its_points(session, spiral, until):
    spiral(3)
    model = session.network.learnt_model()
    session.choose_problem("plane-moons")
    until(lambda: session.network.problem_name == "plane-moons")
    session.make_points(PointOptions(n=30), 0)
    session.choose_problem("plane-spiral")
    until(lambda: session.network.problem_name == "plane-spiral")
    session.make_points(PointOptions(n_classes=2), 0)
    until(lambda: n_outputs(session) == 2)
    session.open_model(model)
    assert session.network.problem_name == "plane-spiral"
    session.training.prepare()
    until(lambda: session.training.trainer is not None)
    assert learned(session) == THREE
