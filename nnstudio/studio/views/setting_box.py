"""The control of one setting: a list of options, or a number that is checked as it is typed."""

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from nnstudio.data.output_kinds import OutputKind
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import font
from nnstudio.studio.session.setting import OFF, Option, Setting

AROUND_NUMBER_PX = 38
"""Width of an editable list's margins and arrow, in pixels."""


@contained
class SettingBox(QComboBox):
    """Shows a setting's value; the user's choice is emitted, and shown when ``show`` is called.

    Parameters
    ----------
    setting : Setting
        Its options fill the list, see `offer`; without options the field can be typed in, and its usual
        values are listed.
    """

    chosen = Signal(object, str)
    """A setting, and its value as chosen from the list or finished typing."""

    typed = Signal(object, str)
    """A setting, and its field's text while typing."""

    left = Signal()
    """Return or Enter finished typing."""

    def __init__(self, setting: Setting[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self.setFont(font(12))
        self.setAccessibleName(setting.shown_title())
        self.setToolTip(setting.described())
        self.setPlaceholderText(tr("mixed"))
        self._options: tuple[Option, ...] = ()
        self._list(setting.options)
        if not setting.options:
            self._make_editable()
        self.activated.connect(self._choose)
        self.view().setMinimumWidth(self.minimumSizeHint().width())

    def offer(self, kind: OutputKind) -> None:
        """List only what goes with a kind of output."""
        self._list(self.setting.options_for(kind))

    def _list(self, options: tuple[Option, ...]) -> None:
        if options == self._options:
            return
        chosen, self._options = self.currentData(), options
        self.clear()
        for option in options:
            self.addItem(tr(option.title), option.key)
            self.setItemData(self.count() - 1, tr(option.formula), Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(self.findData(chosen))

    def _make_editable(self) -> None:
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)
        self.addItems([_shown(text) for text in self.setting.suggestions])
        line = self.lineEdit()
        line.setFont(font(12))
        line.setStyleSheet("background: transparent; border: none; padding: 0;")
        line.setAccessibleName(self.setting.shown_title())
        line.returnPressed.connect(self.left)
        line.editingFinished.connect(self._finish)
        line.textEdited.connect(self._type)

    def show_value(self, text: str) -> None:
        """Show a value, an option's key or a number; an unknown key is shown as mixed."""
        if self.isEditable():
            if self.currentText() != _shown(text):
                self.setEditText(_shown(text))
                self.updateGeometry()
            return
        index = self.findData(text)
        if index != self.currentIndex():
            self.setCurrentIndex(index)
        formula = "" if index < 0 else self.itemData(index, Qt.ItemDataRole.ToolTipRole)
        tip = self.setting.described()
        self.setToolTip(f"{tip}\n{self.currentText()}: {formula}" if formula else tip)

    def sizeHint(self) -> QSize:
        """Return a size that fits the number in the field, even if it is not in the list."""
        hint = super().sizeHint()
        if not self.isEditable():
            return hint
        needed = self.lineEdit().fontMetrics().horizontalAdvance(self.currentText()) + AROUND_NUMBER_PX
        return QSize(max(hint.width(), needed), hint.height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pass the wheel on to the scroll area, so that scrolling never changes settings."""
        event.ignore()

    def _choose(self, index: int) -> None:
        self.chosen.emit(self.setting, self.currentText() if self.isEditable() else self.itemData(index))

    def _type(self, text: str) -> None:
        self.typed.emit(self.setting, text)

    def _finish(self) -> None:
        self.chosen.emit(self.setting, self.currentText())


def _shown(text: str) -> str:
    """Format a number as it would be typed, or the word for none."""
    return tr(OFF) if text == OFF else text
