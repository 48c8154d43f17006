"""Hints for the first steps."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS

HINTS = {name: kind.hints for name, kind in STUDIO_INPUT_KINDS.items()}

pytestmark = pytest.mark.window(shared=True)


def test_hints_are_offered_once_and_put_away_for_ever(window):
    strip = window.hints
    assert not strip.is_on
    strip.offer()
    assert strip.is_on
    assert strip.text.text().endswith(HINTS["image"][0])
    assert QApplication.activeModalWidget() is None
    window.activateWindow()
    strip.next.setFocus()
    QTest.keyClick(strip.next, Qt.Key.Key_Return)
    assert strip.text.text().endswith(HINTS["image"][1])
    strip.away.setFocus()
    QTest.keyClick(strip.away, Qt.Key.Key_Return)
    assert not strip.is_on
    assert QApplication.focusWidget() is window.input.canvas
    strip.offer()
    assert not strip.is_on
    window.actions_by_name["hints"].trigger()
    assert strip.is_on
    window.actions_by_name["hints"].trigger()
    assert not strip.is_on


def test_the_last_hint_is_the_end(window):
    window.hints.begin()
    for hint in HINTS["image"]:
        assert window.hints.text.text().endswith(hint)
        window.hints.go_on()
    assert not window.hints.is_on
    window.hints.offer()
    assert not window.hints.is_on


def test_a_hint_never_covers_a_warning(window):
    message, hints = window.status.message, window.hints
    window.say("The file is damaged.", warning=True)
    hints.begin()
    assert message.isVisible()
    assert not hints.isVisible()
    window.say("Something else.")
    hints._back.timeout.emit()
    assert hints.isVisible()
    window.activateWindow()
    hints.next.setFocus()
    window.say("The file is damaged.", warning=True)
    assert message.isVisible()
    assert not hints._back.isActive(), "it stays until something else is said"
    assert window.focusWidget() is window.input.canvas
    window.actions_by_name["hints"].trigger()
    assert hints.isVisible(), "who asks has read the warning"


def test_nothing_moves_when_a_hint_comes_and_goes(window, qtbot):
    window.say("")
    places = []
    for turn in (window.hints.begin, window.hints.put_away):
        turn()
        window.centralWidget().layout().activate()
        places.append((window.timeline.geometry(), window.status.height()))
    assert places[0] == places[1]


def test_a_long_sentence_is_left_time_to_be_read(window):
    window.hints.begin()
    window.say("Opened.")
    short = window.hints._back.remainingTime()
    window.say("Learned your 5: 1 of 1 of your drawings are read right (0 before). " * 3)
    assert window.hints._back.remainingTime() > 2 * short


def test_another_kind_of_input_has_other_hints(window, qtbot):
    window.hints.begin()
    window.hints.go_on()
    window.session.choose_problem("curve-sine")
    qtbot.waitUntil(lambda: window.hints.text.text().endswith(HINTS["line"][0]))
    window.hints.go_on()
    window.session.training.settings_changed.emit()
    assert window.hints.text.text().endswith(HINTS["line"][1])
    window.hints.put_away()
    window.session.choose_problem("plane-moons")
    qtbot.waitUntil(lambda: window.session.network.input_space.kind == "plane")
    assert not window.hints.is_on
