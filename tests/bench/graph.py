"""What the graph of a curve costs the trainer, and how soon it follows: ``python -m tests.bench.graph``.

One process trains 1-64-1 on 512 points of a sine, in turn left alone and with the window open at 1440 × 900
with the graph and its usual panels on show, at first without the units, then with all of them overlaid.
Ratios are between neighbouring rounds of the same process. Then a kink, a point and the probe are dragged
while training goes on, and the time runs from each movement to the end of the graph's next painting.
"""

import os
import statistics
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from nnstudio.data.problems import PointOptions
from nnstudio.studio.panels.input.graph.plot import CurvePlot
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

UNITS, POINTS = 64, 512


class Bench:
    """A window in training on a curve, and the means to wait with it or without."""

    def __init__(self, folder):
        self.application, self.window = open_bench_window(folder)
        self.session = self.window.session
        self.clock = PaintClock(CurvePlot)

    @property
    def plot(self):
        """The graph."""
        return self.window.input.editors.currentWidget().plot

    def begin(self, *, shows_units):
        """Train on a sine."""
        session = self.session
        session.choose_problem("curve-sine")
        wait_for(lambda: session.network.problem_name == "curve-sine" and session.training.trainer)
        session.make_points(PointOptions(n=POINTS), 0)
        session.setting_changes.edit_network(str(UNITS))
        self.window.services.graph_options.show_units(shows_units)
        session.play()
        wait_for(lambda: session.training.is_running and session.network.snapshot.step > 500)
        show(2.0)

    def drags(self):
        """Return the waits of a dragged kink, point and probe."""
        plot = self.plot
        kinks, bottom = plot.units.kinks, plot.box.viewRange()[1][0]
        seen = np.flatnonzero((kinks > -2.5) & (kinks < 2.5))
        found = {}
        if len(seen) and plot.units.isVisible():
            at = place_of(plot, kinks[seen[0]], bottom) - QPoint(0, 4)
            found["kink"] = drag_ms(plot, self.clock, at, (40, 0))
        points = plot.points
        at = place_of(plot, float(points.x[100, 0]), float(points.answers[100, 0]))
        found["point"] = drag_ms(plot, self.clock, at, (30, 30))
        x, (low, high) = plot.probe, plot.box.viewRange()[1]
        found["probe"] = drag_ms(plot, self.clock, place_of(plot, x, low + 0.93 * (high - low)), (60, 0))
        return found

    def run(self, seconds, rounds, *, shows_units):
        """Measure once."""
        self.begin(shows_units=shows_units)
        ratios, rates, lows, processor = [], [], [], []
        for _ in range(rounds):
            alone = speed(self.session, time.sleep, seconds)
            self.clock.times, spent = [], time.thread_time()
            ratios.append(speed(self.session, show, seconds) / alone)
            processor.append((time.thread_time() - spent) / seconds)
            gaps = np.diff(self.clock.times)
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
        row |= drag_figures(self.drags())
        self.session.training.pause()
        show(0.3)
        return row


def main():
    """Measure and print."""
    arguments = bench_parser(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        rows = [bench.run(arguments.seconds, arguments.rounds, shows_units=shown) for shown in (False, True)]
        bench.window.close()
    print_rows(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
