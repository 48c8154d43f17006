"""The box of the network in the training bar: layer sizes to be typed, and networks to be chosen."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from nnstudio.language import tr
from nnstudio.studio.documents.network_list import NetworkEntry
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import font

SMALLEST_WIDTH = 150
AROUND_SIZES_PX = 46
"""Width of the box's margins and arrow, in pixels."""


@contained
class NetworkBox(QComboBox):
    """Shows layer sizes; what is typed is emitted, a network that is chosen opens itself.

    Parameters
    ----------
    entries : callable
        Returns the networks to choose, in groups, whenever the list opens.
    parent : QWidget
    """

    edited = Signal(str)
    """Layer sizes, as typed."""

    wants_new = Signal()
    """Layer sizes are to be typed for a fresh network."""

    def __init__(self, entries: Callable[[], tuple[list[NetworkEntry], ...]], parent: QWidget) -> None:
        super().__init__(parent)
        self._entries = entries
        self._sizes = ""
        tip = tr("layer sizes; type hidden layers such as 100 300, or choose a network from the list")
        self.setFont(font(12))
        self.setAccessibleName(tr("Network"))
        self.setToolTip(f"{tr('Network')}: {tip}")
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumWidth(SMALLEST_WIDTH)
        line = self.lineEdit()
        line.setFont(font(12))
        line.setStyleSheet("background: transparent; border: none; padding: 0;")
        line.setAccessibleName(tr("Network"))
        line.setToolTip(self.toolTip())
        line.editingFinished.connect(self._finish)
        self.activated.connect(self._choose)

    def show_sizes(self, sizes: str) -> None:
        """Show layer sizes that are in force; what is being typed, or is selected to be replaced, stays."""
        line = self.lineEdit()
        is_shown = self.currentIndex() == -1 and line.text() == sizes
        is_typed = line.hasFocus() and line.isModified()
        self._sizes = sizes
        if is_shown or is_typed:
            return
        self.setCurrentIndex(-1)
        self.setEditText(sizes)
        line.setModified(False)
        # What does not fit is cut at the end.
        line.setCursorPosition(0)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return a size with room for the layer sizes, whatever is listed."""
        hint = super().sizeHint()
        needed = self.fontMetrics().horizontalAdvance(self._sizes) + AROUND_SIZES_PX
        return QSize(max(SMALLEST_WIDTH, needed), hint.height())

    def minimumSizeHint(self) -> QSize:
        """Return the size with room for usual layer sizes."""
        return QSize(SMALLEST_WIDTH, super().minimumSizeHint().height())

    def showPopup(self) -> None:
        """List the networks there are now."""
        line = self.lineEdit()
        text, is_modified = line.text(), line.isModified()
        self.clear()
        for group in self._entries():
            for entry in group:
                self.addItem(entry.title, entry)
                self.setItemData(self.count() - 1, entry.tip, Qt.ItemDataRole.ToolTipRole)
            if group:
                self.insertSeparator(self.count())
        self.addItem(tr("new …"), None)
        tip = tr("Type the sizes of the hidden layers: a fresh network")
        self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(0)
        line.setText(text)
        line.setModified(is_modified)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + AROUND_SIZES_PX)
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list by an arrow key: to go through it closed would open one network after another."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.showPopup()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pass the wheel on: it opens no network."""
        event.ignore()

    def _choose(self, index: int) -> None:
        entry = self.itemData(index)
        self.show_sizes(self._sizes)
        if isinstance(entry, NetworkEntry):
            entry.open()
        else:
            # When the list has given the focus back.
            QTimer.singleShot(0, self, self.wants_new.emit)

    def _finish(self) -> None:
        line = self.lineEdit()
        if line.isModified():
            line.setModified(False)
            self.edited.emit(line.text())
