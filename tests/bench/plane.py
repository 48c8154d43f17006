"""What the plane costs the trainer, and how soon it follows: ``python -m tests.bench.plane``.

One process trains 2-8-8-3 on 500 points of three blobs, in turn left alone and with the window open at
1440 × 900 with the plane and its usual panels on show: the map of the answer with its borders, and the maps
of the 16 hidden units in the network's picture; at first without the lines of the units, then with them.
Ratios are between neighbouring rounds of the same process. Then the probe is dragged and points are painted
while training goes on, and the time runs from each movement to the end of the plane's next painting.
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
from nnstudio.studio.panels.input.plane.plot import PlanePlot
from nnstudio.studio.panels.input.plane.tools import Mode
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource
from nnstudio.studio.views.network.view import NetworkView
from tests.bench.live_window import (
    PaintClock,
    bench_parser,
    drag_figures,
    drag_ms,
    open_bench_window,
    place_of,
    print_rows,
    show,
    speed,
    wait_for,
)

UNITS, POINTS, CLASSES = "8-8", 500, 3


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


class Bench:
    """A window in training on points of the plane, and the means to wait with it or without."""

    def __init__(self, folder):
        self.application, self.window = open_bench_window(folder)
        self.session = self.window.session
        self.clock, self.unit_clock = PaintClock(PlanePlot), PaintClock(NetworkView)

    @property
    def plot(self):
        """The plane."""
        return self.window.input.editors.currentWidget().plot

    def begin(self, *, shows_lines):
        """Train on three blobs."""
        session = self.session
        session.take(blobs())
        wait_for(lambda: session.network.problem_name == "bench" and session.training.trainer)
        session.setting_changes.edit_network(UNITS)
        self.window.services.graph_options.show_units(shows_lines)
        session.play()
        wait_for(lambda: session.training.is_running and session.network.snapshot.step > 500)
        show(2.0)

    def drags(self):
        """Return the waits of the dragged probe, and of painting."""
        plot, found = self.plot, {}
        plot.tool.choose_mode(Mode.ASK)
        found["probe"] = drag_ms(plot, self.clock, place_of(plot, 0.0, 0.0), (60, 60))
        plot.tool.choose_label(1)
        found["paint"] = drag_ms(plot, self.clock, place_of(plot, 0.3, 0.9), (60, 60))
        plot.tool.choose_mode(Mode.ASK)
        return found

    def run(self, seconds, rounds, *, shows_lines):
        """Measure once."""
        self.begin(shows_lines=shows_lines)
        ratios, rates, unit_rates, lows, processor = [], [], [], [], []
        for _ in range(rounds):
            alone = speed(self.session, time.sleep, seconds)
            self.clock.times, self.unit_clock.times = [], []
            spent = time.thread_time()
            ratios.append(speed(self.session, show, seconds) / alone)
            processor.append((time.thread_time() - spent) / seconds)
            gaps = np.diff(self.clock.times)
            rates.append(1 / float(np.median(gaps)))
            unit_rates.append(1 / float(np.median(np.diff(self.unit_clock.times))))
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
        row |= drag_figures(self.drags())
        self.session.training.pause()
        show(0.3)
        return row


def main():
    """Measure and print."""
    arguments = bench_parser(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        rows = [bench.run(arguments.seconds, arguments.rounds, shows_lines=shown) for shown in (False, True)]
        bench.window.close()
    print_rows(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
