"""One weight or bias with a slider and a number field."""

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from nnstudio.studio.painting.theme import font

STEPS = 1000
MOST = 9999.0


class WeightRow(QWidget):
    """Shows a number that can be changed, on a scale from −limit to limit, or from 0 where it is positive.

    A drag emits ``grabbed``, ``moved`` repeatedly and ``released``; a key or a typed number ``typed``.
    """

    grabbed = Signal()
    moved = Signal(float)
    released = Signal()
    typed = Signal(float)

    def __init__(
        self, name: str, hint: str, parent: QWidget | None = None, *, is_positive: bool = False
    ) -> None:
        super().__init__(parent)
        self._limit = 1.0
        self._none = 0.0 if is_positive else -MOST
        """Stands for no number."""
        self.caption = QLabel(name, self)
        self.caption.setFont(font(11))
        self.caption.setToolTip(hint)
        self.caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.caption.setMinimumWidth(self.caption.fontMetrics().horizontalAdvance("w from 27, 27"))
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(1 if is_positive else -STEPS, STEPS)
        self.slider.setMinimumWidth(40)
        self.slider.setAccessibleName(name)
        self.slider.setToolTip(hint)
        self.number = QDoubleSpinBox(self)
        self.number.setFont(font(11))
        self.number.lineEdit().setTextMargins(3, 0, 0, 0)
        self.number.setLocale(QLocale.c())
        self.number.setRange(self._none, MOST)
        self.number.setDecimals(4)
        self.number.setSpecialValueText("–")
        self.number.setSingleStep(0.01)
        self.number.setKeyboardTracking(False)
        self.number.setAccessibleName(name)
        self.number.setToolTip(hint)
        self.caption.setBuddy(self.number)
        self.slider.sliderPressed.connect(self.grabbed)
        self.slider.sliderReleased.connect(self.released)
        self.slider.valueChanged.connect(self._slide)
        self.number.valueChanged.connect(self.typed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.caption, 1)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.number)

    @property
    def is_held(self) -> bool:
        """Whether the user is changing the number."""
        return self.slider.isSliderDown() or self.number.hasFocus()

    def show_value(self, name: str, value: float | None, limit: float) -> None:
        """Show a number on a scale up to ``limit``; None: no number."""
        self.caption.setText(name)
        self.setEnabled(value is not None)
        self._limit = max(limit, 1e-6)
        for control in (self.slider, self.number):
            control.blockSignals(True)
        self.slider.setValue(round(STEPS * (value or 0.0) / self._limit))
        self.number.setValue(self._none if value is None else value)
        for control in (self.slider, self.number):
            control.blockSignals(False)

    def _slide(self, place: int) -> None:
        value = self._limit * place / STEPS
        self.number.blockSignals(True)
        self.number.setValue(value)
        self.number.blockSignals(False)
        if self.slider.isSliderDown():
            self.moved.emit(value)
        else:
            self.typed.emit(value)
