"""The gradient check in the window."""

import pytest
from PySide6.QtCore import QPoint

from nnstudio.studio.painting.theme import LIGHT
from nnstudio.studio.panels.gradient.table import COLUMNS
from nnstudio.studio.session.changes import Changes
from tests.studio.gestures import type_into

pytestmark = pytest.mark.window(shared=True)


@pytest.fixture
def part(ready):
    ready.show_panel("gradient")
    return ready.panels["gradient"]


def checked(part, qtbot):
    part.check.click()
    qtbot.waitUntil(lambda: part.report is not None and part.report.is_done, timeout=20_000)
    return part.report


def cell(part, row, column):
    return part.table.item(row, column).text()


def test_the_derivatives_agree_in_three_ways(part, qtbot):
    report = checked(part, qtbot)
    assert part.table.rowCount() == len(report.rows) >= 6
    assert "agrees with the complex step to rounding" in part.verdict.text()
    names = [cell(part, row, 0) for row in range(part.table.rowCount())]
    assert any(name.startswith("Hidden 1, unit ") and " ← input " in name for name in names)
    assert any(name.endswith(", bias") for name in names)
    for row, found in enumerate(report.rows):
        assert float(cell(part, row, 1).replace("−", "-")) == pytest.approx(found.analytic, rel=1e-5)
    assert len(report.sweep.h) > 20
    assert part.plot.explain(QPoint(part.plot.width() // 2, part.plot.height() // 2)).startswith("h = ")


@pytest.mark.new_window
def test_a_mistake_is_called_one(part, qtbot):
    part.mistake.setCurrentIndex(1)
    checked(part, qtbot)
    assert "backpropagation is wrong" in part.verdict.text()
    assert "more than rounding explains" in part.table.item(0, 4).toolTip()


@pytest.mark.new_window
def test_the_selected_units_weights_are_checked(part, ready, qtbot):
    ready.session.selection.select(1, 3)
    part.of.setCurrentIndex(1)
    report = checked(part, qtbot)
    assert {row.block.split(".")[1] for row in report.rows} == {"1"}
    assert {row.index[0] for row in report.rows} == {3}


def test_another_network_takes_the_results_away(part, ready, qtbot):
    checked(part, qtbot)
    type_into(ready.bar.network, "7")
    qtbot.waitUntil(lambda: part.table.rowCount() == 0)
    assert part.verdict.text().startswith("Check compares")


def test_every_column_says_what_it_is_in_both_looks(part, ready, qtbot):
    checked(part, qtbot)
    ready.set_theme(LIGHT)
    for column, (name, _) in enumerate(COLUMNS):
        assert part.table.horizontalHeaderItem(column).toolTip().startswith(name)
        assert part.table.item(0, column).toolTip().startswith(name)


def test_closing_in_the_middle_of_a_check_stops_it(part, ready):
    part.check.click()
    ready.close()
    assert not part._worker.is_busy


def test_what_still_comes_of_a_network_that_is_gone_is_not_shown(part, ready, qtbot):
    checked(part, qtbot)
    # A second check ends before the next frame, and its report waits to be shown.
    part.check.click()
    part._worker.wait()
    type_into(ready.bar.network, "7")
    qtbot.waitUntil(lambda: part.table.rowCount() == 0)
    part.refresh(Changes(network=True))
    assert part.table.rowCount() == 0
    assert part.verdict.text().startswith("Check compares")
