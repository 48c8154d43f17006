"""Draw the pictures of the README and the tour: ``draw_screenshots.py [DIR]``, where nnstudio is installed.

The real window, offscreen, on built-in data and from seeds: what is drawn is the same every time, and what is
learnt within some steps. Pictures have few colours, for a third of the bytes.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
from PySide6.QtCore import QEventLoop, QPoint, QRect, QSettings, QTimer
from PySide6.QtGui import QImage

from nnstudio.data.synthetic import synthetic_drawing
from nnstudio.paths import resource
from nnstudio.studio.app import open_window
from nnstudio.studio.demo import DIGIT, PROBLEM, SEED, draw
from nnstudio.studio.painting.theme import DARK, LIGHT
from nnstudio.studio.panels.input.stroke_canvas import StrokeCanvas
from nnstudio.studio.program.application import create_application
from nnstudio.studio.window.main_window import MainWindow
from nnstudio.studio.window.screen_fit import PREFERRED

COLOURS = 224
EPOCHS = 8
PATIENCE_MS = 90_000
TABS_HEIGHT = 34


def in_few_colours(picture: QImage) -> QImage:
    """Return a picture in its commonest colours, each moved to the mean of those that it stands for."""
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.width(), 4)
    rgb = pixels[..., 2::-1]
    # 32 shades of each of three colours: boxes in which pixels are counted.
    box = (rgb.astype(np.int64) >> 3) @ (1024, 32, 1)
    counts = np.bincount(box.ravel(), minlength=32**3)
    used = np.flatnonzero(counts)
    sums = [np.bincount(box.ravel(), rgb[..., c].ravel(), 32**3)[used] for c in range(3)]
    means = np.stack(sums, axis=1) / counts[used, None]
    palette = means[np.argsort(-counts[used])[:COLOURS]]
    for _ in range(6):
        nearest = ((means[:, None] - palette[None]) ** 2).sum(axis=2).argmin(axis=1)
        weight = np.maximum(np.bincount(nearest, counts[used], len(palette)), 1)
        palette = np.stack([np.bincount(nearest, s, len(palette)) / weight for s in sums], axis=1)
    index = np.zeros(32**3, np.uint8)
    index[used] = nearest
    plane = np.ascontiguousarray(index[box])
    result = QImage(
        plane.data, picture.width(), picture.height(), picture.width(), QImage.Format.Format_Indexed8
    )
    result.setColorTable([0xFF000000 | int(r) << 16 | int(g) << 8 | int(b) for r, g, b in palette.round()])
    return result.copy()


def wait(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(condition: Callable[[], bool]) -> None:
    """Let the window live until something is so."""
    for _ in range(PATIENCE_MS // 50):
        if condition():
            return
        wait(50)
    raise TimeoutError("the window did not come so far in time")


class Photographer:
    """Brings a window from state to state, and takes pictures of it."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window, self._folder = window, folder

    def take(self, name: str, *panels: str) -> None:
        """Save a picture of some panels, or of the window."""
        wait(800)
        area = QRect() if panels else self._window.rect()
        for panel in panels:
            dock = self._window.dock_area.docks[panel]
            tabs = TABS_HEIGHT if self._window.dock_area.tabs_with(dock) else 0
            area |= QRect(dock.mapTo(self._window, QPoint()), dock.size()).adjusted(0, -tabs, 0, 4)
        picture = self._window.grab(area & self._window.rect()).toImage()
        path = self._folder / f"{name}.png"
        if not in_few_colours(picture).save(str(path), quality=0):
            sys.exit(f"could not write {path}")
        print(f"{path}  {path.stat().st_size / 1000:.0f} kB")

    def select_strongest(self) -> None:
        """Select the unit of the first hidden layer that the drawing drives most."""
        reading = self._window.session.network.reading
        assert reading is not None
        self._window.session.selection.select(0, int(reading.a[0].argmax()))

    def tour(self) -> None:
        """Go through what the tour tells, from a drawing to a mistake."""
        window, session = self._window, self._window.session
        canvas = window.input.canvas
        assert isinstance(canvas, StrokeCanvas)
        session.open_shipped("demo")
        wait_until(lambda: session.network.model_name == "demo")
        draw(canvas, synthetic_drawing(DIGIT, rng=np.random.default_rng(SEED)))
        wait_until(lambda: session.network.reading is not None)
        self.select_strongest()
        self.take("tour-draw", "input", "network", "answer")
        self.take("tour-neuron", "inspector")
        window.show_panel("why")
        self.take("tour-why", "why")
        window.show_panel("templates")
        if session.network.problem_name != PROBLEM:
            session.choose_problem(PROBLEM)
            wait_until(lambda: session.training.tasks.current is None)
        window.actions_by_name["reset"].trigger()
        window.actions_by_name["play"].trigger()
        wait_until(lambda: session.network.snapshot is not None and session.network.snapshot.epoch >= EPOCHS)
        self.select_strongest()
        self.take("training-dark")
        self.take("tour-training", "loss", "templates")
        window.actions_by_name["play"].trigger()
        window.show_panel("confusion")
        wait_until(lambda: not session.training.is_running)
        wait(3000)
        self.take("tour-confusion", "confusion")
        window.show_panel("mistakes")
        window.set_theme(LIGHT)
        self.take("reading-light")
        window.actions_by_name["what-is-this"].trigger()
        window.whats_this_mode.explain(window.panels["templates"].widget, None)
        self.take("tour-help", "loss", "templates")
        window.whats_this_mode.end()


def main(argv: list[str]) -> int:
    """Draw all pictures."""
    folder = Path(argv[0]) if argv else resource("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    create_application()
    with tempfile.TemporaryDirectory() as settings:
        window = open_window(QSettings(f"{settings}/tour.ini", QSettings.Format.IniFormat))
        window.autosave.rest()
        window.resize(PREFERRED)
        window.set_theme(DARK)
        window.show()
        wait(500)
        try:
            Photographer(window, folder).tour()
        finally:
            window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
