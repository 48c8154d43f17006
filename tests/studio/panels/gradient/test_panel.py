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


@pytest.fixture
def check(part):
    return part.page


def checked(page, until):
    page.check.click()
    until(lambda: page.report is not None and page.report.is_done)
    return page.report


def cell(page, row, column):
    return page.table.item(row, column).text()


def test_the_derivatives_agree_in_three_ways(part, check, until):
    report = checked(check, until)
    assert check.table.rowCount() == len(report.rows) >= 6
    assert "agrees with the complex step to rounding" in check.verdict.text()
    names = [cell(check, row, 0) for row in range(check.table.rowCount())]
    assert names == [Parameter(int(row.block.split(".")[1]), *row.index).name for row in report.rows]
    assert {name[0] for name in names} == {"W", "b"}
    for row, found in enumerate(report.rows):
        assert float(cell(check, row, 1).replace("−", "-")) == pytest.approx(found.analytic, rel=1e-5)
    assert len(report.sweep.h) > 20
    check_navigation(check.plot.plot)
    told = read_out(check.plot.plot, -5.0)
    k = np.abs(np.log10(report.sweep.h) + 5).argmin()
    assert f"h = {report.sweep.h[k]:.1e}" in told
    assert f"complex step {report.sweep.complex[k]:.1e}" in told
    columns, rows = part.numbers()
    assert columns == ("h", "central difference", "complex step")
    np.testing.assert_array_equal(rows, np.stack(astuple(report.sweep), axis=1))


def test_a_mistake_is_called_one(check, until):
    check.mistake.setCurrentIndex(1)
    checked(check, until)
    assert "backpropagation is wrong" in check.verdict.text()
    assert "more than rounding explains" in check.table.item(0, 4).toolTip()


def test_the_selected_units_weights_are_checked(session, check, until):
    session.selection.select(1, 3)
    check.of.setCurrentIndex(1)
    report = checked(check, until)
    assert {row.block.split(".")[1] for row in report.rows} == {"1"}
    assert {row.index[0] for row in report.rows} == {3}


def test_another_network_takes_the_results_away(session, check, until):
    checked(check, until)
    session.setting_changes.edit_network("7")
    until(lambda: check.table.rowCount() == 0)
    assert check.verdict.text().startswith("Check compares")


def test_every_column_says_what_it_is_in_both_looks(session, check, until):
    checked(check, until)
    appearance.set_theme(LIGHT)
    for column, (name, _) in enumerate(COLUMNS):
        assert check.table.horizontalHeaderItem(column).toolTip().startswith(name)
        assert check.table.item(0, column).toolTip().startswith(name)


def test_closing_in_the_middle_of_a_check_stops_it(check, services):
    check.check.click()
    services.closing.emit()
    assert not check._worker.is_busy


def test_what_still_comes_of_a_network_that_is_gone_is_not_shown(session, check, until):
    checked(check, until)
    # A second check ends before the next frame, and its report waits to be shown.
    check.check.click()
    check._worker.wait()
    session.setting_changes.edit_network("7")
    until(lambda: check.table.rowCount() == 0)
    check.refresh(Changes(network=True))
    assert check.table.rowCount() == 0
    assert check.verdict.text().startswith("Check compares")


def test_it_needs_no_more_width_than_its_place_in_a_small_window(part):
    assert part.widget.minimumSizeHint().width() <= 420
