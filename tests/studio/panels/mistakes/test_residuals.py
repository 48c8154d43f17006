"""The table of residuals, in the place of mistakes where outputs are numbers."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.studio.painting.numbers import scientific
from nnstudio.studio.panels.mistakes.panel import MistakesPanel
from tests.studio.gestures import choose
from tests.studio.problems import small_source


@pytest.fixture
def part(session, show_alone, until):
    source = small_source("plane")
    session.take(source)
    until(lambda: session.network.problem_name == source.name and session.training.trainer is not None)
    panel = show_alone(MistakesPanel)
    until(lambda: panel.residuals.table.model().rowCount() > 0)
    return panel


def rows(part):
    model = part.residuals.table.model()
    return [
        [model.data(model.index(row, column), Qt.ItemDataRole.DisplayRole) for column in range(6)]
        for row in range(model.rowCount())
    ]


def test_the_largest_residual_of_all_outputs_comes_first(session, part):
    results = session.evaluator.latest
    names, told = part.numbers()
    assert list(names) == ["residual", "output", "right", "answer", "x₁", "x₂"]
    sizes = np.abs(results.residuals).max(axis=1)
    np.testing.assert_allclose([abs(row[0]) for row in told], np.sort(sizes)[::-1], rtol=1e-6)
    for row in told:
        assert row[0] == pytest.approx(row[3] - row[2], abs=1e-5)
    assert rows(part)[0][0] == scientific(told[0][0])
    assert "RMSE" in part.residuals._count.text()


def test_one_output_can_count_alone(session, part):
    choose(part.residuals._output, 1)
    _, told = part.numbers()
    assert {row[1] for row in told} == {"product"}
    sizes = np.abs(session.evaluator.latest.residuals[:, 1])
    np.testing.assert_allclose([abs(row[0]) for row in told], np.sort(sizes)[::-1], rtol=1e-6)
    choose(part.residuals._order, "smallest")
    _, told = part.numbers()
    np.testing.assert_allclose([abs(row[0]) for row in told], np.sort(sizes), rtol=1e-6)


def test_a_click_or_enter_makes_the_sample_the_input_with_its_right_answer(session, part, until):
    table, test = part.residuals.table, session.training.problem.test
    for row, gesture in ((1, "click"), (2, "enter")):
        index = table.model().index(row, 0)
        wanted = int(table.model().rows[row])
        if gesture == "click":
            place = table.visualRect(index).center()
            QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        else:
            table.setCurrentIndex(index)
            QTest.keyClick(table, Qt.Key.Key_Return)
        np.testing.assert_array_equal(session.input.x, test.batch(np.array([wanted]))[0])
        np.testing.assert_array_equal(session.input.right_answer, test.targets[wanted])
        assert f"Sample {wanted} of the test set: the right answer is sum = " in session.sentences[-1][0]
