"""The window on a real display, telling on standard output where its canvas is and what it reads.

Started by test_display as a process of its own: there the platform is X11, here in pytest it is offscreen.
"""

import json
import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QPoint, QSettings, QTimer

from nnstudio.data.rasterise import rasterise
from nnstudio.studio.app import create_application, open_window


class Reporter(QObject):
    """Writes a line whenever there is something new to tell."""

    def __init__(self, window):
        super().__init__(window)
        self._window = window
        self._told = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(5)

    def _look(self):
        session, canvas = self._window.session, self._window.input.canvas
        ratio = canvas.devicePixelRatioF()
        corner = canvas.mapToGlobal(QPoint(0, 0))
        box = corner.x(), corner.y(), canvas.width(), canvas.height()
        content, reading = canvas.content, session.reading
        is_read = (reading is None) == content.is_blank
        if reading is not None and content.strokes:
            is_read = np.array_equal(reading.x, rasterise(content.drawing, session.raster).ravel())
        told = {
            "canvas": [round(value * ratio) for value in box],
            "pen_is_down": canvas._before is not None,
            "points": [len(stroke) for stroke in content.strokes],
            "label": self._window.input.answer.text() if is_read else None,
        }
        if told != self._told:
            self._told = told
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


def main():
    application = create_application()
    window = open_window(QSettings(str(Path(sys.argv[1])), QSettings.Format.IniFormat))
    window.show()
    reporter = Reporter(window)
    status = application.exec()
    del reporter
    return status


if __name__ == "__main__":
    sys.exit(main())
