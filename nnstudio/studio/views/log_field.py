"""A number on a logarithmic scale: a slider over its decades, and a field to type it."""

import math
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSlider, QWidget

from nnstudio.data.typed_numbers import typed_number
from nnstudio.errors import UserError
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.theme import font, give_role, text_scale

_MANTISSAS = (1.0, 2.0, 5.0)
_WIDEST = "0.00025"


@contained
class LogField(QWidget):
    """Chooses 1, 2 or 5 times a power of ten by its slider, or any number that is typed.

    Parameters
    ----------
    name, tip : str
    decades : tuple of int
        The powers of ten at the ends of the slider.
    value : float
        The first one.
    check : callable (float) -> float
        Returns a number that can be taken, or raises a `UserError`.
    parent : QWidget
    """

    changed = Signal(float)

    refused = Signal(str)
    """Why what was typed was not taken; it stays in the field, marked."""

    def __init__(
        self,
        name: str,
        tip: str,
        decades: tuple[int, int],
        value: float,
        check: Callable[[float], float],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._lowest, highest = decades
        self._check = check
        self.value = value
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, len(_MANTISSAS) * (highest - self._lowest))
        self.slider.setPageStep(len(_MANTISSAS))
        self.slider.setMinimumWidth(30)
        self.field = QLineEdit(self)
        self.field.setFont(font(11))
        self.field.setMaxLength(40)
        width = QFontMetrics(font(11)).horizontalAdvance(_WIDEST) + 16
        self.field.setFixedWidth(round(width * text_scale()))
        caption = remark(name, self)
        caption.setBuddy(self.field)
        caption.setToolTip(f"{name}: {tip}")
        for control in (self.slider, self.field):
            control.setAccessibleName(name)
            control.setToolTip(f"{name}: {tip}")
        self.slider.valueChanged.connect(self._slide)
        self.field.editingFinished.connect(self._finish)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(caption)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.field)
        self.show_value(value)

    def show_value(self, value: float) -> None:
        """Show another number, without a signal."""
        self.value = value
        self.slider.blockSignals(True)
        self.slider.setValue(self._place_of(value))
        self.slider.blockSignals(False)
        self.field.setText(f"{value:.4g}".replace("-", "−"))
        self.field.setCursorPosition(0)
        self.field.setModified(False)
        give_role(self.field, "")

    def _place_of(self, value: float) -> int:
        decade = math.floor(math.log10(value) + 1e-9)
        nth = sum(value >= 0.999 * mantissa * 10.0**decade for mantissa in _MANTISSAS[1:])
        return len(_MANTISSAS) * (decade - self._lowest) + nth

    def _slide(self, place: int) -> None:
        decade, nth = divmod(place, len(_MANTISSAS))
        # As it is written: 1e-5 and not 0.0000099999.
        self._take(float(f"{_MANTISSAS[nth]:.0f}e{decade + self._lowest}"))

    def _finish(self) -> None:
        if not self.field.isModified():
            return
        try:
            value = self._check(typed_number(self.field.text()))
        except UserError as error:
            give_role(self.field, "warning")
            self.refused.emit(str(error))
            return
        self._take(value)

    def _take(self, value: float) -> None:
        self.show_value(value)
        self.changed.emit(value)
