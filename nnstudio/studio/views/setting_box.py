"""The control of one setting: a list of options, or a number that is checked as it is typed."""

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import font
from nnstudio.studio.session.setting import OFF, Setting

AROUND_NUMBER_PX = 38
"""Of a list whose field can be typed in: the margins and the arrow."""


@contained
class SettingBox(QComboBox):
    """Shows a setting's value; what the user chooses or types leaves as a signal and comes back by ``show``.

    Parameters
    ----------
    setting : Setting
        Its options fill the list; without options the field can be typed in, and its usual values are listed.
    """

    chosen = Signal(object, str)
    """A setting, and its value as chosen from the list or typed to the end."""

    typed = Signal(object, str)
    """A setting, and what its field holds while it is being typed."""

    left = Signal()
    """Return or Enter ended typing."""

    def __init__(self, setting: Setting[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self.setFont(font(12))
        self.setAccessibleName(setting.shown_title())
        self.setToolTip(setting.described())
        self.setPlaceholderText(tr("mixed"))
        for option in setting.options:
            self.addItem(tr(option.title), option.key)
            self.setItemData(self.count() - 1, tr(option.formula), Qt.ItemDataRole.ToolTipRole)
        if not setting.options:
            self._make_editable()
        self.activated.connect(self._choose)
        self.view().setMinimumWidth(self.minimumSizeHint().width())

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
        """Show a value: an option's key, or a number; a key that is none of the options shows as mixed."""
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
        """Ask for room for the number in the field, which may be none of the usual ones."""
        hint = super().sizeHint()
        if not self.isEditable():
            return hint
        needed = self.lineEdit().fontMetrics().horizontalAdvance(self.currentText()) + AROUND_NUMBER_PX
        return QSize(max(hint.width(), needed), hint.height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the wheel scroll what is around: it would change settings in passing."""
        event.ignore()

    def _choose(self, index: int) -> None:
        self.chosen.emit(self.setting, self.currentText() if self.isEditable() else self.itemData(index))

    def _type(self, text: str) -> None:
        self.typed.emit(self.setting, text)

    def _finish(self) -> None:
        self.chosen.emit(self.setting, self.currentText())


def _shown(text: str) -> str:
    """Return a number as it would be typed, or the user's word for none."""
    return tr(OFF) if text == OFF else text
