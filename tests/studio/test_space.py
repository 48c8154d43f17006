"""Space trains whatever has the focus, unless text is typed or a list is open."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget

from tests.studio.gestures import said

pytestmark = pytest.mark.window(shared=True)


@pytest.fixture
def active(window, qtbot):
    """Return the window, with a note of how often Space reached the command in ``presses``."""
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    window.presses = []
    action = window.actions_by_name["play"]
    action.triggered.disconnect()
    action.triggered.connect(lambda: window.presses.append(1))
    yield window
    action.triggered.disconnect()
    command = next(c for c in window.actions_by_name.commands if c.name == "play")
    action.triggered.connect(lambda: command.run())


def space():
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)


def is_typed_in(control):
    return isinstance(control, QLineEdit | QAbstractSpinBox) or (
        isinstance(control, QComboBox) and control.isEditable()
    )


def test_space_trains_whatever_has_the_focus(active):
    for name in ("settings", "runs", "surgery"):
        active.show_panel(name)
    QApplication.processEvents()
    tried = 0
    for control in active.findChildren(QWidget):
        if not (control.isVisible() and control.focusPolicy() & Qt.FocusPolicy.TabFocus):
            continue
        control.setFocus()
        if QApplication.focusWidget() is not control or is_typed_in(control):
            continue
        before = len(active.presses)
        space()
        tried += 1
        assert len(active.presses) == before + 1, control.accessibleName()
    assert tried > 30
    assert not active.session.input.erasing


def test_space_is_a_character_where_text_is_typed(active):
    field = active.bar.network
    active.actions_by_name["edit-network"].trigger()
    QTest.keyClicks(field, "20 30")
    assert field.text() == "20 30"
    assert not active.presses


def test_return_presses_the_focused_button(active):
    button = next(b for b in active.input.findChildren(QAbstractButton) if b.text() == "Eraser")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert active.session.input.erasing


def test_a_list_that_was_used_gives_the_focus_back(active, qtbot):
    box = active.bar.activation
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(box.view().isVisible)
    space()
    assert not active.presses, "the list is open"
    if box.view().isVisible():
        QTest.keyClick(box.view(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: active.focusWidget() is active.input.canvas)
    active.activateWindow()
    qtbot.waitUntil(active.input.canvas.hasFocus)
    space()
    assert len(active.presses) == 1


def test_a_choice_from_a_list_of_numbers_gives_the_focus_back(active, qtbot):
    box = active.bar.learning_rate
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(box.width() - 8, box.height() // 2))
    qtbot.waitUntil(box.view().isVisible)
    box.view().setCurrentIndex(box.model().index(box.findText("0.01"), 0))
    QTest.keyClick(box.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: active.focusWidget() is active.input.canvas)
    assert active.session.network.config.hyper.learning_rate == 0.01
    assert "0.01" in said(active)


def test_the_arrow_keys_stay_in_a_closed_list(active):
    box = active.bar.activation
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    QApplication.processEvents()
    assert box.hasFocus()
