"""From an operation on the weights to its cost on the test set: ``python -m tests.bench.surgery``.

The real window at 1440 × 900, at rest, with the panel for surgery in front and the shipped network
(784-512-512-10). A time counts from the operation until the panel has the accuracy of the whole test set by
the new weights; the answer is painted long before. With ``NNSTUDIO_DATA`` naming MNIST, its test set of
10,000 is measured as well as the built-in one. The yardstick is one pass of the same test set through the
network in this process, without any window.
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
from PySide6.QtCore import QEventLoop, QSettings, QTimer

from nnstudio.studio.app import open_window
from nnstudio.studio.program.application import create_application
from nnstudio.training.evaluation import Evaluation


def wait_for(condition, timeout_s=60.0):
    """Let the window live until a condition holds, and return how long that took in seconds."""
    begun = time.perf_counter()
    loop, timer = QEventLoop(), QTimer()
    timer.setInterval(1)
    timer.timeout.connect(lambda: condition() and loop.quit())
    timer.start()
    QTimer.singleShot(round(1000 * timeout_s), loop.quit)
    loop.exec()
    return time.perf_counter() - begun


def measure(window, n):
    """Return times in seconds for ``n`` silenced units, and one for the yardstick."""
    session, part = window.session, window.panels["surgery"]
    wait_for(lambda: part.probe.now is not None and len(part.probe.curve) == 21)
    times = []
    heard = np.flatnonzero(
        session.network.architecture.layers(session.network.displayed_weights)[1].W.any(axis=0)
    )
    for unit in heard[:n].tolist():
        window.session.selection.select(0, unit)
        before = part.probe.now
        part.units.silence_unit()
        times.append(
            wait_for(lambda before=before: part.probe.now is not None and part.probe.now is not before)
        )
    begun = time.perf_counter()
    Evaluation(
        session.network.architecture,
        session.network.displayed_weights,
        session.training.problem.test,
        session.network.config.loss,
    ).finish()
    return times, time.perf_counter() - begun


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=20)
    parser.add_argument("--json", action="store_true", help="print the numbers alone")
    options = parser.parse_args()
    problems = ["digits-synthetic", *(["digits-mnist"] if os.environ.get("NNSTUDIO_DATA") else [])]
    found = {}
    create_application()
    with tempfile.TemporaryDirectory() as folder:
        window = open_window(QSettings(f"{folder}/bench.ini", QSettings.Format.IniFormat))
        window.autosave.rest()
        window.resize(1440, 900)
        window.show()
        window.show_panel("surgery")
        for name in problems:
            window.session.choose_problem(name)
            window.session.training.prepare()
            wait_for(
                lambda name=name: (
                    window.session.training.problem and window.session.training.problem.name == name
                )
            )
            times, yardstick = measure(window, options.weight_edits)
            found[name] = {
                "n_test": len(window.session.training.problem.test),
                "median_s": statistics.median(times),
                "most_s": max(times),
                "one_pass_s": yardstick,
            }
        window.close()
    if options.json:
        print(json.dumps(found))
        return
    for name, figures in found.items():
        print(
            f"{name}, {figures['n_test']:,} test samples: {figures['median_s']:.3f} s median, "
            f"{figures['most_s']:.3f} s most; one pass {figures['one_pass_s']:.3f} s"
        )


if __name__ == "__main__":
    main()
