"""What a hand does, and what an eye looks for.

Every event that a test makes is made here, so that what a new Qt deprecates shows in one file.
"""

from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QPoint, QPointF, Qt, QVersionNumber
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from nnstudio.studio.panels.confusion.matrix import ConfusionMatrix
from nnstudio.studio.views.picture import Picture
from nnstudio.studio.views.sample_grid import SampleGrid
from nnstudio.studio.views.view import View

EXPLAINING = (View, Picture, SampleGrid, ConfusionMatrix)
"""Kinds of widgets that say on hover what is at each place; see `explained`."""


def place_on(canvas, point):
    """Return the pixel of a point given in shares of the sheet's side."""
    side = min(canvas.width(), canvas.height())
    left = (canvas.width() - side) / 2
    return QPoint(round(left + point[0] * side), round(point[1] * side))


def stroke_by_mouse(canvas, points, button=Qt.MouseButton.LeftButton):
    """Press at the first point, move along, release at the last; points are shares of the sheet's side."""
    places = [place_on(canvas, point) for point in points]
    QTest.mousePress(canvas, button, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(canvas, place)
    QTest.mouseRelease(canvas, button, pos=places[-1])


def write_stroke(document, points):
    """Draw a stroke in an input document, as a canvas does; points are shares of the canvas's side."""
    first, *others = [tuple(map(float, point)) for point in points]
    document.begin_stroke(first, erases=False)
    for point in others:
        document.extend(point)
    document.finish_gesture()


def explained(view, place):
    """Return the hover text of what is at a place of a painted view, a list or a table."""
    if isinstance(view, QAbstractItemView):
        return view.indexAt(view.viewport().mapFrom(view, place)).data(Qt.ItemDataRole.ToolTipRole) or ""
    return view.explain(place)


def places_in(widget, n=24):
    """Return n × n places that are spread over a widget."""
    return [
        QPoint(x, y)
        for x in range(0, widget.width(), max(1, widget.width() // n))
        for y in range(0, widget.height(), max(1, widget.height() // n))
    ]


def samples_in_sight(grid, *, partly=False):
    """Return the positions of the samples that are seen completely, or of those that are partly."""
    area = grid.viewport().rect().intersected(grid.rect())
    boxes = [grid.visualRect(grid.model().index(k, 0)) for k in range(grid.model().rowCount())]
    seen = area.intersects if partly else area.contains
    return [k for k, box in enumerate(boxes) if seen(box)]


def said(window):
    """Return the sentence in the message line."""
    return window.status.message.text()


def is_warning(window):
    return window.status.message.property("role") == "warning"


def discard(widget):
    """Close a widget and delete it now.

    A plot's own ``close`` takes its view box out of the scene. Python's collector deletes that some time
    later, maybe while Qt holds a lock that the deletion asks for: tests hung or crashed at the next plot.
    """
    QWidget.close(widget)
    widget.deleteLater()
    flush_deletions()


def flush_deletions():
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def key(widget, code, modifiers=Qt.KeyboardModifier.NoModifier, *, up=False):
    """Press or release one key; unlike QTest's, it leaves held modifiers alone."""
    kind = QKeyEvent.Type.KeyRelease if up else QKeyEvent.Type.KeyPress
    QApplication.sendEvent(widget, QKeyEvent(kind, code, modifiers))


def move_to(widget, place):
    """Move the pointer; unlike QTest's, the event arrives at once and whatever lies above."""
    at, none = QPointF(place), Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, widget.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)


def drag_by_mouse(widget, start, by, steps=6):
    """Press the left button at a place, move by so much in steps, and release it there."""
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    for step in range(1, steps + 1):
        at = QPointF(start) + QPointF(by) * step / steps
        # Unlike QTest's, each arrives.
        move = QMouseEvent(
            QEvent.Type.MouseMove, at, widget.mapToGlobal(at), Qt.MouseButton.NoButton, left, none
        )
        QApplication.sendEvent(widget, move)
    QTest.mouseRelease(widget, left, pos=start + by)


def leave(widget):
    """Move the pointer out of a widget."""
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


def turn_wheel(widget, eighths, modifiers=Qt.KeyboardModifier.NoModifier, *, at=None, pixels=0):
    """Turn the wheel by eighths of a degree, in the middle unless ``at`` says where.

    Return whether the widget took the event: Qt gives one that is not sent by the system to no other.
    """
    place = QPointF(widget.rect().center() if at is None else at)
    event = QWheelEvent(
        place,
        widget.mapToGlobal(place),
        QPoint(0, pixels),
        QPoint(0, eighths),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def right_click(widget, place):
    """Ask for the context menu at a place; it may stay open."""
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)


def rest_on(widget, place):
    """Rest the pointer at a place until the tool tip is asked for."""
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place)))


def lose_focus(widget):
    """Tell a widget that the keys go elsewhere now."""
    QApplication.sendEvent(widget, QFocusEvent(QEvent.Type.FocusOut))


def drag_over(widget, data):
    """Drag something into a widget and return whether it would be taken."""
    # From 6.12 on, Qt deprecates the constructor with whole pixels, the only one before.
    place = QPointF if QLibraryInfo.version() >= QVersionNumber(6, 12) else QPoint
    event = QDragEnterEvent(place(50, 50), *_held(data))
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def drop(widget, data):
    """Drag something into a widget and let it go, if it would be taken; return whether it would."""
    is_taken = drag_over(widget, data)
    if is_taken:
        QApplication.sendEvent(widget, QDropEvent(QPointF(50, 50), *_held(data)))
    return is_taken


def _held(data):
    return Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def open_list(box, qtbot, open_it=None):
    """Open the list of a box, by ``open_it`` where that is given, and wait until the list has the keys.

    One that is closed before is given them when it is gone, and the window has none from then on.
    """
    (open_it or box.showPopup)()
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is box.view().window().windowHandle())


def choose(box, data):
    """Choose an entry of a list as a mouse would."""
    index = box.findData(data)
    assert index >= 0
    box.setCurrentIndex(index)
    box.activated.emit(index)


def type_into(field, text):
    line = field if hasattr(field, "selectAll") else field.lineEdit()
    line.setFocus()
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def settled(window, qtbot):
    """Wait until the run on show is the one asked for last, with the choices made last."""
    qtbot.waitUntil(lambda: window.session.training.trainer.latest.config == window.session.network.config)
    qtbot.waitUntil(lambda: window.session.training.trainer.latest.run_id == window.session.training.run_id)
    qtbot.waitUntil(lambda: window.session.network.snapshot is window.session.training.trainer.latest)
