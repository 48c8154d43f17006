"""The panel Lesson: the list, a step with its questions, and the buttons."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.lessons.lesson_file import read_lesson, shipped_lessons
from nnstudio.studio.panels.lesson.panel import LessonPanel
from tests.studio.session.test_lesson_guide import LESSON


@pytest.fixture
def panel(show_alone):
    return show_alone(LessonPanel)


@pytest.fixture
def lesson(tmp_path):
    path = tmp_path / "a-line.toml"
    path.write_text(LESSON, encoding="utf-8")
    return read_lesson(path)


@pytest.fixture
def step(panel, services, lesson, until):
    services.session.lesson_guide.open(lesson)
    until(lambda: panel.step.questions and panel.step.questions[0].isVisible())
    return panel.step


def test_the_list_has_all_lessons_and_the_keys_choose_one(panel, services, qtbot):
    rows = panel.list.rows
    assert rows.count() == len(shipped_lessons())
    rows.setFocus()
    with qtbot.waitSignal(services.session.lesson_guide.wanted) as chosen:
        QTest.keyClick(rows, Qt.Key.Key_Return)
    assert chosen.args == [shipped_lessons()[0]]


def test_an_answer_is_typed_and_judged(step, until):
    question = step.questions[0]
    assert "What comes out?" in question.words.text()
    question.field.setFocus()
    QTest.keyClicks(question.field, "1.0")
    QTest.keyClick(question.field, Qt.Key.Key_Return)
    until(lambda: question.verdict.isVisible())
    assert question.verdict.text() == "✗ The bias is missing."
    question.field.setText("2")
    question.check.click()
    until(lambda: question.verdict.text().startswith("✓"))
    assert step.buttons["lesson-next"].isChecked(), "Next lights up"


def test_a_goal_says_where_it_stands(step, services, until):
    services.session.lesson_guide.go_to(2)
    until(lambda: step.goals.text().startswith("○"))
    assert "at most −1" in step.goals.text()
    assert not step.buttons["lesson-next"].isEnabled(), "it is the last step"


def test_the_list_is_there_again_when_the_lesson_is_closed(step, panel, services, until):
    services.session.lesson_guide.close()
    until(lambda: panel.list.isVisible())
