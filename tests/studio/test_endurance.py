"""Many windows, many ends, many hands: short by default, long with NNSTUDIO_STRESS=1."""

# ruff: noqa: T201 - seeds and times are for whoever reads a failure
import gc
import os
import random
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QFileDialog, QLineEdit, QMessageBox, QWidget

from nnstudio.data.problems import PROBLEMS
from nnstudio.studio.painting.theme import DARK
from nnstudio.studio.views.picture import Picture
from nnstudio.studio.views.view import View
from nnstudio.studio.window.dock_layout import Side
from nnstudio.studio.window.main_window import MainWindow
from tests.stress import STRESS
from tests.studio.gestures import discard, flush_deletions, stroke_by_mouse

pytestmark = pytest.mark.slow

N_WINDOWS = 200 if STRESS else 5
N_EVENTS = 10_000 if STRESS else 400
WARM_UP = 8 if STRESS else 3
SEED = random.randrange(2**32) if STRESS else 20_261_130
"""Unless NNSTUDIO_SEED names another: what is found by chance is looked for in long runs."""


def resident_mb():
    """Return the memory in use, or None where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def population():
    """Count what a window brings: widgets, timers and threads."""
    gc.collect()
    flush_deletions()
    timers = sum(type(thing) is QTimer for thing in gc.get_objects())
    return len(QApplication.allWidgets()), timers, threading.active_count()


def test_windows_come_and_go_without_a_trace(qapp, qtbot, model, settings):
    before, memory = None, None
    for number in range(WARM_UP + N_WINDOWS):
        if number == WARM_UP:
            before, memory = population(), resident_mb()
        window = MainWindow(model, "digits-synthetic", DARK, settings)
        window.show()
        frames = window.frame_timer
        qtbot.waitUntil(lambda frames=frames: frames.frames > 0)
        stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
        session = window.session
        qtbot.waitUntil(lambda session=session: session.network.reading is not None)
        discard(window)
        del window, frames, session
        # Plots are cycles of objects; what matters is that nothing outlives a collection.
        gc.collect()
    assert population() == before
    if memory is not None:
        grown = resident_mb() - memory
        assert grown < 5, f"{N_WINDOWS} windows left {grown:.1f} MB behind"


def test_closing_at_any_moment_of_training(qapp, qtbot, model, settings):
    seed = int(os.environ.get("NNSTUDIO_SEED", SEED))
    print(f"seed {seed}")
    moments = random.Random(seed)
    for _ in range(N_WINDOWS):
        window = MainWindow(model, "digits-synthetic", DARK, settings)
        window.show()
        window.actions_by_name["play"].trigger()
        session = window.session
        if moments.random() < 0.8:
            qtbot.waitUntil(lambda session=session: session.training.trainer is not None)
        until_s = time.perf_counter() + moments.random() * 0.06
        while time.perf_counter() < until_s:
            QApplication.processEvents()
        trainer = session.training.trainer
        discard(window)
        # Closing waits for it, but not longer than somebody would.
        qtbot.waitUntil(lambda trainer=trainer: trainer is None or not trainer.is_alive)


class Hand:
    """Somebody who does anything, reproducibly."""

    KEYS = (
        *(Qt.Key(ord(letter)) for letter in "BCDEKRTX"),
        Qt.Key.Key_Space,
        Qt.Key.Key_Tab,
        Qt.Key.Key_Backtab,
        Qt.Key.Key_Escape,
        Qt.Key.Key_Delete,
        Qt.Key.Key_Return,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Plus,
        Qt.Key.Key_Minus,
        Qt.Key.Key_BracketLeft,
        Qt.Key.Key_BracketRight,
        Qt.Key.Key_7,
    )
    MODIFIERS = (
        *(Qt.KeyboardModifier.NoModifier,) * 4,
        Qt.KeyboardModifier.ShiftModifier,
        Qt.KeyboardModifier.ControlModifier,
        Qt.KeyboardModifier.AltModifier,
    )
    BUTTONS = (*(Qt.MouseButton.LeftButton,) * 5, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton)
    NETWORKS = ("", "8", "64 32", "0", "seven", "200 100 50", "784-10", "3 3 3 3 3 3", "-")
    NUMBERS = ("0.01", "0", "-1", "1e-9", "3", "fast", "", "1e30", "16", "2.5")
    # Full screen belongs to the window manager, and quitting ends the game.
    LEFT_OUT = frozenset({"quit", "full-screen"})

    def __init__(self, window, seed):
        self.window = window
        self.rng = random.Random(seed)

    def act(self):
        """Do one thing."""
        deed = self.rng.choices(
            (self.mouse, self.key, self.resize, self.action, self.choose, self.type, self.hover, self.panel),
            (30, 20, 2, 8, 3, 3, 15, 3),
        )[0]
        deed()

    def anybody(self):
        widgets = [w for w in self.window.findChildren(QWidget) if w.isVisible() and w.isEnabled()]
        likely = [
            self.window.input.canvas,
            self.window.panels["network"].widget,
            self.window.panels["templates"].widget,
        ]
        return self.rng.choice([*widgets, *(w for w in likely * 10 if w.isVisible())])

    def place(self, widget):
        reach = max(widget.width() - 1, 1), max(widget.height() - 1, 1)
        return QPoint(self.rng.randint(1, reach[0]), self.rng.randint(1, reach[1]))

    def mouse(self):
        widget = self.anybody()
        if isinstance(widget, QComboBox):
            # Its open list would take every event that follows.
            return
        button = self.rng.choice(self.BUTTONS)
        QTest.mousePress(widget, button, pos=self.place(widget))
        for _ in range(self.rng.randint(0, 4)):
            QTest.mouseMove(widget, self.place(widget))
        if self.rng.random() < 0.9:
            QTest.mouseRelease(widget, button, pos=self.place(widget))

    def let_go(self):
        """Release every button: QTest takes one for pressed in all tests that follow; no drag ends there."""
        for button in set(self.BUTTONS):
            QTest.mouseRelease(self.window, button)

    def hover(self):
        widget = self.anybody()
        QTest.mouseMove(widget, self.place(widget))
        if isinstance(widget, View | Picture):
            widget.explain(self.place(widget))

    def key(self):
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, self.rng.choice(self.KEYS), self.rng.choice(self.MODIFIERS))

    def resize(self):
        self.window.resize(self.rng.randint(800, 2600), self.rng.randint(600, 1600))

    def action(self):
        names = [name for name in self.window.actions_by_name if name not in self.LEFT_OUT]
        self.window.actions_by_name[self.rng.choice(names)].trigger()

    def panel(self):
        docks = list(self.window.dock_area.docks.values())
        dock, target = self.rng.sample(docks, 2)
        deed = self.rng.randrange(4)
        if deed == 0 and target.is_in_front and not target.isFloating():
            self.window.dock_area.put(dock, target, self.rng.choice([None, *Side]))
        elif deed == 1:
            dock.title_bar.toggle_floating()
        elif deed == 2:
            dock.close()
        else:
            self.window.panel_actions[dock.panel.name].trigger()

    def choose(self):
        bar = self.window.bar
        box = self.rng.choice((bar.problem, bar.activation, bar.loss, bar.optimiser))
        index = self.rng.randrange(box.count())
        entry = PROBLEMS.get(box.itemData(index))
        if box.isEnabled() and not (entry and entry.needs_download):
            box.setCurrentIndex(index)
            box.activated.emit(index)

    def type(self):
        bar = self.window.bar
        boxes = (bar.learning_rate, bar.batch_size, bar.weight_decay)
        field = self.rng.choice((bar.network, *(box.lineEdit() for box in boxes)))
        assert isinstance(field, QLineEdit)
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Delete)
        QTest.keyClicks(field, self.rng.choice(self.NETWORKS if field is bar.network else self.NUMBERS))
        if self.rng.random() < 0.8:
            QTest.keyClick(field, Qt.Key.Key_Return)


def test_any_hand(window, monkeypatch, tmp_path):
    paths = iter(range(10**9))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "none.png"), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / str(next(paths))), ""))
    seed = int(os.environ.get("NNSTUDIO_SEED", SEED))
    print(f"seed {seed}; NNSTUDIO_SEED={seed} does the same again")
    hand = Hand(window, seed)
    slowest_s = 0.0
    for _ in range(N_EVENTS):
        begun_s = time.perf_counter()
        hand.act()
        QApplication.processEvents()
        slowest_s = max(slowest_s, time.perf_counter() - begun_s)
        for dialog in window.findChildren(QDialog):
            assert not isinstance(dialog, QMessageBox), dialog.text()
            dialog.close()
        assert window.isVisible()
    hand.let_go()
    print(f"longest stall {1000 * slowest_s:.0f} ms")
    window.grab()
