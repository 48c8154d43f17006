import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from nnstudio.studio.views.responsive_box import ResponsiveBox
from tests.studio.gestures import discard


@pytest.mark.parametrize(("width", "is_row"), [(400, True), (300, True), (299, False), (150, False)])
def test_widgets_stand_in_a_row_where_there_is_width(qtbot, width, is_row):
    parent, one, other = QWidget(), QWidget(), QWidget()
    for widget in (one, other):
        widget.setMinimumSize(140, 20)
    box = ResponsiveBox([(one, 1), (other, 1)], 300, QSize(100, 50), parent)
    box.resize(width, 200)
    parent.show()
    qtbot.waitExposed(parent)
    qtbot.waitUntil(lambda: other.pos() != one.pos())
    assert (one.y() == other.y()) is is_row
    assert (one.x() == other.x()) is not is_row
    assert box.minimumSize() == QSize(100, 50)
    discard(parent)


def test_a_row_that_does_not_fit_is_a_column_with_room_for_all(qtbot):
    parent, one, other = QWidget(), QWidget(), QWidget()
    for widget in (one, other):
        widget.setMinimumSize(160, 80)
    box = ResponsiveBox([(one, 1), (other, 1)], 300, QSize(100, 50), parent)
    box.resize(320, 100)
    parent.show()
    qtbot.waitExposed(parent)
    qtbot.waitUntil(lambda: other.y() > one.y())
    assert box.minimumSize() == QSize(100, 170)
    assert other.geometry().bottom() < box.height()
    box.resize(340, 200)
    qtbot.waitUntil(lambda: other.x() > one.x())
    assert box.minimumSize() == QSize(100, 50)
    discard(parent)
