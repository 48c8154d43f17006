"""The panel Perceptron: the rule in the plane, the table of samples, and the losses over a weight."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.studio.panels.perceptron.panel import PerceptronPanel
from tests.studio.gestures import type_into
from tests.studio.plane import on_a_set, plane_model
from tests.studio.plots import drag, place_of, read_out

RULE, SAMPLES, LOSSES = range(3)


@pytest.fixture
def model():
    return plane_model(output="step")


@pytest.fixture
def panel(session, show_alone, until, request):
    on_a_set(session, getattr(request, "param", "plane-and"))
    panel = show_alone(PerceptronPanel, (640, 420))
    until(lambda: session.training.trainer is not None and not session.perceptron.obstacle)
    click(panel.rule.zero)
    until(lambda: unit_of(session) == [0, 0, 0])
    return panel


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def turn_to(panel, page, until):
    click(panel.choice.button(page))
    until(lambda: panel._page.isVisible())
    panel.widget.grab()


def unit_of(session):
    layer = session.network.architecture.layers(session.network.own_weights)[0]
    return [*layer.W[1].tolist(), float(layer.b[1])]


def test_a_correction_shows_the_sample_the_weights_and_both_lines(panel, session, until):
    rule = panel.rule
    assert rule.state.text() == "No correction yet."
    assert rule.bound.text() == "From zero at most 51 corrections: (R/γ)², R = 1.732, γ = 0.2425."
    assert not any(line.isVisible() for line in rule._lines)
    for _ in range(4):
        session.perceptron.correct()
    until(lambda: "Correction 4" in rule.correction.text())
    assert rule.correction.text().splitlines() == [
        "Correction 4, pass 2: sample 4 (1, 1), t = 1, a = 0: it should fire, and does not.",
        "t − a = 1: w + x, (1, 0) → (2, 1); b −1 → 0.",
    ]
    assert rule.state.text() == "4 corrections in 2 passes."
    assert all(line.isVisible() for line in rule._lines)
    np.testing.assert_allclose(rule._arrows[1].getData()[0][:2], [0, 2])
    np.testing.assert_allclose(rule._lines[0].getPos(), [1, 0])
    assert rule._ring.getData()[0].tolist() == [1.0]
    rule.plot.grab()


def test_the_end_is_told(panel, session, until):
    click(panel.rule.finish)
    until(lambda: "has ended" in panel.rule.state.text())
    assert panel.rule.state.text() == (
        "10 corrections in 6 passes: in the last pass every sample was right. The rule has ended."
    )
    assert not panel.rule.finish.isEnabled()


@pytest.mark.parametrize("panel", ["plane-xor"], indirect=True)
def test_that_no_line_does_it_is_told(panel, until):
    click(panel.rule.finish)
    until(lambda: "No line does it" in panel.rule.state.text())
    assert panel.rule.state.text().startswith("9 corrections in 3 passes: the weights came back")
    assert "γ = 0" in panel.rule.bound.text()


def test_the_table_has_sums_answers_targets_and_losses(panel, session, until):
    turn_to(panel, SAMPLES, until)
    page = panel.samples
    type_into(page.rows[0].number, "6.5")
    until(lambda: page.model.values(3)[2] == 6.5)
    assert page.mean.text() == "J = 0.125: 3 of 4 right"
    names, rows = panel.numbers()
    assert names == ("sample", "x₁", "x₂", "z", "y", "t", "½(t−y)²")
    assert rows[2] == (3, 1.0, 0.0, 6.5, 1.0, 0.0, 0.5)
    assert rows[3] == (4, 1.0, 1.0, 6.5, 1.0, 1.0, 0.0)
    assert not page.rows[2].isVisible(), "there are two inputs"


def test_enter_on_a_sample_asks_the_network_about_it(panel, session, until):
    turn_to(panel, SAMPLES, until)
    panel.samples.table.setCurrentIndex(panel.samples.model.index(2, 0))
    QTest.keyClick(panel.samples.table, Qt.Key.Key_Return)
    until(lambda: session.network.reading is not None and session.input.right_answer == 0)
    assert session.network.reading.x.tolist() == [1, 0]


def test_j_is_stairs_and_the_criterion_has_a_slope(panel, session, until):
    turn_to(panel, SAMPLES, until)
    for row, text in ((1, "1"), (-1, "-1.5")):
        type_into(panel.samples.rows[row].number, text)
    until(lambda: unit_of(session) == [0, 1, -1.5])
    turn_to(panel, LOSSES, until)
    page = panel.losses
    until(lambda: page.slice is not None and page.slice.loss_at(1) == 0)
    assert page.words.text().startswith("w₁ = 0: J = 0.125, flat there; criterion 0.1250.")
    assert "J = 0.125" in read_out(page.loss, 0.2)
    assert "criterion = 0.07" in read_out(page.criterion, 0.2)
    drag(page.loss, place_of(page.loss, 0.0), place_of(page.loss, 1.0))
    until(lambda: unit_of(session)[0] == pytest.approx(1, abs=0.1))
    assert session.weight_editor.undo_stack.undoText() == "class 1: a weight changed"


class TestHiddenLayers:
    @pytest.fixture
    def model(self):
        return plane_model(sizes=(2, 5, 2))

    def test_a_button_drops_them(self, session, show_alone, until):
        on_a_set(session, "plane-and")
        panel = show_alone(PerceptronPanel)
        until(lambda: panel.make.isVisible())
        assert panel.make.text() == "Drop 1 hidden layer"
        assert not panel._page.isVisible()
        assert panel.numbers() == ((), [])
        click(panel.make)
        until(lambda: panel._page.isVisible())
        assert str(session.network.architecture) == "2-1"
