"""The demonstration without a screen: the real window, a digit drawn by mouse events, a short training."""

import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QPoint, QSettings, Qt, QTimer
from PySide6.QtTest import QTest

from nnstudio.data.strokes import Drawing
from nnstudio.data.synthetic import synthetic_drawing
from nnstudio.errors import UserError
from nnstudio.studio.app import open_window
from nnstudio.studio.painting.theme import DARK, LIGHT
from nnstudio.studio.panels.input.stroke_canvas import StrokeCanvas
from nnstudio.studio.program.application import create_application
from nnstudio.studio.window.main_window import MainWindow

DIGIT = 3
SEED = 6
HIDDEN_LAYERS = "64 32"
PROBLEM = "digits-synthetic"
SHARE_OF_CANVAS = 0.62
PATIENCE_S = 60.0


class DemoError(UserError):
    """The demonstration could not be carried through."""


def run(out: Path, seconds: float) -> int:
    """Carry the demonstration through and leave ``demo.json`` and screenshots in a folder.

    Parameters
    ----------
    out : Path
        The folder; made where it is missing. Files of the same names are replaced.
    seconds : float
        How long to train.

    Returns
    -------
    int
        0 when the digit was drawn, read, and a network was trained.

    Raises
    ------
    DemoError
        If the folder cannot be written, or the window does not answer within a minute.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DemoError(
            f"Cannot make the folder {out}: {error.strerror or error}. Name another with --out."
        ) from error
    # Qt looks at this when the application is made; a real screen would show windows opening by themselves.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    create_application()
    with tempfile.TemporaryDirectory() as folder:
        window = open_window(QSettings(f"{folder}/demo.ini", QSettings.Format.IniFormat))
        # What the user trained last is not to make room for a demonstration.
        window.autosave.rest()
        window.show()
        try:
            report = _Demo(window, out).carry_through(seconds)
        finally:
            window.close()
    try:
        (out / "demo.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise DemoError(f"Cannot write {out / 'demo.json'}: {error.strerror or error}.") from error
    return 0


class _Demo:
    """One run of the demonstration on a shown window."""

    def __init__(self, window: MainWindow, out: Path) -> None:
        self._window, self._out = window, out
        self._session = window.session

    def carry_through(self, seconds: float) -> dict[str, object]:
        """Draw, read, train, read again; return what is to be reported."""
        self._wait(0.2)
        drawing = synthetic_drawing(DIGIT, rng=np.random.default_rng(SEED))
        n_points = draw(self._window.input.canvas, drawing)
        self._wait_until(lambda: self._session.network.reading is not None, "an answer to the drawing")
        before = self._answer()
        screenshots = self._take_pictures("reading")
        network = f"{self._session.network.model_name} {self._session.network.architecture}"
        # Built-in data, whatever else is installed: the figures of two machines mean the same.
        if self._session.network.problem_name != PROBLEM:
            self._session.choose_problem(PROBLEM)
            self._wait_until(lambda: self._session.training.tasks.current is None, "the built-in data")
        self._window.session.setting_changes.edit_network(HIDDEN_LAYERS)
        trained = str(self._session.network.architecture)
        self._window.actions_by_name["play"].trigger()
        self._wait_until(lambda: self._session.training.is_running, "training to begin")
        self._wait_until(lambda: self._session.network.snapshot.step > 0, "the first step")
        started_s, frames = time.perf_counter(), self._window.frame_timer.frames
        self._wait(seconds)
        trained_s = time.perf_counter() - started_s
        frames_per_second = (self._window.frame_timer.frames - frames) / trained_s
        images_per_second = self._session.network.snapshot.images_per_second
        screenshots += self._take_pictures("training")
        self._window.actions_by_name["play"].trigger()
        self._wait_until(lambda: not self._session.training.is_running, "training to pause")
        self._wait_until(
            lambda: self._session.network.snapshot.test_step == self._session.network.snapshot.step,
            "the last test",
        )
        return {
            "drawn": str(DIGIT),
            "points_drawn": n_points,
            "network_before": network,
            "read_before": before,
            "network_after": f"trained from scratch {trained}",
            "read_after": self._answer(),
            "data": self._session.training.problem.title,
            "seconds": round(trained_s, 2),
            "epochs": round(self._session.network.snapshot.epoch, 2),
            "images_per_second": round(images_per_second),
            "frames_per_second": round(frames_per_second, 1),
            "test_accuracy": self._session.network.snapshot.test_score,
            "screenshots": screenshots,
        }

    def _answer(self) -> dict[str, object]:
        reading = self._session.network.reading
        name = self._session.network.output_space.class_names[reading.label]
        return {"label": name, "probability": round(float(reading.class_values[reading.label]), 4)}

    def _take_pictures(self, name: str) -> list[str]:
        """Photograph the window in both looks; return the files' names."""
        names = []
        # A neuron that has something to say about this drawing.
        self._window.session.selection.select(0, int(self._session.network.reading.a[0].argmax()))
        for theme in (LIGHT, DARK):
            self._window.set_theme(theme)
            self._wait(0.4)
            names.append(f"{name}-{theme.name}.png")
            if not self._window.grab().save(str(self._out / names[-1])):
                raise DemoError(
                    f"Cannot write {self._out / names[-1]}. Check that the folder can be written."
                )
        return names

    def _wait(self, seconds: float) -> None:
        # Qt's own loop sleeps without the interpreter's lock; asking for events again and again would take it
        # from training, and the frames would be paced as if drawing were that dear.
        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()

    def _wait_until(self, condition: Callable[[], bool], what: str) -> None:
        end_s = time.perf_counter() + PATIENCE_S
        while not condition():
            if time.perf_counter() > end_s:
                said = self._window.status.message.text()
                raise DemoError(f"Waited {PATIENCE_S:.0f} s in vain for {what}. The window says: {said}")
            self._wait(0.02)


def draw(canvas: StrokeCanvas, drawing: Drawing) -> int:
    """Draw on a canvas by mouse events, to the middle of it.

    Returns
    -------
    int
        How many positions the mouse was at.
    """
    left, top, right, bottom = drawing.bounds()
    side = min(canvas.width(), canvas.height())
    scale = SHARE_OF_CANVAS * side / max(drawing.extent, 1e-9)
    n_points = 0
    for stroke in drawing.strokes:
        xy = (stroke - ((left + right) / 2, (top + bottom) / 2)) * scale
        xy += (canvas.width() / 2, side / 2)
        points = [QPoint(round(x), round(y)) for x, y in xy.tolist()]
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=points[0])
        for point in points[1:]:
            QTest.mouseMove(canvas, point)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=points[-1])
        n_points += len(points)
    return n_points
