"""What the plane costs the trainer, and how soon it follows: ``python -m tests.bench.plane``.

One process trains 2-8-8-3 on 500 points of three blobs, in turn left alone and with the window open at
1440 × 900 with the plane and its usual panels on show: the map of the answer with its borders, and the maps
of the 16 hidden units in the network's picture; at first without the lines of the units, then with them.
Ratios are between neighbouring rounds of the same process. Then the probe is dragged and points are painted
while training goes on, and the time runs from each movement to the end of the plane's next painting.
"""

import argparse
import json
import os
import statistics
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, QPoint, QPointF, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.data.plane_sets import EDGE, PLANE_SETS, plane_points
from nnstudio.data.problem import InputSpace, OutputSpace, Problem, Samples
from nnstudio.studio.app import open_window
from nnstudio.studio.panels.input.plane.plot import PlanePlot
from nnstudio.studio.panels.input.plane.tools import Mode
from nnstudio.studio.panels.network.view import NetworkView
from nnstudio.studio.program.application import create_application
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource

UNITS, POINTS, CLASSES = "8-8", 500, 3
MOVEMENTS, PERIOD_S = 120, 0.02


def blobs():
    """Return a source of points of three classes."""
    rng = np.random.default_rng(0)
    train, test = (
        Samples(*plane_points(PLANE_SETS["plane-blobs"], rng=rng, n=n, n_classes=CLASSES))
        for n in (POINTS, POINTS // 4)
    )
    names = tuple("ABC"[:CLASSES])
    space = InputSpace("plane", (2,), -EDGE, EDGE, ("x₁", "x₂"))
    problem = Problem("bench", "Three blobs", space, OutputSpace(names), train, test, "Made for a benchmark.")
    return ProblemSource(problem.name, problem.title, lambda task: Loaded(problem))


def noted(kind, paints, then=lambda: None):
    """Have the times noted at which widgets of a kind were painted."""
    paint = kind.paintEvent

    def timed_paint(widget, event):
        paint(widget, event)
        paints.append(time.perf_counter())
        then()

    kind.paintEvent = timed_paint


class Bench:
    """A window in training on points of the plane, and the means to wait with it or without."""

    def __init__(self, folder):
        self.application = create_application()
        self.window = open_window(QSettings(f"{folder}/bench.ini", QSettings.Format.IniFormat))
        self.window.autosave.rest()
        self.window.resize(1440, 900)
        self.window.show()
        self.session = self.window.session
        self.paints, self.unit_paints, self.painted = [], [], lambda: None
        noted(PlanePlot, self.paints, lambda: self.painted())
        noted(NetworkView, self.unit_paints)

    def show(self, seconds):
        """Let the window live."""
        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()

    def wait_for(self, condition):
        """Let the window live until a condition holds."""
        while not condition():
            self.show(0.05)

    @property
    def plot(self):
        """The plane."""
        return self.window.input.editors.currentWidget().plot

    def begin(self, *, shows_lines):
        """Train on three blobs."""
        session = self.session
        session.take(blobs())
        self.wait_for(lambda: session.network.problem_name == "bench" and session.training.trainer)
        session.setting_changes.edit_network(UNITS)
        self.window.services.graph_options.show_units(shows_lines)
        session.play()
        self.wait_for(lambda: session.training.is_running and session.network.snapshot.step > 500)
        self.show(2.0)

    def speed(self, seconds, live):
        """Return steps a second while ``live(seconds)`` runs."""
        trainer = self.session.training.trainer
        first, begun = trainer.latest.step, time.perf_counter()
        live(seconds)
        return (trainer.latest.step - first) / (time.perf_counter() - begun)

    def drag_ms(self, start, ways):
        """Return how long each movement of a drag takes to the painted graph."""
        port, waits = self.plot.viewport(), []
        QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
        for k in range(MOVEMENTS):
            self.show(PERIOD_S)
            turn = 0.12 * k
            place = start + QPoint(round(ways[0] * np.sin(turn)), round(ways[1] * np.cos(turn)) - ways[1])
            loop, begun = QEventLoop(), []

            def move(place=place, begun=begun):
                begun.append(time.perf_counter())
                QTest.mouseMove(port, place)

            def end(begun=begun, loop=loop):
                if begun:
                    loop.quit()

            self.painted = end
            QTimer.singleShot(0, move)
            QTimer.singleShot(1000, loop.quit)
            loop.exec()
            waits.append(1000 * (time.perf_counter() - begun[0]))
            self.painted = lambda: None
        QTest.mouseRelease(port, Qt.MouseButton.LeftButton)
        self.show(0.2)
        return sorted(waits[5:])

    def place_of(self, x, y):
        """Return the pixel of a place of the plane."""
        return self.plot.box.mapViewToScene(QPointF(x, y)).toPoint()

    def drags(self):
        """Return the waits of the dragged probe, and of painting."""
        plot, found = self.plot, {}
        plot.tool.choose_mode(Mode.ASK)
        found["probe"] = self.drag_ms(self.place_of(0.0, 0.0), (60, 60))
        plot.tool.choose_label(1)
        found["paint"] = self.drag_ms(self.place_of(0.3, 0.9), (60, 60))
        plot.tool.choose_mode(Mode.ASK)
        return found

    def run(self, seconds, rounds, *, shows_lines):
        """Measure once."""
        self.begin(shows_lines=shows_lines)
        ratios, rates, unit_rates, lows, processor = [], [], [], [], []
        for _ in range(rounds):
            alone = self.speed(seconds, time.sleep)
            self.paints.clear()
            self.unit_paints.clear()
            spent = time.thread_time()
            ratios.append(self.speed(seconds, self.show) / alone)
            processor.append((time.thread_time() - spent) / seconds)
            gaps = np.diff(self.paints)
            rates.append(1 / float(np.median(gaps)))
            unit_rates.append(1 / float(np.median(np.diff(self.unit_paints))))
            lows.append(1 / float(np.quantile(gaps, 0.99)))
        row = {
            "network": str(self.session.network.architecture),
            "points": len(self.plot.points),
            "lines_shown": shows_lines,
            "display": QApplication.platformName(),
            "speed_with_window": round(statistics.median(ratios), 2),
            "speed_with_window_each": [round(ratio, 2) for ratio in ratios],
            "frames_per_second": round(statistics.median(rates), 1),
            "unit_maps_per_second": round(statistics.median(unit_rates), 1),
            "frames_1_percent_low": round(statistics.median(lows), 1),
            "gui_processor_share": round(statistics.median(processor), 2),
        }
        for name, waits in self.drags().items():
            row[f"{name}_ms_median"] = round(waits[len(waits) // 2], 1)
            row[f"{name}_ms_90_percent"] = round(waits[int(0.9 * len(waits))], 1)
        self.session.training.pause()
        self.show(0.3)
        return row


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round (default 5)")
    parser.add_argument("--rounds", type=int, default=4, help="alone and watched, in turn (default 4)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        rows = [bench.run(arguments.seconds, arguments.rounds, shows_lines=shown) for shown in (False, True)]
        bench.window.close()
    if arguments.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        for name, value in row.items():
            print(f"{name:24} {value}")
        print()


if __name__ == "__main__":
    main()
