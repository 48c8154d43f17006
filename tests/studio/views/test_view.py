"""Hover texts of painted views."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QToolTip

from nnstudio.studio.views.view import View
from tests.studio.gestures import discard, move_to, rest_on


class _Halves(View):
    """Says another word on the left than on the right, and nothing at the bottom."""

    def explain(self, position):
        if position.y() > 80:
            return ""
        return "left" if position.x() < 50 else "right"


@pytest.fixture
def view(qtbot):
    view = _Halves("Halves")
    view.resize(100, 100)
    view.show()
    qtbot.waitExposed(view)
    yield view
    QToolTip.hideText()
    discard(view)


@pytest.mark.parametrize("to", [QPoint(70, 20), QPoint(20, 90)])
def test_a_hover_text_goes_when_the_pointer_leaves_what_it_is_about(view, qtbot, to):
    rest_on(view, QPoint(20, 20))
    qtbot.waitUntil(QToolTip.isVisible)
    assert QToolTip.text() == "left"
    move_to(view, QPoint(30, 40))
    assert view._told == "left", "still on it"
    move_to(view, to)
    assert view._told == ""
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
