"""What the graph of a curve costs the trainer, and how soon it follows: ``python -m tests.bench.graph``.

One process trains 1-64-1 on 512 points of a sine, in turn left alone and with the window open at 1440 × 900
with the graph and its usual panels on show, at first without the units, then with all of them overlaid.
Ratios are between neighbouring rounds of the same process. Then a kink, a point and the probe are dragged
while training goes on, and the time runs from each movement to the end of the graph's next painting.
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

from nnstudio.data.problems import PointOptions
from nnstudio.studio.app import open_window
from nnstudio.studio.panels.input.graph.plot import CurvePlot
from nnstudio.studio.program.application import create_application

UNITS, POINTS = 64, 512
MOVEMENTS, PERIOD_S = 120, 0.02


class Bench:
    """A window in training on a curve, and the means to wait with it or without."""

    def __init__(self, folder):
        self.application = create_application()
        self.window = open_window(QSettings(f"{folder}/bench.ini", QSettings.Format.IniFormat))
        self.window.autosave.rest()
        self.window.resize(1440, 900)
        self.window.show()
        self.session = self.window.session
        self.paints, self.painted = [], lambda: None
        paint = CurvePlot.paintEvent

        def timed_paint(plot, event):
            paint(plot, event)
            self.paints.append(time.perf_counter())
            self.painted()

        CurvePlot.paintEvent = timed_paint

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
        """The graph."""
        return self.window.input.editors.currentWidget().plot

    def begin(self, *, shows_units):
        """Train on a sine."""
        session = self.session
        session.choose_problem("curve-sine")
        self.wait_for(lambda: session.network.problem_name == "curve-sine" and session.training.trainer)
        session.make_points(PointOptions(n=POINTS), 0)
        session.setting_changes.edit_network(str(UNITS))
        self.window.services.graph_options.show_units(shows_units)
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
        """Return the pixel of a place of the graph."""
        return self.plot.box.mapViewToScene(QPointF(x, y)).toPoint()

    def drags(self):
        """Return the waits of a dragged kink, point and probe."""
        plot = self.plot
        kinks, bottom = plot.units.kinks, plot.box.viewRange()[1][0]
        seen = np.flatnonzero((kinks > -2.5) & (kinks < 2.5))
        found = {}
        if len(seen) and plot.units.isVisible():
            at = self.place_of(kinks[seen[0]], bottom) - QPoint(0, 4)
            found["kink"] = self.drag_ms(at, (40, 0))
        points = plot.points
        at = self.place_of(float(points.x[100, 0]), float(points.answers[100, 0]))
        found["point"] = self.drag_ms(at, (30, 30))
        x, (low, high) = plot.probe, plot.box.viewRange()[1]
        found["probe"] = self.drag_ms(self.place_of(x, low + 0.93 * (high - low)), (60, 0))
        return found

    def run(self, seconds, rounds, *, shows_units):
        """Measure once."""
        self.begin(shows_units=shows_units)
        ratios, rates, lows, processor = [], [], [], []
        for _ in range(rounds):
            alone = self.speed(seconds, time.sleep)
            self.paints, spent = [], time.thread_time()
            ratios.append(self.speed(seconds, self.show) / alone)
            processor.append((time.thread_time() - spent) / seconds)
            gaps = np.diff(self.paints)
            rates.append(1 / float(np.median(gaps)))
            lows.append(1 / float(np.quantile(gaps, 0.99)))
        row = {
            "network": str(self.session.network.architecture),
            "points": len(self.plot.points),
            "units_shown": shows_units,
            "display": QApplication.platformName(),
            "speed_with_window": round(statistics.median(ratios), 2),
            "speed_with_window_each": [round(ratio, 2) for ratio in ratios],
            "frames_per_second": round(statistics.median(rates), 1),
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
        rows = [bench.run(arguments.seconds, arguments.rounds, shows_units=shown) for shown in (False, True)]
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
