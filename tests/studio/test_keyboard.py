"""Everything without a mouse: each panel is reached, used and left by keys alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication

from nnstudio.studio.painting.theme import appearance
from nnstudio.studio.views.picture import Picture
from nnstudio.studio.views.view import View

pytestmark = pytest.mark.window(shared=True)


@pytest.fixture
def active(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    return window


def press(code, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), code, modifiers)


def go_to(window, qtbot, name):
    """Give the keys to a panel by its own key; a second press would hide it."""
    dock = window.dock_area.docks[name]
    if window.dock_area.panel_with_focus() is not dock.panel:
        press(*keys_of(window.panel_actions[name]))
    qtbot.waitUntil(lambda: dock.is_in_front and window.dock_area.panel_with_focus() is dock.panel)
    return dock


def keys_of(action):
    """Return the key and modifiers of an action's first shortcut."""
    combination = action.shortcut()[0]
    return combination.key(), combination.keyboardModifiers()


def test_every_panel_is_reached_by_its_key_and_left_by_escape(active, qtbot):
    for name in active.dock_area.docks:
        go_to(active, qtbot, name)
        press(Qt.Key.Key_Escape)
        assert active.dock_area.panel_with_focus() is active.panels["input"], f"Esc does not leave {name}"


def test_every_control_of_every_panel_is_reached_by_tab(active, qtbot):
    for name in active.dock_area.docks:
        dock = go_to(active, qtbot, name)
        visited = {QApplication.focusWidget()}
        for _ in range(60):
            press(Qt.Key.Key_Tab)
            if active.dock_area.panel_with_focus() is not dock.panel:
                break
            visited.add(QApplication.focusWidget())
        for view in (view for kind in (View, Picture, QAbstractItemView) for view in dock.findChildren(kind)):
            takes_keys = view.focusPolicy() & Qt.FocusPolicy.TabFocus
            if takes_keys and view.isVisible() and view.isEnabled():
                assert view in visited, f"Tab does not reach {view.objectName()} of {name}"
        press(Qt.Key.Key_Escape)


@pytest.mark.parametrize(
    "name", ["network", "templates", "activations", pytest.param("weights", marks=pytest.mark.new_window)]
)
def test_arrows_choose_a_unit(active, qtbot, name):
    press(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    for _ in range(8):
        press(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyRelease(QApplication.focusWidget(), Qt.Key.Key_Shift)
    qtbot.waitUntil(lambda: active.session.network.reading is not None)
    go_to(active, qtbot, name)
    qtbot.waitUntil(lambda: name in active.frame_updates._seen)
    for _ in range(3):
        press(Qt.Key.Key_Down if name == "network" else Qt.Key.Key_Right)
        active.panels[name].widget.grab()
    press(Qt.Key.Key_Return)
    assert active.session.selection.unit is not None


@pytest.mark.new_window
def test_a_digit_is_drawn_and_read_by_keys(active, qtbot):
    for _ in range(12):
        press(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyRelease(QApplication.focusWidget(), Qt.Key.Key_Shift)
    qtbot.waitUntil(lambda: active.session.network.reading is not None)


def test_training_starts_and_pauses_from_any_panel(active, qtbot):
    for name in ("network", "templates"):
        go_to(active, qtbot, name)
        press(Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: active.session.training.is_running)
        press(Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: not active.session.training.is_running)


@pytest.mark.parametrize("looks", ["dark", "light"])
def test_one_sees_where_the_keys_are(active, qtbot, looks):
    if appearance.theme.name != looks:
        active.actions_by_name["theme"].trigger()
    for name in ("network", "templates", "confusion", "activations", "weights"):
        dock = go_to(active, qtbot, name)
        QApplication.processEvents()
        focused = dock.grab().toImage()
        active.bar.network.setFocus()
        QApplication.processEvents()
        assert dock.grab().toImage() != focused, f"{name} looks the same with the keys and without"
