"""What the window costs the trainer, and how soon the answer follows the pen: ``python -m tests.bench.live``.

One process trains on the built-in digits, in turn left alone and with the real window open at 1440 × 900 (its
usual parts on show: loss, templates, network with its activations, probabilities; frames paced as always),
then with the window minimised. Ratios are between neighbouring rounds of the same process, since machines are
shared and noisy. Then a pen moves on the canvas while training goes on, and the time runs from each movement
to the first painted answer to what was drawn by it. The share of the interpreter lock is measured from
outside, in a round of its own. ``--display xvfb`` starts a virtual X server instead of painting offscreen.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.data.strokes import Drawing
from nnstudio.studio.demo import draw
from nnstudio.studio.views.class_bars import ClassBars
from tests.bench.interpreter_lock import InterpreterLock
from tests.bench.live_window import bench_parser, open_bench_window, print_rows, show, speed, wait_for

NETWORKS = ("100 300", "1024 1024")
THREE = Drawing((((0, 0), (3, 0), (1, 2), (3, 3), (3, 5), (0, 5)),))
MOVEMENTS = 200
PEN_PERIOD_S = 0.012


class Bench:
    """A window in training, and the means to wait with it or without."""

    def __init__(self, folder):
        self.lock = InterpreterLock()
        self.application, self.window = open_bench_window(folder)
        self.looks, self.paints = [], []
        self.awaited, self.painted = None, lambda: None
        paint, look = ClassBars.paintEvent, self.window.frame_timer._frame

        def timed_paint(view, event):
            paint(view, event)
            self.paints.append(time.perf_counter())
            reading = self.window.session.network.reading
            if self.awaited is not None and reading is not None and np.array_equal(reading.x, self.awaited):
                self.painted()

        def timed_look():
            self.looks.append(time.perf_counter())
            return look()

        ClassBars.paintEvent = timed_paint
        self.window.frame_timer._frame = timed_look

    def frames(self):
        """Return painted frames a second, and the rate of the slowest hundredth.

        A frame's time is that from the look before it, whether or not there was anything new to see then:
        while the trainer measures, the picture stands still because the weights do.
        """
        paints, looks = np.array(self.paints), np.array(self.looks)
        gaps = np.diff(paints)
        before = looks[np.maximum(np.searchsorted(looks, paints[1:]) - 2, 0)]
        times = np.sort(np.minimum(gaps, paints[1:] - before))
        return 1 / float(np.median(gaps)), 1 / float(times[int(0.99 * len(times))])

    def pen_ms(self):
        """Return how long each movement of the pen takes to its painted answer."""
        canvas, session, waits = self.window.input.canvas, self.window.session, []
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
        for k in range(MOVEMENTS):
            show(PEN_PERIOD_S)
            turn = 0.12 * k
            where = QPoint(round(125 + 60 * np.cos(turn)), round(125 + 50 * np.sin(turn)))
            before, loop = session.input.x, QEventLoop()
            # In the event loop, as a real pen's movements come.
            begun = []

            def move(where=where, begun=begun):
                begun.append(time.perf_counter())
                QTest.mouseMove(canvas, where)
                self.awaited = session.input.x

            self.painted = loop.quit
            QTimer.singleShot(0, move)
            QTimer.singleShot(1000, loop.quit)
            loop.exec()
            waited = 1000 * (time.perf_counter() - begun[0])
            self.awaited = None
            if session.input.x is not before and not np.array_equal(session.input.x, before):
                waits.append(waited)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton)
        return sorted(waits[10:])

    def run(self, hidden, seconds, rounds):
        """Measure one network."""
        window = self.window
        draw(window.input.canvas, THREE)
        window.session.setting_changes.edit_network(hidden)
        window.session.training.play()
        session = window.session
        wait_for(lambda: session.training.is_running and session.network.snapshot.step >= 10)
        show(2.0)
        ratios, minimised, frames, processor = [], [], [], []
        for _ in range(rounds):
            alone = speed(window.session, time.sleep, seconds)
            self.looks, self.paints, spent = [], [], time.thread_time()
            ratios.append(speed(window.session, show, seconds) / alone)
            processor.append((time.thread_time() - spent) / seconds)
            frames.append(self.frames())
            window.showMinimized()
            show(0.3)
            self.paints = []
            minimised.append(speed(window.session, show, seconds / 2) / alone)
            n_hidden_paints = len(self.paints)
            window.showNormal()
            show(0.3)
        share = self.lock.share(lambda: show(seconds))
        waits = self.pen_ms()
        window.session.training.pause()
        show(0.3)
        window.session.input.clear()
        return {
            "network": str(window.session.network.architecture),
            "display": QApplication.platformName(),
            "parts_on_show": self.on_show(),
            "speed_with_window": round(statistics.median(ratios), 2),
            "speed_with_window_each": [round(ratio, 2) for ratio in ratios],
            "speed_minimised": round(statistics.median(minimised), 2),
            "paints_minimised": n_hidden_paints,
            "frames_per_second": round(statistics.median(rate for rate, _ in frames), 1),
            "frames_1_percent_low": round(statistics.median(low for _, low in frames), 1),
            "pen_ms_median": round(waits[len(waits) // 2], 1),
            "pen_ms_99_percent": round(waits[int(0.99 * len(waits))], 1),
            "gui_processor_share": round(statistics.median(processor), 2),
            "gui_lock_share": None if share is None else round(share, 2),
        }

    def on_show(self):
        """Return the names of the parts that can be seen."""
        parts = self.window.panels.values()
        return [part.name for part in parts if not part.widget.visibleRegion().isEmpty()]


def measure(arguments):
    """Return one row of figures for each network, on the display of this process."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        rows = [bench.run(hidden, arguments.seconds, arguments.rounds) for hidden in NETWORKS]
        bench.window.close()
    return rows


def measure_on_x(arguments):
    """Return the same rows from a process of its own on a virtual X server."""
    if shutil.which("Xvfb") is None:
        sys.exit("There is no Xvfb on this machine. Install it, or leave --display xvfb out.")
    reading, writing = os.pipe()
    server = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(server, pass_fds=(writing,), stderr=subprocess.DEVNULL) as xvfb:
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        try:
            command = [sys.executable, "-m", "tests.bench.live", "--json"]
            command += ["--seconds", str(arguments.seconds), "--rounds", str(arguments.rounds)]
            environment = os.environ | {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
        finally:
            xvfb.terminate()
    return json.loads(done.stdout)


def main():
    """Measure and print."""
    parser = bench_parser(__doc__)
    parser.add_argument("--display", choices=("offscreen", "xvfb"), default="offscreen")
    arguments = parser.parse_args()
    rows = measure_on_x(arguments) if arguments.display == "xvfb" else measure(arguments)
    print_rows(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
