"""The sizes of the main window on a screen; only the window uses it."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

SMALLEST = QSize(1024, 640)
PREFERRED = QSize(1440, 900)

_FRAME = QSize(8, 40)
"""What a window manager puts around a window, which is not known before the first show."""


def room_for(window: QWidget) -> QSize:
    """Return the largest size that a window can have on its screen, within its frame.

    A screen that nobody sees limits nothing.
    """
    if QGuiApplication.platformName() == "offscreen":
        return QSize(100_000, 100_000)
    return window.screen().availableSize() - _FRAME
