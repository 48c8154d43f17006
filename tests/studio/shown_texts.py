"""Every text that a window shows, says on hover, or tells those who cannot see it."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QTableWidget,
    QTabWidget,
    QWidget,
)

from tests.studio.gestures import EXPLAINING, explained

GRID = 9
"""How many places along each side of a view are asked what is there."""


def texts_of(root: QWidget) -> Iterator[tuple[str, str]]:
    """Return (where, text) of a window's widgets and actions; what is painted is not among them."""
    for widget in [root, *root.findChildren(QWidget)]:
        if widget.objectName().startswith("qt_"):
            continue
        where = type(widget).__name__
        for text in (
            widget.toolTip(),
            widget.statusTip(),
            widget.whatsThis(),
            widget.accessibleName(),
            widget.accessibleDescription(),
            widget.windowTitle(),
            *_words_of(widget),
        ):
            if text:
                yield where, text
        if isinstance(widget, EXPLAINING) and widget.isVisible():
            for text in _said_on_hover(widget):
                yield f"{where}.explain", text
    for action in root.findChildren(QAction):
        yield "QAction", action.text()
        yield "QAction", action.toolTip()


def _words_of(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QLineEdit):
        yield widget.placeholderText()
        yield widget.text()
    elif isinstance(widget, QComboBox):
        yield widget.placeholderText()
        for k in range(widget.count()):
            yield widget.itemText(k)
            yield str(widget.itemData(k, Qt.ItemDataRole.ToolTipRole) or "")
    elif isinstance(widget, QTabBar | QTabWidget):
        for k in range(widget.count()):
            yield widget.tabText(k)
            yield widget.tabToolTip(k)
    elif isinstance(widget, QMenu | QGroupBox):
        yield widget.title()
    elif isinstance(widget, QTableWidget):
        for k in range(widget.columnCount()):
            item = widget.horizontalHeaderItem(k)
            if item is not None:
                yield item.text()
                yield item.toolTip()


def _said_on_hover(view: QWidget) -> set[str]:
    width, height = view.width(), view.height()
    places = ((i * width // GRID, j * height // GRID) for i in range(GRID) for j in range(GRID))
    return {explained(view, QPoint(x + 1, y + 1)) for x, y in places} - {""}


class Painted:
    """Notes what painters write, from now on."""

    def __init__(self, monkeypatch) -> None:
        self.texts: set[str] = set()
        draw = QPainter.drawText

        def note(painter: QPainter, *arguments: object) -> object:
            self.texts.update(text for text in arguments if isinstance(text, str))
            return draw(painter, *arguments)

        monkeypatch.setattr(QPainter, "drawText", note)
