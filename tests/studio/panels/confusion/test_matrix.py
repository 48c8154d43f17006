import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from nnstudio.studio.painting.theme import DARK, LIGHT, appearance
from nnstudio.studio.panels.confusion.matrix import ConfusionMatrix

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
    spots = [
        (x, y)
        for y in range(0, table.height(), 2)
        for x in range(0, table.width(), 4)
        if table.cell_at(QPointF(x, y)) == cell
    ]
    return QPoint(*np.mean(spots, axis=0).astype(int).tolist())


def test_hover_tells_count_and_share_of_the_true_class(table):
    assert "4 read as 9: 12 of 982 (1.2 %)" in table.explain(middle_of(table, (4, 9)))
    assert "0 read rightly: 970 of 970 (100.0 %)" in table.explain(middle_of(table, (0, 0)))
    assert "0 read as 5: 0 of 970 (0.0 %)" in table.explain(middle_of(table, (0, 5)))


def test_hover_on_a_name_tells_of_the_whole_row_or_column(table):
    row, column = middle_of(table, (4, 0)), middle_of(table, (0, 9))
    assert table.explain(QPoint(30, row.y())) == "true 4: 970 of 982 read rightly (98.8 %)"
    assert table.explain(QPoint(column.x(), 5)) == "read as 9: 982, of which 970 are (98.8 %)"


def test_rows_are_true_classes_and_a_click_tells_both(table, qtbot):
    assert middle_of(table, (4, 9)).y() == pytest.approx(middle_of(table, (4, 0)).y(), abs=1)
    with qtbot.waitSignal(table.cell_chosen) as told:
        QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=middle_of(table, (4, 9)))
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
        return picture.pixelColor(middle_of(table, cell) + QPoint(-13, -5))

    right, wrong, few = at((2, 2)), at((4, 9)), at((9, 4))
    assert right.blue() > right.red()
    assert wrong.red() > wrong.blue()
    orange = QColor(theme.negative)

    def away(colour):
        return sum(abs(a - b) for a, b in zip(colour.getRgb()[:3], orange.getRgb()[:3], strict=True))

    assert away(wrong) < away(few)


def test_26_classes_fit_and_can_be_asked(table):
    names = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    table.show_counts(counts_of(26), names)
    table.grab()
    assert "E read as J: 12 of 982" in table.explain(middle_of(table, (4, 9)))


def test_a_class_without_samples_is_no_division_by_zero(table):
    counts = counts_of(10)
    counts[3] = 0
    table.show_counts(counts, NAMES)
    table.grab()
    assert "0 of 0 (none)" in table.explain(middle_of(table, (3, 3)))
