"""Labels for sentences with numbers in them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from nnstudio.studio.painting.theme import font


def words_label(name: str, parent: QWidget) -> QLabel:
    """Make a label of any width, whose text wraps and can be marked; ``name`` is for screen readers."""
    label = QLabel("", parent)
    label.setFont(font(12))
    label.setAccessibleName(name)
    label.setToolTip(name)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
