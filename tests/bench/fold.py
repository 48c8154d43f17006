"""What the fold of a plane costs the trainer, and how often it is painted: ``python -m tests.bench.fold``.

One process trains 2-8-8-3 on 500 points of three spirals, in turn left alone and with the window open at
1440 × 900: the map, the maps of the 16 hidden units, and the picture of the network, the panel Fold or Facets
beside them. Ratios are between neighbouring rounds of the same process.
"""

import os
import statistics
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from nnstudio.data.plane_sets import EDGE, PLANE_SETS, plane_points
from nnstudio.data.problem import InputSpace, OutputSpace, Problem, Samples
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource
from tests.bench.live_window import bench_parser, open_bench_window, print_rows, show, speed, wait_for

POINTS, CLASSES, HIDDEN = 500, 3, "8 8"
NAME = "bench-spirals"


def problem():
    """Return three spirals."""
    rng = np.random.default_rng(0)
    x, labels = plane_points(PLANE_SETS["plane-spiral"], rng=rng, n=POINTS, noise=0.05, n_classes=CLASSES)
    samples = Samples(x, labels)
    inputs, outputs = InputSpace("plane", (2,), -EDGE, EDGE, ("x₁", "x₂")), OutputSpace(("a", "b", "c"))
    return Problem(NAME, "Three spirals", inputs, outputs, samples, samples, "Made for the benchmark.")


class Bench:
    """A window in training on the plane, and the means to wait with it or without."""

    def __init__(self, folder):
        self.application, self.window = open_bench_window(folder)
        self.session = self.window.session
        made = problem()
        self.session.take(ProblemSource(NAME, made.title, lambda task: Loaded(made)))
        wait_for(lambda: self.session.network.problem_name == NAME and self.session.training.trainer)
        self.session.setting_changes.edit_network(HIDDEN)
        self.session.play()
        wait_for(lambda: self.session.training.is_running and self.session.network.snapshot.step > 200)

    def run(self, name, seconds, rounds):
        """Measure with one panel on show beside the others."""
        window, panel = self.window, self.window.panels[name]
        for each in ("templates", name):
            window.dock_area.bring_forward(each)
        show(1.5)
        costs, refresh = [], panel.refresh

        def timed(changes):
            begun = time.thread_time()
            refresh(changes)
            if changes.weights:
                costs.append((time.thread_time() - begun, time.perf_counter()))

        ratios, rates, processor = [], [], []
        for _ in range(rounds):
            alone = speed(self.session, time.sleep, seconds)
            panel.refresh, costs, spent = timed, [], time.thread_time()
            ratios.append(speed(self.session, show, seconds) / alone)
            panel.refresh = refresh
            processor.append((time.thread_time() - spent) / seconds)
            rates.append(1 / float(np.median(np.diff([at for _, at in costs]))))
        return {
            "panel": name,
            "network": str(self.session.network.architecture),
            "display": QApplication.platformName(),
            "speed_with_window": round(statistics.median(ratios), 2),
            "speed_with_window_each": [round(ratio, 2) for ratio in ratios],
            "refreshes_per_second": round(statistics.median(rates), 1),
            "refresh_ms": round(1000 * statistics.median(cost for cost, _ in costs), 2),
            "paint_ms": round(self.paint_ms(panel.widget), 2),
            "gui_processor_share": round(statistics.median(processor), 2),
        }

    def paint_ms(self, widget):
        """Return how long a panel takes to be painted as a whole."""
        times = []
        for _ in range(20):
            begun = time.thread_time()
            widget.grab()
            times.append(1000 * (time.thread_time() - begun))
        return statistics.median(times)


def main():
    """Measure and print."""
    arguments = bench_parser(__doc__, rounds=3).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        rows = [
            bench.run(name, arguments.seconds, arguments.rounds) for name in ("network", "fold", "facets")
        ]
        bench.session.training.pause()
        bench.window.close()
    print_rows(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
