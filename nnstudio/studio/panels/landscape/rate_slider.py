"""A slider for a learning rate, in powers of 10, with a mark at the largest stable one."""

import math

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget

from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, text_scale

SMALLEST, LARGEST = 1e-5, 100.0
_STEPS = 50
"""In a decade."""
_MARK_PX = 5


@contained
class RateSlider(QSlider):
    """Emits ``rate_changed`` while the user moves it."""

    rate_changed = Signal(float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.mark: float | None = None
        """The largest stable rate; None where there is none."""
        self.setRange(_place(SMALLEST), _place(LARGEST))
        self.setMinimumWidth(90)
        self.valueChanged.connect(lambda place: self.rate_changed.emit(10 ** (place / _STEPS)))

    def show_rate(self, rate: float, mark: float | None) -> None:
        """Show a rate that was chosen elsewhere, and the mark."""
        self.mark = mark
        if _place(rate) != self.value():
            self.blockSignals(True)
            self.setValue(_place(rate))
            self.blockSignals(False)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a triangle below the groove at the mark."""
        super().paintEvent(event)
        if self.mark is None or not SMALLEST <= self.mark <= LARGEST:
            return
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        style, control = self.style(), QStyle.ComplexControl.CC_Slider
        handle = style.subControlRect(control, option, QStyle.SubControl.SC_SliderHandle, self)
        room = self.width() - handle.width()
        share = (_place(self.mark) - self.minimum()) / (self.maximum() - self.minimum())
        x, size, y = handle.width() / 2 + share * room, _MARK_PX * text_scale(), float(self.height())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(appearance.theme.warning))
        corners = (QPointF(x, y - 1.6 * size), QPointF(x - size, y), QPointF(x + size, y))
        painter.drawPolygon(QPolygonF(corners))


def _place(rate: float) -> int:
    return round(_STEPS * math.log10(min(max(rate, SMALLEST), LARGEST)))
