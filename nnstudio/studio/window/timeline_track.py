"""The film of a run as a line to move along, with the other runs below it where they branched off."""

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.theme import colour
from nnstudio.studio.views.view import View

HEIGHT_PX = 32
MOST_LANES = 4
MARGIN_PX = 10
LINE_PX = 5
MAIN_Y = 13
FIRST_LANE_Y = 22
LANE_PX = 4
HANDLE_PX = 7
_LARGE_STEP = 10
_NOTCH = 120
"""What a wheel turns at a time, in Qt's eighths of a degree."""


@dataclass(frozen=True, eq=False)
class Lane:
    """What is drawn of a run.

    Attributes
    ----------
    name : str
    epochs : ndarray of shape (n_checkpoints,)
        Of each checkpoint, ascending.
    ends : ndarray of int
        Indices of the checkpoints that end an epoch.
    changes : ndarray of int
        Places of those at which something was changed.
    best : int or None
        Place of the best one.
    parent : int or None
        The lane that it branched off from.
    is_trained : bool
        Whether it is the run that can go on.
    """

    name: str
    epochs: np.ndarray
    ends: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    changes: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    best: int | None = None
    parent: int | None = None
    is_trained: bool = False


class TimelineTrack(View):
    """Shows lanes over epochs and a handle on the first of them.

    Dragging, a click, the wheel and the arrow keys emit signals; ``show_lanes`` answers them.
    """

    checkpoint_chosen = Signal(int, int)
    """The lane and the index of a checkpoint that was clicked on or dragged to."""
    stepped = Signal(int)
    """By so many checkpoints, forward or back."""
    first_asked = Signal()
    live_asked = Signal()
    lane_stepped = Signal(int)
    """To the next run, or the one before."""
    hovered = Signal(int, int)
    """The lane and the index of the checkpoint under the pointer; −1, −1: none is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Timeline"), parent)
        self.set_design_minimum_size(160, HEIGHT_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(tr("Training is recorded here: drag to look back"))
        self._lanes: list[Lane] = []
        self._at: int | None = None
        self._end = 1.0
        self._hover: tuple[int, int] | None = None
        self._turned = 0

    def sizeHint(self) -> QSize:
        """Ask for a low strip."""
        return self.magnified(QSize(480, HEIGHT_PX))

    def show_lanes(self, lanes: list[Lane], at: int | None, end: float) -> None:
        """Show runs.

        Parameters
        ----------
        lanes : list of Lane
            The displayed run first, without checkpoints where there is none; lanes beyond ``MOST_LANES``
            are not drawn.
        at : int or None
            The index of the displayed checkpoint; None: the newest weights are displayed.
        end : float
            The epoch at the right end.
        """
        self._lanes, self._at, self._end = lanes[:MOST_LANES], at, max(end, 1e-9)
        self._hover = None if self._hover is None or self._hover[0] >= len(self._lanes) else self._hover
        self.update()

    def show_moment(self, at: int | None) -> None:
        """Move the handle."""
        if at != self._at:
            self._at = at
            self.update()

    # Where things are

    def _x(self, epochs: float | np.ndarray) -> float | np.ndarray:
        return MARGIN_PX + epochs / self._end * (self.design_width() - 2 * MARGIN_PX)

    def _y(self, lane: int) -> float:
        return MAIN_Y if lane == 0 else FIRST_LANE_Y + (lane - 1) * LANE_PX

    def _lane_at(self, y: float) -> int:
        if len(self._lanes[0].epochs) and y <= (MAIN_Y + FIRST_LANE_Y) / 2:
            return 0
        lanes = [k for k, lane in enumerate(self._lanes) if len(lane.epochs)]
        return min(lanes, key=lambda k: abs(self._y(k) - y))

    def place_near(self, lane: int, x: float) -> int:
        """Return the place of the moment of a lane nearest to ``x``."""
        return int(np.argmin(np.abs(self._x(self._lanes[lane].epochs) - x)))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lanes, what stands out on the first, and the handle."""
        painter = self.painter()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QRectF(MARGIN_PX, MAIN_Y - LINE_PX / 2, self.design_width() - 2 * MARGIN_PX, LINE_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.theme.line))
        painter.drawRoundedRect(line, LINE_PX / 2, LINE_PX / 2)
        if not self._lanes:
            box = QRectF(self.design_rect()).adjusted(MARGIN_PX, 18, 0, 0)
            self.write(
                painter, box, tr("Space trains the network; all of it is recorded"), size_px=11, muted=True
            )
            return
        self._paint_others(painter)
        if len(self._lanes[0].epochs):
            self._paint_first(painter)
            self._paint_handle(painter)
        self._paint_hover(painter)

    def _paint_others(self, painter: QPainter) -> None:
        for k, lane in enumerate(self._lanes):
            if k == 0:
                continue
            is_hovered = self._hover is not None and self._hover[0] == k
            code = self.theme.text if is_hovered else self.theme.muted
            painter.setPen(QPen(colour(code, 0.9 if lane.is_trained or is_hovered else 0.55), 2))
            # A longer run goes on beyond the end.
            end = self.design_width() - MARGIN_PX
            y, left, right = self._y(k), self._x(lane.epochs[0]), min(self._x(lane.epochs[-1]), end)
            if left > end:
                continue
            painter.drawLine(QLineF(left, y, max(right, left + 2), y))
            if lane.parent is not None and lane.parent < len(self._lanes):
                painter.setPen(QPen(colour(self.theme.muted, 0.55), 1))
                painter.drawLine(QLineF(left, self._y(lane.parent), left, y))

    def _paint_first(self, painter: QPainter) -> None:
        lane = self._lanes[0]
        x = self._x(lane.epochs)
        seen = x[-1] if self._at is None else x[self._at]
        painter.setPen(Qt.PenStyle.NoPen)
        for right, code, alpha in ((x[-1], self.theme.accent, 0.35), (seen, self.theme.accent, 1.0)):
            painter.setBrush(colour(code, alpha))
            box = QRectF(x[0], MAIN_Y - LINE_PX / 2, max(right - x[0], 1.0), LINE_PX)
            painter.drawRoundedRect(box, LINE_PX / 2, LINE_PX / 2)
        # As many epochs as can be told apart.
        ends = x[lane.ends]
        if len(ends):
            apart = ends[np.concatenate(([True], np.diff(np.floor(ends / 4)) > 0))]
            painter.setPen(QPen(colour(self.theme.panel), 1))
            painter.drawLines([QLineF(each, MAIN_Y - 2, each, MAIN_Y + 2) for each in apart.tolist()])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.theme.muted))
        for each in x[lane.changes].tolist():
            painter.drawPolygon(_triangle(each))
        if lane.best is not None:
            painter.setBrush(colour(self.theme.text))
            painter.drawPolygon(_diamond(float(x[lane.best])))

    def _paint_hover(self, painter: QPainter) -> None:
        lane, place = self._hover or (0, 0)
        if self._hover is not None and place < len(self._lanes[lane].epochs):
            at = min(float(self._x(self._lanes[lane].epochs[place])), self.design_width() - MARGIN_PX)
            painter.setPen(QPen(colour(self.theme.text, 0.7), 1))
            painter.drawLine(QLineF(at, 3, at, self._y(lane) + 4))

    def _paint_handle(self, painter: QPainter) -> None:
        x = self._x(self._lanes[0].epochs)
        is_live = self._at is None
        code = self.theme.accent if is_live else self.theme.selection
        radius = HANDLE_PX - 2 if is_live else HANDLE_PX
        painter.setPen(QPen(colour(self.theme.bar), 2))
        painter.setBrush(colour(code))
        painter.drawEllipse(QPointF(float(x[-1 if is_live else self._at]), MAIN_Y), radius, radius)

    # The hand

    def explain(self, position: QPoint) -> str:
        """Say which run is at ``position``; what its moment was is shown beside the track at once."""
        if not self._lanes:
            return ""
        lane = self._lane_at(position.y())
        return self._lanes[lane].name if lane else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the moment under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton and self._lanes:
            place = self.place_of(event)
            lane = self._lane_at(place.y())
            self.checkpoint_chosen.emit(lane, self.place_near(lane, place.x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along while the button is held; else say what is under the pointer."""
        if not self._lanes:
            return
        place = self.place_of(event)
        if event.buttons() & Qt.MouseButton.LeftButton:
            if len(self._lanes[0].epochs):
                self.checkpoint_chosen.emit(0, self.place_near(0, place.x()))
            return
        lane = self._lane_at(place.y())
        hover = lane, self.place_near(lane, place.x())
        if hover != self._hover:
            self._hover = hover
            self.hovered.emit(*hover)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._hover = None
        self.hovered.emit(-1, -1)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step through the moments, forward when the wheel turns up."""
        turn = event.angleDelta()
        self._turned += turn.y() or turn.x()
        n_checkpoints = int(self._turned / _NOTCH)
        if n_checkpoints:
            self._turned -= n_checkpoints * _NOTCH
            self.stepped.emit(n_checkpoints)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with the arrow keys and page keys; Home is the beginning and End the present."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageUp: -_LARGE_STEP,
            Qt.Key.Key_PageDown: _LARGE_STEP,
        }
        lanes = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in steps:
            self.stepped.emit(steps[event.key()])
        elif event.key() in lanes:
            self.lane_stepped.emit(lanes[event.key()])
        elif event.key() == Qt.Key.Key_Home:
            self.first_asked.emit()
        elif event.key() == Qt.Key.Key_End:
            self.live_asked.emit()
        else:
            super().keyPressEvent(event)


def _triangle(x: float) -> QPolygonF:
    """Return a mark below the line, pointing at it."""
    top = MAIN_Y + LINE_PX / 2 + 1
    return QPolygonF([QPointF(x, top), QPointF(x + 3.5, top + 6), QPointF(x - 3.5, top + 6)])


def _diamond(x: float) -> QPolygonF:
    """Return a mark above the line."""
    y = MAIN_Y - LINE_PX / 2 - 5
    return QPolygonF([QPointF(x, y - 4.5), QPointF(x + 4, y), QPointF(x, y + 4.5), QPointF(x - 4, y)])
