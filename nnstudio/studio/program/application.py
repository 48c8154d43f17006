"""The application object."""

import sys

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication

import nnstudio
from nnstudio.studio.painting.images import icon
from nnstudio.studio.painting.theme import DARK, font


def create_application() -> QApplication:
    """Return the application object; the first call makes it."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    application = QApplication(sys.argv[:1])
    # Every position of the pen counts, however busy the program is. Qt's X11 plugin resets the first
    # attribute when the application is made, so both are set afterwards.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressTabletEvents, False)
    application.setApplicationName("nnstudio")
    application.setApplicationVersion(nnstudio.__version__)
    application.setDesktopFileName(nnstudio.APPLICATION_ID)
    application.setStyle("Fusion")
    # Numbers are typed with a decimal point, as in the formulas and the files.
    QLocale.setDefault(QLocale.c())
    application.setFont(font(13))
    application.setWindowIcon(icon("nnstudio", DARK.text, 64))
    return application
