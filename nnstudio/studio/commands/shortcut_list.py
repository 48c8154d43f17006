"""The list of keys."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnstudio.language import tr
from nnstudio.studio.commands.actions import key_table
from nnstudio.studio.painting.theme import font


def _dialog(parent: QWidget, title: str, content: QWidget) -> QDialog:
    for old in parent.findChildren(QDialog):
        if old.windowTitle() == title:
            old.close()
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    layout = QVBoxLayout(dialog)
    area = QScrollArea(dialog)
    area.setWidgetResizable(True)
    area.setWidget(content)
    layout.addWidget(area)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.close)
    layout.addWidget(buttons)
    dialog.resize(640, min(content.sizeHint().height() + 80, 620))
    return dialog


def show_keys(parent: QWidget, panels: list[tuple[str, str]]) -> QDialog:
    """Open the list of every key; ``panels`` are the rows (key, what it does) of the panels."""
    content = QWidget()
    content.setObjectName("panel")
    grid = QGridLayout(content)
    grid.setHorizontalSpacing(24)
    row = 0
    for menu, entries in key_table(panels):
        title = QLabel(menu, content)
        title.setFont(font(14, bold=True))
        grid.addWidget(title, row, 0, 1, 2)
        row += 1
        for keys, text in entries:
            for column, words in enumerate((keys, text)):
                label = QLabel(words, content)
                label.setFont(font(12, bold=column == 0))
                label.setWordWrap(column == 1)
                grid.addWidget(label, row, column)
            row += 1
    grid.setColumnStretch(1, 1)
    dialog = _dialog(parent, tr("Keys"), content)
    dialog.show()
    return dialog
