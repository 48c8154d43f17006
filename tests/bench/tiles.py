"""What a picture of 512 templates costs beside a training: ``python -m tests.bench.tiles``.

A 784-512-10 network trains on the built-in digits while its templates are shown 20 times a second, in turn
with rounds in which it is left alone. Printed are the milliseconds of processor time that the GUI thread
spends on a picture, the share of the trainer's speed that is left beside it, and how long a turn of the wheel
and a move by drag take to be painted.
"""

import argparse
import os
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.data.problems import load_problem
from nnstudio.engine.architecture import Architecture
from nnstudio.studio.panels.templates.mosaic import TileMosaic
from nnstudio.studio.program.application import create_application
from nnstudio.training.config import TrainingConfig
from nnstudio.training.trainer import Trainer
from tests.studio.gestures import turn_wheel

ARCHITECTURE = Architecture.of((784, 512, 10))
SIZE = (700, 340)
PERIOD_S = 1 / 20


class Bench:
    """A picture of templates, and a trainer beside it."""

    def __init__(self):
        self.application = create_application()
        self.mosaic = TileMosaic("Templates", lambda unit: None)
        self.picture = self.mosaic.picture
        self.picture.resize(*SIZE)
        self.picture.show()
        problem = load_problem("digits-synthetic")
        self.trainer = Trainer(problem, TrainingConfig(ARCHITECTURE, epochs=None))
        self.trainer.start()
        self.trainer.play()
        while self.trainer.latest.step < 20:
            time.sleep(0.05)

    def show(self):
        """Show the newest weights, and paint them."""
        W = ARCHITECTURE.layers(self.trainer.latest.theta)[0].W
        self.mosaic.show_tiles(W.reshape(-1, 28, 28))
        self.application.processEvents()

    def live(self, seconds):
        """Show pictures for a while; return the milliseconds of processor time of each."""
        spent, end = [], time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end:
            before = time.thread_time()
            self.show()
            spent.append(1000 * (time.thread_time() - before))
            time.sleep(max(0.0, begun + PERIOD_S - time.perf_counter()))
        return spent

    def speed(self, seconds, work):
        """Return steps a second while ``work(seconds)`` runs, and what it returns."""
        first, begun = self.trainer.latest.step, time.perf_counter()
        result = work(seconds)
        return (self.trainer.latest.step - first) / (time.perf_counter() - begun), result

    def until_painted(self, gesture):
        """Return the milliseconds of a gesture and of the painting that follows."""
        begun = time.perf_counter()
        gesture()
        self.application.processEvents()
        return 1000 * (time.perf_counter() - begun)

    def wheel(self):
        """Return how long turns of the wheel take."""
        at = QPoint(300, 120)
        turns = [120 if k // 6 % 2 == 0 else -120 for k in range(120)]
        return [
            self.until_painted(lambda turn=turn: turn_wheel(self.picture.viewport(), turn, at=at))
            for turn in turns
        ]

    def drag(self):
        """Return how long the moves of a drag take."""
        turn_wheel(self.picture.viewport(), 480, at=QPoint(300, 120))
        QTest.mousePress(self.picture.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 150))
        waits = []
        for k in range(120):
            # pyqtgraph drops moves that come quicker.
            time.sleep(0.012)
            place = QPoint(300 + round(60 * np.sin(k / 9)), 150 + round(60 * np.cos(k / 9)))
            waits.append(
                self.until_painted(lambda place=place: QTest.mouseMove(self.picture.viewport(), place))
            )
        QTest.mouseRelease(self.picture.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 150))
        self.picture.show_all()
        return waits


def line(name, waits, unit):
    middle, slow = np.percentile(waits, (50, 98))
    print(f"{name:<28}{middle:6.1f} at the median, {slow:6.1f} of 98 %   {unit}")


def main(seconds, rounds):
    bench = Bench()
    bench.live(1.0)
    ratios, spent = [], []
    for _ in range(rounds):
        alone, _ = bench.speed(seconds, time.sleep)
        beside, costs = bench.speed(seconds, bench.live)
        ratios.append(beside / alone)
        spent += costs
    line("GUI thread, a picture", spent, "ms of processor time")
    print(f"{'trainer beside it':<28}{np.median(ratios):6.3f} of its speed alone ({rounds} rounds)")
    line("wheel, until painted", bench.wheel(), "ms")
    line("drag, until painted", bench.drag(), "ms")
    bench.trainer.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    main(given.seconds, given.rounds)
