"""What the window costs the trainer, and how soon the answer follows the pen: ``python -m tests.bench.live``.

One process trains on the built-in digits, in turn left alone and with the real window open at 1440 × 900
(loss, templates, network, activations and probabilities on show, frames paced as always). Ratios are between
neighbouring rounds of the same process, since machines are shared and noisy. Then a pen moves on the canvas
while training goes on. Set ``QT_QPA_PLATFORM=xcb`` for a real display, such as Xvfb's; offscreen otherwise.
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
from PySide6.QtCore import QEventLoop, QPoint, QSettings, Qt, QTimer
from PySide6.QtTest import QTest

from nnstudio.data.strokes import Drawing
from nnstudio.studio.app import create_application, open_window
from nnstudio.studio.demo import draw
from nnstudio.studio.views.outputs import Outputs

NETWORKS = ("100 300", "1024 1024")
THREE = Drawing((((0, 0), (3, 0), (1, 2), (3, 3), (3, 5), (0, 5)),))


class Bench:
    """A window in training, and the means to wait with it or without."""

    def __init__(self, folder):
        self.application = create_application()
        self.window = open_window(QSettings(f"{folder}/bench.ini", QSettings.Format.IniFormat))
        self.window.keeper.rest()
        self.window.resize(1440, 900)
        self.window.show()
        self.paints = []
        paint = Outputs.paintEvent

        def timed(view, event):
            paint(view, event)
            self.paints.append(time.perf_counter())

        Outputs.paintEvent = timed

    def show(self, seconds):
        """Let the window live; return the times at which the answer was painted."""
        self.paints = []
        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()
        return self.paints

    def steps(self, seconds, *, live):
        """Return steps a second, and the frames a second of a live window (median, 1 % low)."""
        trainer = self.window.session.trainer
        first, begun = trainer.latest.step, time.perf_counter()
        frames = self.show(seconds) if live else time.sleep(seconds)
        rate = (trainer.latest.step - first) / (time.perf_counter() - begun)
        if not live:
            return rate, (0.0, 0.0)
        gaps = np.sort(np.diff(frames))
        return rate, (1 / float(np.median(gaps)), 1 / float(gaps[int(0.99 * len(gaps))]))

    def pen_ms(self, n):
        """Return how long each movement of the pen takes to a painted answer."""
        canvas, waits = self.window.input.canvas, []
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
        for k in range(n):
            time.sleep(0.012)
            self.application.processEvents()
            turn = 0.12 * k
            where = QPoint(round(125 + 60 * np.cos(turn)), round(125 + 50 * np.sin(turn)))
            self.paints, begun = [], time.perf_counter()
            QTest.mouseMove(canvas, where)
            while not self.paints and time.perf_counter() < begun + 1:
                self.application.processEvents()
            waits.append(1000 * (time.perf_counter() - begun))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton)
        return sorted(waits[10:])

    def run(self, hidden, seconds, rounds):
        """Measure one network."""
        draw(self.window.input.canvas, THREE)
        self.window.choices.edit_network(hidden)
        self.window.session.play()
        while not self.window.session.is_running or self.window.session.snapshot.step < 10:
            self.show(0.05)
        self.show(2.0)
        ratios, frames = [], []
        for _ in range(rounds):
            alone, _ = self.steps(seconds, live=False)
            watched, rate = self.steps(seconds, live=True)
            ratios.append(watched / alone)
            frames.append(rate)
        waits = self.pen_ms(200)
        self.window.session.pause()
        self.show(0.3)
        self.window.input.canvas.clear()
        return {
            "network": str(self.window.session.architecture),
            "speed_with_window": round(statistics.median(ratios), 2),
            "speed_with_window_each": [round(ratio, 2) for ratio in ratios],
            "frames_per_second": round(statistics.median(rate for rate, _ in frames), 1),
            "frames_1_percent_low": round(statistics.median(low for _, low in frames), 1),
            "pen_ms_median": round(waits[len(waits) // 2], 1),
            "pen_ms_99_percent": round(waits[int(0.99 * len(waits))], 1),
        }


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round (default 5)")
    parser.add_argument("--rounds", type=int, default=4, help="alone and watched, in turn (default 4)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        rows = [bench.run(hidden, arguments.seconds, arguments.rounds) for hidden in NETWORKS]
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
