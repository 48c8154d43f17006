"""Base of all painted widgets: theme, text scale, hover texts and text painting."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QHelpEvent, QMouseEvent, QPainter, QSinglePointEvent
from PySide6.QtWidgets import QToolTip, QWidget

from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import Theme, appearance, colour, font, text_scale

MOST_REMEMBERED = 4096
_shortened: dict[tuple[str, int, bool, int], str] = {}
"""Elided texts by text, size, weight and width."""


ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
"""Steps of the arrow keys, to the right and down."""

NEXT_POINT = {Qt.Key.Key_Period: 1, Qt.Key.Key_Comma: -1}
"""Steps of the keys that go from point to point."""

BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
"""Reasons for which a frame shows where the keys go."""


@contained
class View(QWidget):
    """A painted widget with hover texts by position.

    Subclasses override ``paintEvent``, ``explain`` and, where colours are cached, ``restyle``.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        contained(cls)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name.lower().replace(" ", "-"))
        self.setAccessibleName(name)
        self._shows_focus = False
        """Whether the focus came by keyboard, which a frame shows."""
        self._told = ""
        """The hover text shown last."""
        self.setMouseTracking(True)
        appearance.follow(self, self.restyle)
        # Pictures, curves and the network are not mirrored in right-to-left languages.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    @property
    def theme(self) -> Theme:
        """The colours to paint with."""
        return appearance.theme

    def restyle(self) -> None:
        """Repaint in another theme or text scale; subclasses also drop their cached images."""
        self.updateGeometry()
        self.update()

    # A view is scaled as a whole: it lays out, paints and explains in design pixels, each of text_scale()
    # of Qt's pixels.

    def painter(self) -> QPainter:
        """Return a painter that paints in design pixels."""
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        scale = text_scale()
        if scale != 1.0:
            painter.scale(scale, scale)
        return painter

    def place_of(self, event: QSinglePointEvent) -> QPointF:
        """Return an event's position in design pixels."""
        return event.position() / text_scale()

    def magnified(self, size: QSize) -> QSize:
        """Convert a size from design pixels to Qt's pixels."""
        return size * text_scale()

    def design_width(self) -> int:
        """Return the width in design pixels."""
        return round(self.width() / text_scale())

    def design_height(self) -> int:
        """Return the height in design pixels."""
        return round(self.height() / text_scale())

    def design_size(self) -> QSize:
        """Return the size in design pixels."""
        return QSize(self.design_width(), self.design_height())

    def design_rect(self) -> QRect:
        """Return the whole area in design pixels, with its upper left corner at 0, 0."""
        return QRect(QPoint(0, 0), self.design_size())

    def design_pixel_ratio(self) -> float:
        """Return the number of device pixels per design pixel, for pictures that stay sharp."""
        return self.devicePixelRatioF() * text_scale()

    def set_design_minimum_size(self, width: int, height: int) -> None:
        """Set the minimum size in design pixels; it follows the text scale."""
        self.setMinimumSize(self.magnified(QSize(width, height)))

    def explain(self, position: QPoint) -> str:
        """Return the hover text at ``position``; for an empty one the view's tooltip is shown."""
        return ""

    def event(self, event: QEvent) -> bool:
        """Show ``explain`` as tooltip, and a frame after focus by keyboard."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._told = self._words_at(QPointF(event.pos()))
            if self._told:
                QToolTip.showText(event.globalPos(), self._told, self)
            else:
                QToolTip.hideText()
                event.ignore()
            return True
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent) and self._told:
            self._take_back(event.position())
        handled = super().event(event)
        event_type = event.type()
        if event_type == QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
            self._shows_focus = event.reason() in BY_KEY
        elif event_type == QEvent.Type.Paint and self._shows_focus and self.hasFocus():
            painter = QPainter(self)
            painter.setPen(colour(self.theme.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        return handled

    def _words_at(self, position: QPointF) -> str:
        return self.explain((position / text_scale()).toPoint()) or self.toolTip()

    def _take_back(self, position: QPointF) -> None:
        """Hide the hover text where something else is under the pointer than what it is about."""
        if self._words_at(position) != self._told:
            self._told = ""
            QToolTip.hideText()

    def write_message(self, painter: QPainter, text: str) -> None:
        """Paint a centred message, wrapped into lines."""
        painter.setFont(font(12))
        painter.setPen(colour(self.theme.muted))
        painter.drawText(self.design_rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    def write(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        *,
        size_px: int = 12,
        bold: bool = False,
        muted: bool = False,
        code: str | None = None,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        """Paint one line into ``box``, vertically centred, elided with ….

        The colour is ``code``, or else the theme's for text, muted or not.
        """
        chosen = font(size_px, bold=bold)
        painter.setFont(chosen)
        painter.setPen(colour(code or (self.theme.muted if muted else self.theme.text)))
        # Measuring a line takes as long as painting it, and most are the same in every frame.
        key = (text, chosen.pixelSize(), bold, int(box.width()) + 1)
        short = _shortened.get(key)
        if short is None:
            if len(_shortened) >= MOST_REMEMBERED:
                _shortened.clear()
            short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, key[-1])
            _shortened[key] = short
        painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, short)
