"""A lesson on the session: steps are set up as the player without a window does, solved, shown and left."""

import numpy as np
import pytest

from nnstudio.lessons.lesson_file import read_lesson, shipped_lessons
from nnstudio.lessons.player import HeadlessPlayer, begin_step
from nnstudio.studio.session.lesson_guide import Mark
from nnstudio.training.weight_edit import WeightEdit

LESSON = """
format = 1
id = "a-line"
title = "A line"
minutes = 2

[[step]]
title = "By hand"
text = "The input is {x 0:.1f}."
hint = ["Multiply.", "Add."]
[step.set]
problem = "curve-three-points"
network = { sizes = [1, 1], activations = ["identity"] }
weights = [{ W = [[2.0]], b = [1.0] }]
input = [0.5]
select = "unit 0 0"
[[step.ask]]
kind = "number"
words = "What comes out?"
is = "output 0"
within = 0.005
[[step.ask.wrong]]
equals = 1.0
say = "The bias is missing."

[[step]]
title = "Learn"
goes_on = true
text = "The loss is {loss train:.2f}."
[step.set]
settings = { learning_rate = 0.1 }
[[step.goal]]
quantity = "loss train"
at_most = 0.01
[step.solve]
train = { steps = 2000, until = { quantity = "loss train", at_most = 0.005 } }

[[step]]
title = "Turn it round"
goes_on = true
text = "Make the slope negative."
[[step.goal]]
quantity = "w 0 0 0"
at_most = -1
[step.solve]
put = { "w 0 0 0" = -2 }
"""


@pytest.fixture
def lesson(tmp_path):
    path = tmp_path / "a-line.toml"
    path.write_text(LESSON, encoding="utf-8")
    return read_lesson(path)


@pytest.fixture
def guide(session):
    return session.lesson_guide


@pytest.fixture
def begun(guide, lesson, until):
    guide.open(lesson)
    until(lambda: not guide.is_busy)
    return guide


def test_a_step_is_set_up_in_the_session(begun, session, until):
    assert session.network.architecture.layer_sizes == (1, 1)
    assert session.network.newest_weights.tolist() == [2.0, 1.0]
    assert session.input.x.tolist() == [0.5]
    assert session.network.problem_name == "curve-three-points"
    until(lambda: session.selection.unit == (0, 0))
    assert "0.5" in begun.page.text
    assert begun.record.mark is Mark.SEEN
    assert not begun.is_solved


def test_answers_are_judged_and_kept(begun):
    begun.answer(0, "1")
    assert begun.record.verdicts[0].say == "The bias is missing."
    assert not begun.is_solved
    begun.answer(0, "2,0")
    assert begun.is_solved
    assert begun.record.mark is Mark.DONE


def test_hints_come_one_at_a_time(begun, until):
    assert begun.page.hints == ()
    for n in (1, 2, 2):
        begun.hint()
        until(lambda n=n: len(begun.page.hints) == n)


def test_a_solution_is_shown_from_the_beginning_whatever_was_done_since(begun, session, until):
    session.input.set_x(None)
    begun.show_solution()
    assert begun.record.answers == {0: "2"}
    assert begun.record.mark is Mark.SHOWN
    begun.go_to(2)
    until(lambda: not begun.is_busy)
    start = begun.record.start
    session.network.newest_weights = np.array([9, 9], np.float32)
    begun.show_solution()
    until(lambda: begun.page.is_reached and not begun.is_showing)
    assert session.network.newest_weights[1] == start.theta[1]


def test_a_solution_that_is_shown_counts_as_shown(begun, session, until):
    begun.go_to(1)
    until(lambda: not begun.is_busy)
    begun.show_solution()
    until(lambda: begun.page.is_reached)
    until(lambda: not begun.is_showing)
    assert not session.training.is_asked_to_train
    assert begun.record.mark is Mark.SHOWN
    assert begun.page.goals[0].is_reached


def test_what_the_student_does_reaches_the_goal(begun, session, until):
    begun.go_to(2)
    until(lambda: not begun.is_busy)
    theta = session.network.newest_weights
    edit = WeightEdit.between(theta, np.array([-3, theta[1]], np.float32), "by hand")
    session.training.edit_weights(edit)
    until(lambda: begun.page.is_reached)
    assert begun.record.mark is Mark.DONE


def test_going_back_restores_the_weights_bit_for_bit(begun, session, until):
    session.network.newest_weights = theta = np.array([0.1, -0.7], np.float32)
    begun.answer(0, "7")
    begun.go_to(1)
    until(lambda: not begun.is_busy)
    assert session.network.newest_weights.tolist() == theta.tolist(), "the next step goes on from there"
    session.network.newest_weights = np.array([5, 5], np.float32)
    begun.go_to(0)
    until(lambda: not begun.is_busy)
    assert np.array_equal(session.network.newest_weights, theta)
    assert begun.record.answers == {0: "7"}
    begun.begin_again()
    until(lambda: not begun.is_busy)
    assert session.network.newest_weights.tolist() == [2, 1]
    assert begun.record.answers == {}


def test_a_step_that_is_jumped_to_goes_on_from_those_before(begun, session, until):
    begun.go_to(2)
    until(lambda: not begun.is_busy)
    start = begun.record.start
    assert start.n_steps > 0, "the steps between were played"


@pytest.mark.parametrize("name", shipped_lessons())
def test_both_players_agree(guide, session, until, name):
    lesson = read_lesson(name)
    player, before = HeadlessPlayer(), None
    for index, step in enumerate(lesson.steps):
        wanted = begin_step(player, step)
        if index == 0:
            guide.open(lesson)
        else:
            # As after the solution of the step before, which went on in the player alone.
            guide.records[index - 1].left = before
            guide.index = index - 1
            guide.page = None
            guide.go_to(index)
        until(lambda: not guide.is_busy)
        found = guide.state()
        assert np.array_equal(found.theta, wanted.theta), step.title
        assert found.config == wanted.config, step.title
        if wanted.x is not None:
            assert np.allclose(found.x, wanted.x, atol=1e-6), step.title
        for action in step.solution:
            player.obey(action)
        before = player.state()


def test_what_cannot_be_done_is_given_up_after_a_while(guide, tmp_path, until):
    path = tmp_path / "a-line.toml"
    text = LESSON.replace(
        'text = "Make the slope negative."', 'text = "Try."\nunreachable = true\nseconds = 100'
    )
    path.write_text(text, encoding="utf-8")
    guide.open(read_lesson(path), index=2)
    until(lambda: not guide.is_busy)
    assert not guide.is_solved
    guide.arrived -= 100
    until(lambda: guide.record.mark is Mark.DONE)
    assert guide.is_solved


def test_a_click_answers_a_question_for_a_place(guide, session, tmp_path, until):
    path = tmp_path / "a-line.toml"
    question = '[[step.ask]]\nkind = "place"\nwords = "Which?"\nis = "most excited 0"\n\n[[step]]'
    text = LESSON.replace('[[step]]\ntitle = "Learn"', question + '\ntitle = "Learn"')
    path.write_text(text.replace('select = "unit 0 0"\n', ""), encoding="utf-8")
    guide.open(read_lesson(path))
    until(lambda: not guide.is_busy and session.network.architecture.layer_sizes == (1, 1))
    guide.answer(1, "")
    assert not guide.record.verdicts[1].is_right, "nothing is chosen yet"
    session.selection.select(0, 0)
    assert guide.record.verdicts[1].is_right
    assert guide.record.answers[1] == "0 0"
