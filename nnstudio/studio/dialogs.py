"""The two dialogs: the list of keys, and about nnstudio."""

import platform

import numpy as np
import pyqtgraph
import PySide6
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

import nnstudio
from nnstudio.studio.actions import key_table
from nnstudio.studio.theme import font


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


def show_keys(parent: QWidget) -> QDialog:
    """Open the list of every key."""
    content = QWidget()
    content.setObjectName("panel")
    grid = QGridLayout(content)
    grid.setHorizontalSpacing(24)
    row = 0
    for menu, entries in key_table():
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
    dialog = _dialog(parent, "Keys", content)
    dialog.show()
    return dialog


def show_about(parent: QWidget) -> QDialog:
    """Open version, licences and credits."""
    text = (
        f"<h2>nnstudio {nnstudio.__version__}</h2>"
        "<p>Draw a digit, watch a neural network read it, train it and take it apart. MIT licence.</p>"
        f"<p>Python {platform.python_version()}, NumPy {np.__version__} (BSD), "
        f"PySide6 {PySide6.__version__} (LGPL-3), pyqtgraph {pyqtgraph.__version__} (MIT), "
        "safetensors (Apache-2.0), pooch (BSD), platformdirs (MIT), threadpoolctl (BSD).</p>"
        "<p>Typeface: Inter by the Inter Project Authors (SIL Open Font License 1.1).</p>"
        "<p>The shipped network learnt from MNIST (LeCun, Cortes, Burges; CC BY-SA 3.0) and from "
        "Pen-Based Recognition of Handwritten Digits (Alpaydin, Alimoglu; UCI, CC BY 4.0).</p>"
    )
    content = QLabel(text)
    content.setFont(font(13))
    content.setWordWrap(True)
    content.setMargin(12)
    content.setAlignment(Qt.AlignmentFlag.AlignTop)
    dialog = _dialog(parent, "About nnstudio", content)
    dialog.show()
    return dialog
