"""The window on a real display, telling on standard output where its canvas is and what it reads.

Started by test_display as a process of its own: there the platform is X11, here in pytest it is offscreen.
"""

import json
import sys

import numpy as np
from PySide6.QtCore import QObject, QPoint, QTimer

from nnstudio.data.rasterise import rasterise
from nnstudio.studio import app
from nnstudio.studio.documents import autosave


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
        document, reading = session.input, session.network.reading
        is_read = (reading is None) == (document.content.is_blank and not document.live_stroke)
        if reading is not None and document.content.image is None and document.strokes:
            is_read = np.array_equal(reading.x, rasterise(document.drawing, session.network.raster).ravel())
        templates = self._window.panels["templates"].widget
        # Behind another tab it has a place as well, and before its first frame nothing to click on.
        place = QPoint(15, 15)
        can_be_clicked = not templates.visibleRegion().isEmpty() and templates.cell_at(place) is not None
        told = {
            "canvas": [round(value * ratio) for value in box],
            "templates": templates.mapToGlobal(place).toTuple() if can_be_clicked else (0, 0),
            "selected": self._window.session.selection.unit,
            "step": 0 if session.network.snapshot is None else session.network.snapshot.step,
            "pen_is_down": document.is_gesture,
            "points": [len(stroke) for stroke in document.strokes],
            "label": self._window.input.answer.text() if is_read else None,
            "past": None if session.network.past is None else session.network.past.step,
            "runs": {run.name: run.last.step for run in session.history.runs.all},
            "is_running": session.training.is_running,
            "is_compared": self._window.panels["compare"].comparer.other is not None,
            "operations": self._window.session.weight_editor.undo_stack.count(),
            "own": [one.label for one in self._window.session.drawings.drawings.drawings],
            "is_taught": self._window.session.fine_tuner.outcome is not None
            and self._window.session.fine_tuner.task is None,
            "message": self._window.status.message.text(),
        }
        if told != self._told:
            self._told = told
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


def main():
    make, reporters = app.open_window, []

    def open_and_report(settings):
        window = make(settings)
        reporters.append(Reporter(window))
        return window

    app.open_window = open_and_report
    # Nobody waits here for half a minute.
    autosave.PERIOD_MS = 1000
    return app.run(None)


if __name__ == "__main__":
    sys.exit(main())
