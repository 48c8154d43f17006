"""Speed of moving along the timeline, and its cost for the trainer: ``python -m tests.bench.timeline``.

One process trains the built-in digits in the real window at 1440 × 900. With the window minimised, so that
nothing else disturbs, short rounds alternate with and without recording (``CheckpointHistory.add`` does
nothing); because that ratio is noisy, the processor time within ``CheckpointHistory.add`` is printed. Then
the handle moves to another checkpoint as soon as the one before was painted, first during training, then at
rest; a position counts when the answer view has painted the reading by its weights. Steps a second during
scrubbing are compared with those while the window shows the live run. Memory: the checkpoints against
their budget. Ratios are between neighbouring rounds of the same process.
"""

import os
import resource
import statistics
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("NNSTUDIO_THREADS", "1")

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer

from nnstudio.data.strokes import Drawing
from nnstudio.studio.demo import draw
from nnstudio.studio.views.class_bars import ClassBars
from nnstudio.training.checkpoint_history import CheckpointHistory
from tests.bench.live_window import bench_parser, open_bench_window, print_rows, show, speed, wait_for

NETWORKS = ("64 32", "512 512")
THREE = Drawing((((0, 0), (3, 0), (1, 2), (3, 3), (3, 5), (0, 5)),))


class Bench:
    """A window in training whose handle can be moved."""

    def __init__(self, folder):
        self.application, self.window = open_bench_window(folder)
        self.painted = lambda theta: None
        paint = ClassBars.paintEvent

        def noted_paint(view, event):
            paint(view, event)
            self.painted(self.window.session.network.displayed_weights)

        ClassBars.paintEvent = noted_paint

    def cost(self, seconds, rounds):
        """Return the part of its speed that the trainer loses by recording, and of its time within it."""
        add, spent, done = CheckpointHistory.add, [0.0], {True: 0.0, False: 0.0}

        def timed(checkpoint_history, *given, **named):
            begun = time.thread_time()
            add(checkpoint_history, *given, **named)
            spent[0] += time.thread_time() - begun

        for _ in range(rounds):
            for is_recorded in (True, False):
                CheckpointHistory.add = timed if is_recorded else lambda *_, **__: None
                done[is_recorded] += speed(self.window.session, time.sleep, seconds)
        CheckpointHistory.add = add
        return 1 - done[True] / done[False], spent[0] / (rounds * seconds)

    def positions(self, seconds):
        """Return moments shown a second, each wanted as soon as the one before was painted."""
        session, waits, loop = self.window.session, [], QEventLoop()
        rng = np.random.default_rng(0)
        state = {"wanted": None, "since": time.perf_counter()}

        def move():
            checkpoints = session.history.run.checkpoint_history.checkpoints
            places = [k for k, checkpoint in enumerate(checkpoints) if checkpoint is not session.network.past]
            checkpoint = checkpoints[int(rng.choice(places))]
            state["wanted"], state["since"] = checkpoint.theta, time.perf_counter()
            session.history.look_back(session.history.run, checkpoint)

        def painted(theta):
            if state["wanted"] is not None and theta is state["wanted"]:
                waits.append(time.perf_counter() - state["since"])
                state["wanted"] = None
                QTimer.singleShot(0, move)

        self.painted = painted
        QTimer.singleShot(0, move)
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()
        self.painted = lambda theta: None
        state["wanted"] = None
        session.network.look_at(None)
        waits = np.sort(waits)
        return len(waits) / seconds, 1000 * float(waits[int(0.99 * len(waits))])

    def run(self, hidden, seconds, rounds):
        """Measure one network."""
        window, session = self.window, self.window.session
        draw(window.input.canvas, THREE)
        window.session.setting_changes.edit_network(hidden)
        session.training.play()
        wait_for(lambda: session.training.is_running and session.network.snapshot.step >= 10)
        show(4.0)
        window.showMinimized()
        show(0.3)
        lost, within = self.cost(seconds / 2, 3 * rounds)
        window.showNormal()
        show(0.5)
        undisturbed, scrubbed = [], []
        for _ in range(rounds):
            live = speed(session, show, seconds)
            scrubbed.append(self.positions(seconds)[0])
            undisturbed.append(speed(session, self.positions, seconds) / live)
        session.training.pause()
        show(1.0)
        at_rest, slowest_ms = self.positions(seconds)
        checkpoint_history = session.history.run.checkpoint_history
        window.session.input.clear()
        return {
            "network": str(session.network.architecture),
            "positions_per_second_at_rest": round(at_rest, 1),
            "position_ms_99_percent": round(slowest_ms, 1),
            "positions_per_second_training": round(statistics.median(scrubbed), 1),
            "training_speed_while_scrubbing": round(statistics.median(undisturbed), 2),
            "speed_lost_by_recording_percent": round(100 * lost, 1),
            "time_within_recording_percent": round(100 * within, 2),
            "moments": len(checkpoint_history.checkpoints),
            "moments_with_state": sum(
                checkpoint.state is not None for checkpoint in checkpoint_history.checkpoints
            ),
            "recording_mb": round(checkpoint_history.n_bytes / 2**20, 1),
            "budget_mb": round(checkpoint_history.budget_bytes / 2**20, 1),
            "process_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }


def main():
    """Measure and print."""
    arguments = bench_parser(__doc__, seconds=4.0, rounds=3, what="of each comparison").parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        rows = [bench.run(hidden, arguments.seconds, arguments.rounds) for hidden in NETWORKS]
        bench.window.close()
    print_rows(rows, as_json=arguments.json, width=32)


if __name__ == "__main__":
    main()
