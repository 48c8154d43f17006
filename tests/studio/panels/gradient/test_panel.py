"""The gradient check in the window."""

from dataclasses import astuple

import numpy as np
import pytest

from nnstudio.insight.parameters import Parameter
from nnstudio.studio.painting.theme import LIGHT, appearance
from nnstudio.studio.panels.gradient.panel import GradientPanel
from nnstudio.studio.panels.gradient.table import COLUMNS
from nnstudio.studio.session.changes import Changes
from tests.studio.plots import check_navigation, read_out


@pytest.fixture
def part(session, show_alone, until):
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    return show_alone(GradientPanel)


def checked(part, until):
    part.check.click()
    until(lambda: part.report is not None and part.report.is_done)
    return part.report


def cell(part, row, column):
    return part.table.item(row, column).text()


def test_the_derivatives_agree_in_three_ways(part, until):
    report = checked(part, until)
    assert part.table.rowCount() == len(report.rows) >= 6
    assert "agrees with the complex step to rounding" in part.verdict.text()
    names = [cell(part, row, 0) for row in range(part.table.rowCount())]
    assert names == [Parameter(int(row.block.split(".")[1]), *row.index).name for row in report.rows]
    assert {name[0] for name in names} == {"W", "b"}
    for row, found in enumerate(report.rows):
        assert float(cell(part, row, 1).replace("−", "-")) == pytest.approx(found.analytic, rel=1e-5)
    assert len(report.sweep.h) > 20
    check_navigation(part.plot.plot)
    told = read_out(part.plot.plot, -5.0)
    k = np.abs(np.log10(report.sweep.h) + 5).argmin()
    assert f"h = {report.sweep.h[k]:.1e}" in told
    assert f"complex step {report.sweep.complex[k]:.1e}" in told
    columns, rows = part.numbers()
    assert columns == ("h", "central difference", "complex step")
    np.testing.assert_array_equal(rows, np.stack(astuple(report.sweep), axis=1))


def test_a_mistake_is_called_one(part, until):
    part.mistake.setCurrentIndex(1)
    checked(part, until)
    assert "backpropagation is wrong" in part.verdict.text()
    assert "more than rounding explains" in part.table.item(0, 4).toolTip()


def test_the_selected_units_weights_are_checked(session, part, until):
    session.selection.select(1, 3)
    part.of.setCurrentIndex(1)
    report = checked(part, until)
    assert {row.block.split(".")[1] for row in report.rows} == {"1"}
    assert {row.index[0] for row in report.rows} == {3}


def test_another_network_takes_the_results_away(session, part, until):
    checked(part, until)
    session.setting_changes.edit_network("7")
    until(lambda: part.table.rowCount() == 0)
    assert part.verdict.text().startswith("Check compares")


def test_every_column_says_what_it_is_in_both_looks(session, part, until):
    checked(part, until)
    appearance.set_theme(LIGHT)
    for column, (name, _) in enumerate(COLUMNS):
        assert part.table.horizontalHeaderItem(column).toolTip().startswith(name)
        assert part.table.item(0, column).toolTip().startswith(name)


def test_closing_in_the_middle_of_a_check_stops_it(part, services):
    part.check.click()
    services.closing.emit()
    assert not part._worker.is_busy


def test_what_still_comes_of_a_network_that_is_gone_is_not_shown(session, part, until):
    checked(part, until)
    # A second check ends before the next frame, and its report waits to be shown.
    part.check.click()
    part._worker.wait()
    session.setting_changes.edit_network("7")
    until(lambda: part.table.rowCount() == 0)
    part.refresh(Changes(network=True))
    assert part.table.rowCount() == 0
    assert part.verdict.text().startswith("Check compares")


def test_it_needs_no_more_width_than_its_place_in_a_small_window(part):
    assert part.widget.minimumSizeHint().width() <= 420
