"""Tables of rows: their height follows the size of text."""

import pytest
from PySide6.QtWidgets import QTableWidget

from nnstudio.studio.painting.theme import appearance, fit_fonts, set_text_scale
from nnstudio.studio.views.row_table import ROW_PX, set_up_rows


@pytest.fixture
def table(qtbot):
    table = QTableWidget(3, 2)
    qtbot.addWidget(table)
    set_up_rows(table, "Rows")
    yield table
    use_scale(table, 1.0)


def use_scale(table, scale):
    set_text_scale(scale, [table])
    fit_fonts([table])
    appearance.set_theme(appearance.theme)


def test_rows_are_as_high_as_the_size_of_text_asks_for(table):
    assert table.rowHeight(2) == ROW_PX
    use_scale(table, 2.0)
    assert table.fontMetrics().height() > ROW_PX
    assert table.rowHeight(2) == 2 * ROW_PX
    table.insertRow(3)
    assert table.rowHeight(3) == 2 * ROW_PX
    use_scale(table, 1.0)
    assert table.rowHeight(2) == ROW_PX
