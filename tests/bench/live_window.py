"""What benchmarks of the window share: a window to live in, speeds, drags, and the printing of figures."""

import argparse
import json
import time

import numpy as np
from PySide6.QtCore import QEventLoop, QPoint, QPointF, QSettings, Qt, QTimer
from PySide6.QtTest import QTest

from nnstudio.studio.app import open_window
from nnstudio.studio.program.application import create_application

MOVEMENTS, PERIOD_S = 120, 0.02
"""Of a drag."""


def open_bench_window(folder, width=1440, height=900):
    """Return the application and a window of it, on show, which keeps its settings in a folder."""
    application = create_application()
    window = open_window(QSettings(f"{folder}/bench.ini", QSettings.Format.IniFormat))
    window.autosave.rest()
    window.resize(width, height)
    window.show()
    return application, window


def show(seconds):
    """Let the window live."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def wait_for(condition):
    """Let the window live until a condition holds."""
    while not condition():
        show(0.05)


def speed(session, live, *given):
    """Return steps a second while ``live(*given)`` runs."""
    trainer = session.training.trainer
    first, begun = trainer.latest.step, time.perf_counter()
    live(*given)
    # Snapshots come 60 times a second and this one tells of a moment ago: both ends alike.
    return (trainer.latest.step - first) / (time.perf_counter() - begun)


class PaintClock:
    """Notes when widgets of a kind are painted.

    Attributes
    ----------
    times : list of float
        Of `time.perf_counter`.
    then : callable ()
        Is called after every painting.
    """

    def __init__(self, kind):
        self.times, self.then = [], lambda: None
        paint = kind.paintEvent

        def timed_paint(widget, event):
            paint(widget, event)
            self.times.append(time.perf_counter())
            self.then()

        kind.paintEvent = timed_paint


def place_of(plot, x, y):
    """Return the pixel of a place of a plot."""
    return plot.box.mapViewToScene(QPointF(x, y)).toPoint()


def drag_ms(plot, clock, start, ways):
    """Return how long each movement of a drag takes to the painted plot, sorted."""
    port, waits = plot.viewport(), []
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for k in range(MOVEMENTS):
        show(PERIOD_S)
        turn = 0.12 * k
        place = start + QPoint(round(ways[0] * np.sin(turn)), round(ways[1] * np.cos(turn)) - ways[1])
        loop, begun = QEventLoop(), []

        def move(place=place, begun=begun):
            begun.append(time.perf_counter())
            QTest.mouseMove(port, place)

        def end(begun=begun, loop=loop):
            if begun:
                loop.quit()

        clock.then = end
        QTimer.singleShot(0, move)
        QTimer.singleShot(1000, loop.quit)
        loop.exec()
        waits.append(1000 * (time.perf_counter() - begun[0]))
        clock.then = lambda: None
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton)
    show(0.2)
    return sorted(waits[5:])


def drag_figures(drags):
    """Return the figures of drags, from their names and sorted waits."""
    figures = {}
    for name, waits in drags.items():
        figures[f"{name}_ms_median"] = round(waits[len(waits) // 2], 1)
        figures[f"{name}_ms_90_percent"] = round(waits[int(0.9 * len(waits))], 1)
    return figures


def bench_parser(doc, *, seconds=5.0, rounds=4, what="alone and watched, in turn"):
    """Return a parser of how long and how often to measure, and of how to print."""
    parser = argparse.ArgumentParser(description=doc.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=seconds, help=f"of each round (default {seconds:g})")
    parser.add_argument("--rounds", type=int, default=rounds, help=f"{what} (default {rounds})")
    return parser


def print_rows(rows, *, as_json, width=24):
    """Print figures by their names, or as JSON."""
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        for name, value in row.items():
            print(f"{name:{width}} {value}")
        print()
