"""The panel Anscombe: four sets with the same numbers, dragged, restored and learned from."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.data.own_points import NAME as OWN
from nnstudio.studio.panels.anscombe.panel import COLUMNS, AnscombePanel
from tests.studio.curves import curve_model
from tests.studio.plots import drag, place_of, ranges, read_out


@pytest.fixture
def model():
    return curve_model()


@pytest.fixture
def panel(show_alone):
    panel = show_alone(AnscombePanel, (320, 360))
    panel.widget.grab()
    return panel


def press(plot, key, modifiers=Qt.KeyboardModifier.NoModifier):
    plot.setFocus()
    QTest.keyClick(plot, key, modifiers)


def test_all_four_have_the_same_numbers_beside_them(panel):
    names, rows = panel.numbers()
    assert names[1:] == COLUMNS
    assert [row[0] for row in rows] == [f"Anscombe {number}" for number in ("I", "II", "III", "IV")]
    for _, *figures in rows:
        np.testing.assert_allclose(figures[:2], [0.5, 3.0], atol=3e-3)
        np.testing.assert_allclose(figures[2:4], [0.8164, 13.76], atol=2e-2)
        np.testing.assert_allclose(figures[4:], [9, 7.5, 11, 4.125], atol=6e-3)
    assert [cell.words[0].text() for cell in panel.cells] == ["ŷ = 3.00 + 0.500 x"] * 4
    assert panel.cells[1].words[1].text() == "r 0.816 · SSE 13.78"
    assert [line.text() for line in panel.cells[1].words[2:]] == ["x̄ 9.00 · ȳ 7.50", "s² 11.00, 4.13"]


def test_without_its_outlier_the_third_is_another_line(panel):
    cell = panel.cells[2]
    cell.plot.restore()
    assert not cell.back.isVisible()
    drag(cell.plot, place_of(cell.plot, 13, 12.74), place_of(cell.plot, 13, 8.5))
    assert cell.plot.points[2, 1] == pytest.approx(8.5, abs=0.5)
    assert cell.plot.model.sse < 0.3
    assert cell.plot.model.slopes[0] == pytest.approx(0.345, abs=0.05)
    assert cell.words[0].text() != "ŷ = 3.00 + 0.500 x"
    assert [other.plot.is_as_printed for other in panel.cells] == [True, True, False, True]
    QTest.mouseClick(cell.back, Qt.MouseButton.LeftButton)
    assert cell.words[0].text() == "ŷ = 3.00 + 0.500 x"


def test_points_move_by_keys_within_the_axes(panel):
    plot = panel.cells[0].plot
    press(plot, Qt.Key.Key_Comma)
    assert plot.chosen == 5, "the last one to the right"
    press(plot, Qt.Key.Key_Period)
    assert plot.points[plot.chosen].tolist() == [4, 4.26]
    press(plot, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert plot.points[plot.chosen].tolist() == [4, pytest.approx(4.36)]
    for _ in range(40):
        press(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert plot.points[plot.chosen, 0] == 2


def test_all_share_their_axes(panel):
    panel.cells[0].plot.box.setRange(xRange=(5, 9), yRange=(4, 8), padding=0)
    for cell in panel.cells:
        assert ranges(cell.plot)[0] == pytest.approx((5, 9), abs=0.2)
    panel.show_all()
    assert ranges(panel.cells[3].plot)[0] == pytest.approx((2, 20), abs=1)


def test_equal_x_have_no_correlation(panel):
    cell = panel.cells[3]
    cell.plot._move(7, 8.0, 12.5)
    assert cell.words[1].text().startswith("r – · SSE")
    assert "ŷ = 7.50" in read_out(cell.plot, 8)


def test_a_network_learns_from_a_set_as_it_is(panel, session, until):
    QTest.mouseClick(panel.cells[1].learn, Qt.MouseButton.LeftButton)
    until(lambda: session.network.problem_name == "curve-anscombe-2")
    panel.cells[1].plot._move(0, 10.0, 13.0)
    QTest.mouseClick(panel.cells[1].learn, Qt.MouseButton.LeftButton)
    until(lambda: session.network.problem_name == OWN)
    until(lambda: session.line.points is not None)
    assert session.line.points[1][0] == 13
    assert session.training.problem_title == "Anscombe II, moved"
