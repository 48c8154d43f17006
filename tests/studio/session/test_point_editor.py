"""Points are edited while a run learns from them; each gesture is one step to undo."""

import numpy as np
import pytest

from nnstudio.data.own_points import NAME as OWN
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.problem import InputSpace, OutputSpace
from tests.studio.curves import NAME, curve_model, curve_problem, on_a_curve
from tests.studio.networks import model_of
from tests.studio.problems import SPACES


@pytest.fixture
def model():
    return curve_model()


@pytest.fixture
def editor(session, until):
    on_a_curve(session)
    until(lambda: session.training.trainer is not None)
    return session.point_editor


def ys(editor):
    return editor.points.answers.ravel().tolist()


def test_an_edit_makes_the_problem_the_users_own_and_the_run_goes_on(session, editor, until):
    session.play()
    until(lambda: session.network.snapshot.step > 50)
    run, title = session.history.runs.current, session.training.problem_title
    assert editor.own is None
    editor.do(editor.points.added([1.5], [9.0]), "Add a point")
    assert len(session.training.problem.train) == 22
    assert session.network.problem_name == OWN
    assert session.training.problem_title not in ("", title)
    assert editor.own is editor.points
    until(lambda: len(session.network.snapshot.changes) > 0)
    assert session.history.runs.current is run
    assert run.problem_name == OWN
    assert session.network.snapshot.changes[-1].text == "Add a point"


def test_a_gesture_is_one_step_to_undo(session, editor):
    before, first = editor.points, session.training.problem
    seen = []
    editor.changed.connect(lambda: seen.append(ys(editor)[0]))
    editor.begin()
    for y in (3.0, 4.0, 5.0):
        editor.show(editor.points.moved(0, [-2], [y]))
    assert editor.is_at_work
    editor.finish("Move a point")
    assert seen[:3] == [3.0, 4.0, 5.0]
    session.input.undo()
    assert editor.points is before
    assert session.training.problem is first
    assert session.network.problem_name == NAME
    session.input.redo()
    assert ys(editor)[0] == 5.0
    assert session.network.problem_name == OWN


def test_a_gesture_that_changes_nothing_is_no_step(session, editor):
    editor.begin()
    editor.finish("Move a point")
    assert not session.input.undo_stack.count()
    editor.show(editor.points.without(0))
    assert len(editor.points) == 26, "nothing is shown outside a gesture"


def test_another_set_forgets_the_edits(session, editor, until):
    editor.do(editor.points.without(0), "Remove a point")
    session.choose_problem(NAME)
    until(lambda: session.network.problem_name == NAME)
    assert not session.input.undo_stack.count()
    assert len(editor.points) == 26


def test_an_earlier_run_goes_on_with_the_points_that_it_learned_from(session, editor, until):
    editor.do(editor.points.added([1.5], [9.0]), "Add a point")
    session.step_batch()
    until(lambda: session.history.run is not None and session.history.run.has_learnt)
    run, points = session.history.run, editor.points
    assert run.points.own is points
    session.training.reset()
    until(lambda: session.history.run is not run)
    editor.do(editor.points.without(0), "Remove a point")
    session.step_batch()
    until(lambda: session.history.run.has_learnt)
    other = session.history.run
    assert not session.history.can_branch(run)
    session.switch_to(run)
    until(lambda: session.history.run is run)
    assert editor.points is points
    assert len(session.training.problem.train) == 22
    session.switch_to(other)
    until(lambda: session.history.run is other)
    assert len(session.training.problem.train) == 21


def test_a_run_on_own_points_of_a_line_comes_back_with_its_input(session, editor, until):
    editor.do(editor.points.without(0), "Remove a point")
    session.step_batch()
    until(lambda: session.history.run is not None and session.history.run.has_learnt)
    run, n = session.history.run, len(session.training.problem.train)
    plane = InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂"))
    x = np.random.default_rng(0).uniform(-1, 1, (n, 2)).astype(np.float32)
    answers = np.arange(n) % 2
    session.take_points(OwnPoints(plane, OutputSpace(("a", "b")), x, answers, np.zeros(n, bool)))
    until(lambda: session.network.input_space == plane)
    session.step_batch()
    until(lambda: session.history.run not in (None, run) and session.history.run.has_learnt)
    session.switch_to(run)
    until(lambda: session.history.run is run)
    assert session.network.input_space.names == ("x",)
    assert session.network.architecture.n_inputs == 1
    assert np.count_nonzero(~editor.points.is_test) == n


def test_edits_are_not_undone_where_another_network_takes_other_inputs(session, editor):
    editor.do(editor.points.without(0), "Remove a point")
    session.open_model(
        model_of((2, 3, 3), space=SPACES["classes"][0], outputs=SPACES["classes"][1], raster=None)
    )
    space, name = session.network.input_space, session.network.problem_name
    session.input.undo_stack.undo()
    assert (session.network.input_space, session.network.problem_name) == (space, name)
    assert "This network reads 2 numbers" in session.sentences[-1][0]


def test_own_points_can_be_chosen_again(session, editor, until):
    editor.do(editor.points.without(0), "Remove a point")
    session.choose_problem(NAME)
    until(lambda: session.network.problem_name == NAME)
    theta = session.network.own_weights
    session.choose_problem(OWN)
    until(lambda: session.network.problem_name == OWN)
    assert len(editor.own) == 25
    np.testing.assert_array_equal(session.network.own_weights, theta)


def test_what_is_to_know_is_said_once(session, editor):
    session.sentences.clear()
    editor.do(editor.points.added([-2], [9.0]), "Add a point")
    said = [text for text, _ in session.sentences if "share x" in text]
    assert len(said) == 1
    editor.do(editor.points.moved(1, [-1.7], [9.0]), "Move a point")
    assert [text for text, _ in session.sentences if "share x" in text] == said


def test_before_the_problem_is_loaded_there_are_no_points(session):
    assert session.point_editor.points is None
    assert session.point_editor.own is None


def test_pictures_are_no_points(make_services, digits):
    session = make_services(model_of((784, 5, 10))).session
    session.training.problem = digits
    assert session.point_editor.points is None


def test_problem_of_many_points_is_not_edited(session, editor):
    session.training.problem = curve_problem(n=24_000)
    assert editor.points is None
