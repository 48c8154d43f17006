"""Every gesture reaches a bare widget, by events that no Qt deprecates: a warning is an error here."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QWidget

from nnstudio.studio.documents.drag_and_drop import DragAndDrop
from tests.studio import gestures

pytestmark = pytest.mark.sampled


class Listener(QWidget):
    """Keeps what it remembers of each event, for an event lives no longer than its handler."""

    def __init__(self):
        super().__init__()
        self.resize(400, 300)
        self.setMouseTracking(True)
        self.heard = []

    def event(self, event):
        match event:
            case QWheelEvent():
                heard = (event.position(), event.angleDelta().y(), event.pixelDelta().y(), event.modifiers())
            case QMouseEvent():
                heard = (event.type(), event.position(), event.button())
            case QContextMenuEvent() | QHelpEvent():
                heard = (event.pos(), event.globalPos() - self.mapToGlobal(QPoint(0, 0)))
            case QFocusEvent():
                heard = (event.type(),)
            case QKeyEvent() if event.type() != QKeyEvent.Type.ShortcutOverride:
                heard = (event.type(), event.key(), event.modifiers())
            case _:
                return super().event(event)
        self.heard.append((type(event), *heard))
        return True


@pytest.fixture
def listener(qapp):
    widget = Listener()
    yield widget
    gestures.discard(widget)


def test_the_wheel_turns_in_the_middle_or_where_it_is_said(listener):
    shift, none = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
    gestures.turn_wheel(listener, 120)
    gestures.turn_wheel(listener, -240, shift, at=QPoint(30, 20), pixels=-7)
    middle = QPointF(listener.rect().center())
    assert listener.heard == [
        (QWheelEvent, middle, 120, 0, none),
        (QWheelEvent, QPointF(30, 20), -240, -7, shift),
    ]


def test_the_pointer_moves_rests_and_clicks(listener):
    place = QPoint(30, 20)
    gestures.move_to(listener, place)
    gestures.rest_on(listener, place)
    gestures.right_click(listener, place)
    assert listener.heard == [
        (QMouseEvent, QMouseEvent.Type.MouseMove, QPointF(place), Qt.MouseButton.NoButton),
        (QHelpEvent, place, place),
        (QContextMenuEvent, place, place),
    ]


def test_a_stroke_goes_from_the_first_point_to_the_last(listener):
    gestures.stroke_by_mouse(listener, [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)])
    kinds = [(kind, at.toPoint()) for _, kind, at, _ in listener.heard if kind != QMouseEvent.Type.MouseMove]
    assert kinds == [
        (QMouseEvent.Type.MouseButtonPress, QPoint(50, 0)),
        (QMouseEvent.Type.MouseButtonRelease, QPoint(350, 300)),
    ]


def test_a_key_goes_down_and_up(listener):
    gestures.key(listener, Qt.Key.Key_F1)
    gestures.key(listener, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier, up=True)
    assert listener.heard == [
        (QKeyEvent, QKeyEvent.Type.KeyPress, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier),
        (QKeyEvent, QKeyEvent.Type.KeyRelease, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier),
    ]


def test_the_keys_go_elsewhere(listener):
    gestures.lose_focus(listener)
    assert listener.heard == [(QFocusEvent, QFocusEvent.Type.FocusOut)]


def test_what_can_be_taken_is_dropped_and_what_cannot_is_not(qapp, tmp_path):
    target, dropped = QLabel(), []
    DragAndDrop(target).dropped.connect(lambda data: dropped.append(data.imageData() is not None))
    picture, nothing = QMimeData(), QMimeData()
    picture.setImageData(target.grab().toImage())
    assert gestures.drag_over(target, picture)
    assert dropped == []
    assert gestures.drop(target, picture)
    assert dropped == [True]
    assert not gestures.drop(target, nothing)
    assert dropped == [True]
    gestures.discard(target)
