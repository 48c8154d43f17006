"""Controls side by side in a narrow panel."""

from PySide6.QtWidgets import QAbstractSpinBox, QHBoxLayout, QWidget


def control_row(*controls: QWidget) -> QHBoxLayout:
    """Lay controls out side by side; number fields take the room that is left."""
    row = QHBoxLayout()
    row.setSpacing(4)
    for control in controls:
        row.addWidget(control, 1 if isinstance(control, QAbstractSpinBox) else 0)
    row.addStretch(0)
    return row
