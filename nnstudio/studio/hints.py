"""What to do first, in a line of its own above the message line, until it is put away for ever."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.theme import font

if TYPE_CHECKING:
    from nnstudio.studio.window import Window

HINTS = (
    translatable("Draw a digit on the left: the answer follows the pen. C wipes the sheet, Ctrl+Z undoes."),
    translatable("Click a neuron in the network: the inspector shows its sum with the real numbers in it."),
    translatable("Press R for fresh weights, then Space: watch a network learn to read what you have drawn."),
    translatable("Open the panel Why: it tells which pixels spoke for the answer, and which against it."),
    translatable("Click an image among the mistakes: it lies on the canvas, and every panel shows it."),
    translatable("Drop a photograph of a digit on the window, or copy a picture and press Ctrl+V."),
    translatable("Shift+F1, then click anything: it tells what it is. The key ? lists all keys."),
)
SETTING = "hints"
PUT_AWAY = "put away"


class HintStrip(QWidget):
    """Shows one hint at a time.

    Nothing waits for it and nothing lies under it. Once it was put away, or seen to its end, it comes by the
    menu alone.

    Parameters
    ----------
    window : Window
    """

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._nth = 0
        self.setObjectName("hints")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 2, 14, 2)
        layout.setSpacing(8)
        self._count = QLabel(self)
        self._count.setFont(font(12))
        self._count.setProperty("role", "muted")
        self.text = QLabel(self)
        self.text.setFont(font(13))
        self.text.setAccessibleName(tr("Hint"))
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout.addWidget(self._count)
        layout.addWidget(self.text, 1)
        self.next = self._button(layout, tr("Next hint"), tr("show what else there is to do"))
        self.next.clicked.connect(self.go_on)
        self.away = self._button(layout, tr("No more hints"), tr("Help > Hints brings them back (Ctrl+F1)"))
        self.away.clicked.connect(self.put_away)
        self.hide()

    def _button(self, layout: QHBoxLayout, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(f"{text}: {tip}")
        button.setFont(font(12))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout.addWidget(button)
        return button

    def offer(self) -> None:
        """Begin, unless the hints were put away once."""
        if self._window.settings.value(SETTING) != PUT_AWAY:
            self.begin()
        elif self.isVisible():
            self.put_away()

    def begin(self) -> None:
        """Show the first hint."""
        self._show(0)

    def go_on(self) -> None:
        """Show the next hint; after the last one there are none any more."""
        if self._nth + 1 < len(HINTS):
            self._show(self._nth + 1)
        else:
            self.put_away()

    def put_away(self) -> None:
        """Show no hints from now on, at no start."""
        had_keys = self.next.hasFocus() or self.away.hasFocus()
        self.hide()
        if had_keys:
            self._window.input.canvas.setFocus()
        self._window.settings.setValue(SETTING, PUT_AWAY)
        self._window.actions_by_name["hints"].setChecked(False)

    def _show(self, nth: int) -> None:
        self._nth = nth
        self._count.setText(tr("Hint {number} of {total}").format(number=nth + 1, total=len(HINTS)))
        self.text.setText(tr(HINTS[nth]))
        self.text.setToolTip(tr(HINTS[nth]))
        is_last = nth + 1 == len(HINTS)
        self.next.setVisible(not is_last)
        self.show()
        self._window.actions_by_name["hints"].setChecked(True)
