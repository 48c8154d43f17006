"""How fast a plane of the panel Landscape is there: ``python -m tests.bench.landscape``.

41 × 41 places of two random directions, 784-100-300-10 on 1,000 samples, in a window, at rest and while the
network is trained. Printed are the seconds from Compute to the first picture, to one of which each coarse
place is known, and to all of it; the ratio to the matrix products that no place can do without, in the same
process; and what is left of the speed of training.
"""

import os
import statistics
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from nnstudio.insight.landscape_axes import Along
from tests.bench.live_window import bench_parser, open_bench_window, print_rows, show, speed, wait_for

N_POINTS, N_SAMPLES = 41, 1000
COARSE = 36
"""Places of the first picture."""


def products_s():
    """Return how long the matrix products of the upper layers take at all places."""
    rng = np.random.default_rng(0)
    a, b, c = (rng.standard_normal(shape, np.float32) for shape in ((N_SAMPLES, 100), (100, 300), (300, 10)))
    begun = time.perf_counter()
    for _ in range(N_POINTS**2):
        a @ b @ c
    return time.perf_counter() - begun


class Bench:
    """A window on digits with the plane of the panel Landscape in front."""

    def __init__(self, folder):
        self.application, self.window = open_bench_window(folder, 1366, 768)
        self.session = self.window.session
        self.session.training.prepare()
        wait_for(lambda: self.session.training.trainer is not None)
        self.session.setting_changes.edit_network("100-300")
        wait_for(lambda: self.session.training.trainer is not None)
        self.window.show_panel("landscape")
        show(0.5)
        self.panel = self.window.panels["landscape"]
        self.form = self.panel.form
        self.form.faces.button(1).click()
        self.form.samples.setCurrentIndex(self.form.samples.findData(N_SAMPLES))
        self.form.samples.activated.emit(self.form.samples.currentIndex())
        self.form.along.setCurrentIndex(self.form.along.findData(Along.RANDOM.value))
        self.form.along.activated.emit(self.form.along.currentIndex())
        self.wait(1.0)

    @property
    def n_known(self):
        """Of the newest request, how many places are seen."""
        shown = self.panel.plane.landscape
        is_new = shown is not None and shown is not self.before
        return int(shown.is_known.sum()) if is_new else 0

    before = None

    def wait(self, share):
        """Wait until a share of the places is seen."""
        wait_for(lambda: self.n_known >= share * N_POINTS**2)

    def compute(self):
        """Return how long the first picture, all coarse places, and all places take to be seen."""
        self.before = self.panel.plane.landscape
        begun, times = time.perf_counter(), []
        self.form.compute.click()
        for n in (1, COARSE, N_POINTS**2):
            wait_for(lambda n=n: self.n_known >= n)
            times.append(time.perf_counter() - begun)
        wait_for(lambda: not self.panel.worker.is_busy)
        return times

    def rest(self):
        """Let the window live for a while, waiting as `compute` does."""
        until = time.perf_counter() + 3.0
        wait_for(lambda: time.perf_counter() > until)

    def run(self, rounds):
        """Measure once."""
        self.compute()
        at_rest = [(*self.compute(), products_s()) for _ in range(rounds)]
        first, coarse, whole = (statistics.median(row[k] for row in at_rest) for k in range(3))
        self.session.play()
        wait_for(lambda: self.session.training.is_running)
        show(2.0)
        left, times = [], []
        for _ in range(rounds):
            alone = speed(self.session, self.rest)
            left.append(speed(self.session, lambda: times.append(self.compute())) / alone)
        self.session.training.pause()
        show(0.2)
        return {
            "places": N_POINTS**2,
            "display": QApplication.platformName(),
            "first_s": round(first, 2),
            "coarse_s": round(coarse, 2),
            "whole_s": round(whole, 2),
            "whole_to_products": round(statistics.median(row[2] / row[3] for row in at_rest), 2),
            "coarse_while_training_s": round(statistics.median(row[1] for row in times), 2),
            "whole_while_training_s": round(statistics.median(row[2] for row in times), 2),
            "speed_left_to_training": round(statistics.median(left), 2),
        }


def main():
    """Measure and print."""
    arguments = bench_parser(__doc__, rounds=2).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        print_rows([bench.run(arguments.rounds)], as_json=arguments.json)
        bench.window.close()


if __name__ == "__main__":
    main()
