"""How fast the grid of a sweep fills: ``python -m tests.bench.sweep``.

A row of six cells, 2-20-20-2 on 100 noisy moons with six strengths of L2, 2,000 steps each, is trained
without a window, then in the panel Sweep of a window, at rest and while the network on show is trained.
Printed are the seconds from Train to the sixth picture, their ratio to training the same cells without a
window, and what is left of the speed of the network on show.
"""

import argparse
import json
import os
import statistics
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from nnstudio.data.problems import PointOptions
from nnstudio.insight.sweep import cell_steps
from tests.bench.live_window import open_bench_window, show, speed, wait_for

POINTS = PointOptions(n=100, noise=0.35)
STRENGTHS = "0, 0.0005, 0.001, 0.005, 0.01, 0.05"
N_STEPS = 2000


class Bench:
    """A window on noisy moons with the panel Sweep in front."""

    def __init__(self, folder):
        self.application, self.window = open_bench_window(folder, 1366, 768)
        self.session = self.window.session
        self.session.choose_problem("plane-moons")
        wait_for(lambda: self.session.network.problem_name == "plane-moons" and self.session.training.trainer)
        self.session.make_points(POINTS, 0)
        self.window.show_panel("sweep")
        show(0.5)
        self.panel = self.window.panels["sweep"]
        form = self.panel.form
        form.down.values.setText("20")
        form.across.values.setText(STRENGTHS)
        form.length.setValue(N_STEPS)

    def fill(self):
        """Return how long the row takes to be seen."""
        begun = time.perf_counter()
        self.panel.form.train.click()
        wait_for(lambda: len(self.panel.pictures.pictures) == len(self.panel.worker.spec.cells()))
        return time.perf_counter() - begun

    def rest(self):
        """Let the window live for a while, waiting as `fill` does."""
        until = time.perf_counter() + 3.0
        wait_for(lambda: time.perf_counter() > until)

    def headless(self):
        """Return how long the same cells take without the window, which stands still."""
        spec, begun = self.panel.worker.spec, time.perf_counter()
        for cell in spec.cells():
            for _ in cell_steps(spec, cell):
                pass
        return time.perf_counter() - begun

    def run(self, rounds):
        """Measure once."""
        self.fill()
        at_rest = [(self.fill(), self.headless()) for _ in range(rounds)]
        self.session.play()
        wait_for(lambda: self.session.training.is_running)
        show(1.0)
        left, filled = [], []
        for _ in range(rounds):
            alone = speed(self.session, self.rest)
            left.append(speed(self.session, lambda: filled.append(self.fill())) / alone)
        self.session.training.pause()
        show(0.2)
        return {
            "cells": len(self.panel.worker.spec.cells()),
            "steps_each": N_STEPS,
            "display": QApplication.platformName(),
            "headless_s": round(statistics.median(headless for _, headless in at_rest), 2),
            "filled_s": round(statistics.median(filled for filled, _ in at_rest), 2),
            "filled_to_headless": round(statistics.median(a / b for a, b in at_rest), 2),
            "filled_while_training_s": round(statistics.median(filled), 2),
            "speed_left_to_training": round(statistics.median(left), 2),
        }


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=3, help="of each kind (default 3)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        row = bench.run(arguments.rounds)
        bench.window.close()
    if arguments.json:
        print(json.dumps(row, indent=2))
        return
    for name, value in row.items():
        print(f"{name:26} {value}")


if __name__ == "__main__":
    main()
