"""The menu at the end of a row of tabs."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTabBar

from nnstudio.studio.window.tab_menu import TabMenu
from tests.studio.gestures import discard

NAMES = [f"Panel {k}" for k in range(8)]


@pytest.fixture
def bar(qtbot):
    bar = QTabBar()
    bar.setUsesScrollButtons(True)
    for name in NAMES:
        bar.addTab(name)
    bar.button = TabMenu(bar)
    bar.resize(bar.sizeHint().width() + 40, 30)
    bar.show()
    qtbot.waitExposed(bar)
    yield bar
    discard(bar)


def test_it_is_there_while_tabs_are_cut_off(bar):
    assert bar.button.isHidden()
    bar.resize(200, 30)
    assert bar.button.isVisible()
    assert bar.button.geometry().right() == bar.width() - 1
    bar.resize(bar.sizeHint().width() + 40, 30)
    assert bar.button.isHidden()


def test_it_lists_every_tab_and_a_choice_shows_it(bar, qtbot):
    bar.resize(200, 30)
    QTest.mouseClick(bar.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == NAMES
    assert menu.actions()[0].isChecked()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(menu.actions()[6]).center())
    assert bar.currentIndex() == 6


def test_a_tab_that_is_cut_is_covered_unless_it_is_the_current_one(bar):
    def show(width):
        bar.resize(width, 30)
        bar.repaint()

    cover, middle = bar.button.cover, bar.tabRect(2).center().x()
    show(middle + bar.button.width())
    assert bar.button.isVisible()
    assert cover.geometry().left() == bar.tabRect(2).left()
    assert cover.geometry().right() == bar.button.geometry().left() - 1
    assert bar.childAt(bar.tabRect(2).left() + 3, 15) is cover
    assert bar.childAt(bar.tabRect(1).center()) is None
    bar.setCurrentIndex(2)
    bar.repaint()
    assert not cover.geometry().intersects(bar.tabRect(2))
    show(bar.sizeHint().width() + 40)
    assert cover.isHidden()


def test_a_row_that_is_too_narrow_comes_to_rest(bar, monkeypatch):
    looks = []
    place = TabMenu._place
    monkeypatch.setattr(TabMenu, "_place", lambda menu: (looks.append(1), place(menu)))
    bar.resize(200, 30)
    for _ in range(20):
        QApplication.processEvents()
    looks.clear()
    for _ in range(20):
        QApplication.processEvents()
    assert looks == []
