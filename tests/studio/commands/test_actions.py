from unittest.mock import MagicMock

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QTabBar,
)

from nnstudio.studio.commands.actions import key_table
from nnstudio.studio.commands.menus import Menus
from tests.studio.gestures import EXPLAINING, flush_deletions

pytestmark = pytest.mark.window(shared=True)

INNER = QComboBox | QAbstractSpinBox
"""What has parts that are named with it."""


def native(key):
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


@pytest.fixture(scope="module")
def commands():
    return Menus(*(MagicMock() for _ in range(6))).commands()


def test_every_command_has_words_and_something_to_run(commands):
    for command in commands:
        assert callable(command.run)
        assert command.text
        assert command.tip[0].islower()
        assert not command.tip.endswith(".")


def test_no_key_does_two_things(commands):
    keys = [QKeySequence(key).toString() for command in commands for key in command.keys]
    assert all(keys)
    assert len(set(keys)) == len(keys)


def test_names_are_unique(commands):
    assert len({command.name for command in commands}) == len(commands)


def test_everything_but_the_credits_has_a_key(commands):
    assert {command.name for command in commands if not command.keys} == {"about"}


def test_the_list_of_keys_names_every_key(commands):
    listed = " ".join(keys for _, rows in key_table(commands, []) for keys, _ in rows)
    for command in commands:
        for key in command.keys:
            assert native(key) in listed


def test_tooltips_name_the_key(window):
    for command in window.actions_by_name.commands:
        action = window.actions_by_name[command.name]
        assert command.tip in action.toolTip()
        if command.keys:
            assert action.toolTip().endswith(f"({native(command.keys[0])})")


def test_every_action_is_in_its_menu(window):
    menus = {menu.title().replace("&", ""): menu for menu in window.menuBar().findChildren(QMenu)}
    for command in window.actions_by_name.commands:
        assert window.actions_by_name[command.name] in menus[command.menu].actions()


@pytest.mark.parametrize(
    ("name", "key", "modifier"),
    [
        ("theme", Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier),
        ("previous-panel", Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier),
        ("eraser", Qt.Key.Key_X, Qt.KeyboardModifier.NoModifier),
        ("wider", Qt.Key.Key_BracketRight, Qt.KeyboardModifier.NoModifier),
        ("new-seed", Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier),
        ("earlier", Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier),
    ],
)
def test_keys_work_wherever_the_focus_is(window, qtbot, name, key, modifier):
    fired = []
    window.actions_by_name[name].triggered.connect(lambda *_: fired.append(name))
    window.activateWindow()
    for widget in (window.input.canvas, window.panels["network"].widget, window.panels["templates"].widget):
        widget.setFocus()
        QTest.keyClick(widget, key, modifier)
    assert fired == [name] * 3


def test_minus_is_the_learning_rates_except_in_figures_that_zoom(window):
    fired = []
    window.actions_by_name["slower"].triggered.connect(lambda *_: fired.append("slower"))
    window.activateWindow()
    for widget in (window.panels["network"].widget, window.panels["loss"].widget.plot, window.input.canvas):
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_Minus)
        assert bool(fired) is (widget is window.input.canvas)


def controls(window):
    kinds = (QAbstractButton, QComboBox, QLineEdit, QAbstractSlider, QTabBar, *EXPLAINING)
    found = [widget for kind in kinds for widget in window.findChildren(kind)]
    return [widget for widget in found if widget.isVisible() and not isinstance(widget.parent(), INNER)]


def test_every_control_has_a_name_for_those_who_cannot_see_it(window):
    for widget in controls(window):
        name = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        assert name.strip(), f"{widget} has no name"


def test_every_control_has_a_tooltip_or_explains_itself(window):
    for widget in controls(window):
        if isinstance(widget.parent(), QTabBar):
            continue
        assert isinstance(widget, (*EXPLAINING, QTabBar)) or widget.toolTip(), f"{widget} has no tooltip"


def test_the_play_button_is_called_what_it_does(ready, qtbot):
    (button,) = [b for b in ready.bar.findChildren(QAbstractButton) if b.objectName() == "play"]

    def name():
        return QAccessible.queryAccessibleInterface(button).text(QAccessible.Text.Name)

    assert name() == "Train"
    ready.actions_by_name["play"].trigger()
    qtbot.waitUntil(lambda: name() == "Pause")
    ready.actions_by_name["play"].trigger()
    qtbot.waitUntil(lambda: name() == "Train")


def test_tab_reaches_every_control_from_left_to_right_above_and_comes_back(window):
    window.activateWindow()
    window.input.canvas.setFocus()
    visited = []
    for _ in range(80):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
        if visited and widget is visited[0]:
            break
        visited.append(widget)
    else:
        pytest.fail("Tab does not come back")
    for widget in controls(window):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled():
            reached = widget.lineEdit() if isinstance(widget, QComboBox) and widget.isEditable() else widget
            assert widget in visited or reached in visited, f"Tab does not reach {widget}"
    bar = [w for w in visited if window.bar.isAncestorOf(w)]
    places = [w.mapTo(window.bar, w.rect().topLeft()).x() for w in bar]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["keys", "about"])
def test_dialogs_open_and_close(window, qtbot, name):
    window.actions_by_name[name].trigger()
    (dialog,) = window.findChildren(QDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    flush_deletions()
    assert not window.findChildren(QDialog)
