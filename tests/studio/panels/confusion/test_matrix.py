import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetricsF
from PySide6.QtTest import QTest

from nnstudio.studio.painting.theme import DARK, LIGHT, appearance, text_font
from nnstudio.studio.panels.confusion.matrix import ConfusionMatrix
from tests.studio.gestures import explained

NAMES = tuple("0123456789")


def counts_of(n):
    counts = np.zeros((n, n), np.int64)
    np.fill_diagonal(counts, 970)
    counts[4, 9] = 12
    counts[9, 4] = 3
    return counts


@pytest.fixture
def table(qtbot):
    table = ConfusionMatrix("Confusion")
    qtbot.addWidget(table)
    table.resize(330, 220)
    table.show()
    table.show_counts(counts_of(10), NAMES)
    return table


def middle_of(table, cell):
    """Return the middle of a cell in the table's pixels."""
    box = table.visualRect(table.model().index(*cell))
    return table.viewport().mapTo(table, box.center())


def click(table, cell):
    place = table.visualRect(table.model().index(*cell)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def on_name(table, orientation, section):
    """Return the hover text of a row's or a column's name."""
    return table.model().headerData(section, orientation, Qt.ItemDataRole.ToolTipRole)


def test_hover_tells_count_and_share_of_the_true_class(table):
    assert "4 read as 9: 12 of 982 (1.2 %)" in explained(table, middle_of(table, (4, 9)))
    assert "0 read rightly: 970 of 970 (100.0 %)" in explained(table, middle_of(table, (0, 0)))
    assert "0 read as 5: 0 of 970 (0.0 %)" in explained(table, middle_of(table, (0, 5)))


def test_hover_on_a_name_tells_of_the_whole_row_or_column(table):
    row, column = middle_of(table, (4, 0)), middle_of(table, (0, 9))
    down, across = table.verticalHeader(), table.horizontalHeader()
    assert down.geometry().contains(QPoint(30, row.y()))
    assert down.logicalIndexAt(down.viewport().mapFrom(table, QPoint(30, row.y()))) == 4
    assert on_name(table, Qt.Orientation.Vertical, 4) == "true 4: 970 of 982 read rightly (98.8 %)"
    assert across.geometry().contains(QPoint(column.x(), 5))
    assert across.logicalIndexAt(across.viewport().mapFrom(table, QPoint(column.x(), 5))) == 9
    assert on_name(table, Qt.Orientation.Horizontal, 9) == "read as 9: 982, of which 970 are (98.8 %)"


def test_rows_are_true_classes_and_a_click_tells_both(table, qtbot):
    assert middle_of(table, (4, 9)).y() == pytest.approx(middle_of(table, (4, 0)).y(), abs=1)
    with qtbot.waitSignal(table.cell_chosen) as told:
        click(table, (4, 9))
    assert told.args == [4, 9]


def test_keys_choose_a_cell(table, qtbot):
    QTest.keyClick(table, Qt.Key.Key_Up)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(table, key)
    with qtbot.waitSignal(table.cell_chosen) as told:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert told.args == [2, 1]


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_right_is_blue_wrong_is_orange_and_nothing_is_the_background(table, theme):
    appearance.set_theme(theme)
    picture = table.grab().toImage()

    def at(cell):
        return picture.pixelColor(middle_of(table, cell) + QPoint(-10, -5))

    right, wrong, few = at((2, 2)), at((4, 9)), at((9, 4))
    assert right.blue() > right.red()
    assert wrong.red() > wrong.blue()
    orange = QColor(theme.negative)

    def away(colour):
        return sum(abs(a - b) for a, b in zip(colour.getRgb()[:3], orange.getRgb()[:3], strict=True))

    assert away(wrong) < away(few)


@pytest.mark.parametrize("n", [2, 10, 26, 47])
@pytest.mark.parametrize("size", [(160, 90), (330, 220), (900, 700)])
def test_all_classes_fit_and_can_be_asked(table, n, size):
    names = tuple(map(str, range(100, 100 + n)))
    counts = np.zeros((n, n), np.int64)
    counts[1, 0] = 12
    table.show_counts(counts, names)
    table.resize(*size)
    table.grab()
    last = table.visualRect(table.model().index(n - 1, n - 1))
    assert table.viewport().rect().contains(last)
    assert table.rect().contains(table.viewport().geometry())
    assert "101 read as 100: 12 of 12" in explained(table, middle_of(table, (1, 0)))


def test_26_classes_fit_and_can_be_asked(table):
    names = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    table.show_counts(counts_of(26), names)
    table.grab()
    assert "E read as J: 12 of 982" in explained(table, middle_of(table, (4, 9)))


def test_names_that_have_no_room_are_left_out_evenly(table):
    names = tuple(f"{k:02}" for k in range(47))
    table.show_counts(counts_of(47), names)
    table.grab()
    across, down = table.horizontalHeader(), table.verticalHeader()
    advance = QFontMetricsF(text_font(11)).horizontalAdvance
    assert across.step * across.sectionSize(0) >= advance("00")
    assert down.step * down.sectionSize(0) >= 11
    table.show_counts(counts_of(10), NAMES)
    assert across.step == down.step == 1


def test_a_class_without_samples_is_no_division_by_zero(table):
    counts = counts_of(10)
    counts[3] = 0
    table.show_counts(counts, NAMES)
    table.grab()
    assert "0 of 0 (none)" in explained(table, middle_of(table, (3, 3)))


def test_the_cursor_stays_where_it_was_when_counts_are_newer(table):
    table.setCurrentIndex(table.model().index(2, 3))
    table.show_counts(counts_of(10) * 2, NAMES)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (2, 3)
    table.show_counts(np.eye(2, dtype=np.int64), ("a", "b"))
    assert table.currentIndex().isValid()


def test_a_screen_reader_meets_every_cell_and_name(table):
    reader = QAccessible.queryAccessibleInterface(table)
    # The corner, the names of rows and of columns, and the cells.
    assert reader.childCount() == 11 * 11
    names = [reader.child(k).text(QAccessible.Text.Name) for k in range(11 * 11)]
    assert all(names.count(name) == 2 for name in NAMES)
    assert names.count("4 read as 9: 12 of 982 (1.2 %)") == 1
