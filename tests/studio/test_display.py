"""Real mouse events on a real X display give the answer that the command line gives."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import nullcontext, suppress
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from nnstudio.data.strokes import Drawing, read_stroke_file
from nnstudio.data.synthetic import synthetic_drawing
from nnstudio.files.session_file import CONTENTS, open_session, session_from
from nnstudio.studio.documents.session_snapshot import last_session
from nnstudio.studio.panels.panel_list import PANELS
from nnstudio.studio.window.panel_actions import KEYS
from tests.stress import STRESS

ROOT = Path(__file__).parents[2]
DATA = os.environ.get("NNSTUDIO_DATA")
"""The folder of the real data, read before the fixtures hide it."""
SHARE_OF_CANVAS = 0.8
PATIENCE_S = 60

pytestmark = [
    pytest.mark.display,
    pytest.mark.skipif(
        shutil.which("Xvfb") is None or shutil.which("xdotool") is None, reason="needs Xvfb and xdotool"
    ),
]


@pytest.fixture(scope="module")
def display():
    """Start an X server without a screen and return its environment."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(
        command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        number = pipe.readline().strip()
    yield os.environ | {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
    server.terminate()
    server.wait(10)


class Screen:
    """A window on the display, moved by xdotool and heard line by line."""

    def __init__(self, environment):
        # The environment of a module's fixture knows nothing of this test's own folders.
        home = {name: value for name, value in os.environ.items() if name.startswith("XDG_")}
        self._environment = environment | home
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("on_display.py"))],
            env=self._environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lines = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, name="listener")
        self._listener.start()
        self.state = {}

    def _listen(self):
        for line in self._process.stdout:
            self._lines.put(json.loads(line))

    def wait_for(self, condition, patience_s=PATIENCE_S):
        """Wait until what the window tells meets a condition, and return it."""
        while not (self.state and condition(self.state)):
            try:
                self.state = self._lines.get(timeout=patience_s)
            except queue.Empty:
                raise AssertionError(
                    f"waited {patience_s} s in vain; the window tells {self.state}"
                ) from None
        return self.state

    def xdotool(self, *words):
        done = subprocess.run(
            ["xdotool", *map(str, words)],
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout.split()

    def focus(self):
        window = self.xdotool("search", "--sync", "--onlyvisible", "--name", "^nnstudio$")[0]
        self.xdotool("windowfocus", "--sync", window)

    def on_pixels(self, drawing):
        """Return a drawing in the middle of the canvas, in the whole pixels that a mouse can be at."""
        left, top, width, height = self.state["canvas"]
        side = min(width, height)
        bounds = drawing.bounds()
        middle = np.array([bounds[0] + bounds[2], bounds[1] + bounds[3]]) / 2
        scale, corner = SHARE_OF_CANVAS * side / drawing.extent, (left + width / 2, top + side / 2)
        return Drawing(tuple(np.rint((stroke - middle) * scale + corner) for stroke in drawing.strokes))

    def draw(self, drawing):
        """Draw with the mouse, in pixels of the screen; return the label in the window."""
        words = []
        for stroke in drawing.strokes:
            for k, (x, y) in enumerate(stroke.astype(int).tolist()):
                words += ["mousemove", x, y, *(["mousedown", 1] if k == 0 else [])]
            words += ["mouseup", 1]
        self.xdotool(*words)
        n = len(drawing.strokes)
        state = self.wait_for(
            lambda state: len(state["points"]) == n and not state["pen_is_down"] and state["label"]
        )
        return state["label"]

    def clear(self):
        self.xdotool("key", "c")
        self.wait_for(lambda state: not state["points"] and state["label"] == "")

    def close(self):
        self.xdotool("key", "ctrl+q")
        return self._process.wait(10)

    def end(self):
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(10)

    def kill(self):
        self._process.kill()
        self._process.wait(10)
        self._listener.join(10)
        self._process.stdout.close()


@pytest.fixture
def screen(display):
    screen = Screen(display)
    screen.wait_for(lambda state: state["canvas"][2] > 100)
    screen.focus()
    yield screen
    screen.kill()


def predicted(drawings, folder):
    """Return what ``nnstudio predict`` answers to drawings."""
    paths = []
    for k, drawing in enumerate(drawings):
        paths.append(folder / f"{k}.json")
        paths[-1].write_text(json.dumps(drawing.to_json()), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "nnstudio", "predict", "--json", *map(str, paths)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout)


def answered(answer):
    """Return what the window calls an answer of the command line."""
    return "not a digit" if answer["not_a_digit"]["rejected"] else answer["label"]


def check_that_both_agree(screen, drawings, folder):
    """Draw, and compare with the command line's answers to the same strokes."""
    on_pixels = [screen.on_pixels(drawing) for drawing in drawings]
    seen = []
    for drawing in on_pixels:
        seen.append(screen.draw(drawing))
        screen.clear()
    assert seen == [answered(answer) for answer in predicted(on_pixels, folder)]
    assert seen.count("not a digit") < len(seen) / 10
    for label, answer in zip(seen, predicted(drawings, folder), strict=True):
        best, second, *_ = sorted(answer["probabilities"].values(), reverse=True)
        judged = answer["not_a_digit"]
        is_close = best - second < 0.1 or abs(judged["score"] - judged["threshold"]) < 1
        # Rounding to whole pixels may turn a toss of a coin.
        assert label == answered(answer) or is_close


def test_the_window_reads_what_the_command_line_reads(screen, tmp_path):
    rng = np.random.default_rng(0)
    drawings = [synthetic_drawing(digit, rng=rng) for digit in range(10)]
    check_that_both_agree(screen, drawings, tmp_path)
    assert screen.close() == 0


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="NNSTUDIO_DATA does not name the real data")
def test_real_digits(screen, tmp_path):
    n = 200 if STRESS else 40
    strokes = read_stroke_file(Path(DATA) / "strokes" / "digits-tablet.npz")
    chosen = np.random.default_rng(0).choice(len(strokes), n, replace=False)
    check_that_both_agree(screen, [strokes.drawing(index) for index in chosen.tolist()], tmp_path)


@pytest.fixture
def program(display, tmp_path):
    """Start the program by its name, with the keyboard's focus; return it and what presses keys."""
    home = {name: value for name, value in os.environ.items() if name.startswith("XDG_")}
    environment = display | home
    process = subprocess.Popen(
        [sys.executable, "-m", "nnstudio"], env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )

    def xdotool(*words):
        command = ["xdotool", *words]
        subprocess.run(command, env=environment, check=True, timeout=PATIENCE_S, capture_output=True)

    xdotool("search", "--sync", "--onlyvisible", "--name", "^nnstudio$", "windowfocus", "--sync")
    yield process, xdotool
    process.kill()
    process.wait()
    process.stderr.close()


def test_the_program_opens_by_its_name_and_closes_by_its_key(program):
    process, xdotool = program
    xdotool("key", "ctrl+q")
    _, complaints = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert complaints == ""


def test_the_question_mark_lists_the_keys(program):
    _, xdotool = program
    xdotool("key", "question")
    xdotool("search", "--sync", "--onlyvisible", "--name", "^Keys$")


SEVEN_LIKE_A_Z = ((0, 0), (6, 0), (1.5, 9), (6, 9))
"""The network that one begins with reads something else."""


def test_a_whole_session_comes_back_after_the_program_was_killed(display, screen, tmp_path):
    """Train, look back, branch, compare, silence a unit, teach sevens, save: all by mouse and keys."""
    press = partial(screen.xdotool, "key")
    press("space")
    screen.wait_for(lambda state: state["step"] > 20)
    press("space")
    screen.wait_for(lambda state: not state["is_running"])
    press("alt+Home")
    screen.wait_for(lambda state: state["past"] == 0)
    press("ctrl+b")
    screen.wait_for(lambda state: len(state["runs"]) == 2 and state["past"] is None)
    press("b")
    screen.wait_for(lambda state: state["runs"].get("Branch 2") == 1)
    press(*panel_key("compare"), "Down")
    screen.wait_for(lambda state: state["is_compared"])
    press(*panel_key("templates"))
    screen.wait_for(lambda state: min(state["templates"]) > 0)
    for patience_s in (5, 5, PATIENCE_S):
        # As somebody would, click again where nothing came of it.
        screen.xdotool("mousemove", *screen.state["templates"], "click", 1)
        with suppress(AssertionError) if patience_s < PATIENCE_S else nullcontext():
            screen.wait_for(lambda state: state["selected"], patience_s)
            break
    press("q")
    screen.wait_for(lambda state: state["operations"] == 1)

    corners = np.array(SEVEN_LIKE_A_Z)
    points = [np.linspace(start, stop, 8) for start, stop in pairwise(corners)]
    seven = screen.on_pixels(Drawing((np.concatenate(points),)))
    assert screen.draw(seven) != "7"
    for n_taught in range(1, 6):
        press("w", "7")
        screen.wait_for(lambda state, n=n_taught: state["own"] == ["7"] * n and state["is_taught"])
        screen.clear()
        label = screen.draw(seven)
        if label == "7":
            break
    assert label == "7"

    path = tmp_path / "all.nnstudio"
    press("ctrl+k")
    screen.xdotool("search", "--sync", "--onlyvisible", "--name", "^Save the session$")
    screen.xdotool("key", "ctrl+a")
    screen.xdotool("type", path)
    press("Return")
    # The message may already be another one: what a lesson brought is said again.
    screen.wait_for(lambda state: path.exists())
    assert len(open_session(path).runs) == 2
    before = screen.state["runs"]
    screen.wait_for(lambda state: (last_session().path / CONTENTS).exists())
    screen.kill()

    again = Screen(display)
    try:
        again.wait_for(lambda state: state["runs"] == before)
        again.wait_for(lambda state: len(state["points"]) == 1 and state["label"] == "7")
        again.focus()
        again.xdotool("key", *panel_key("drawings"))
        again.wait_for(lambda state: state["own"] == ["7"] * n_taught)
    finally:
        again.kill()


def panel_key(name):
    """Return the key of a panel as xdotool writes it."""
    place = [part.name for part, _ in PANELS].index(name)
    return (KEYS[place].lower(),)


def test_being_told_to_end_while_training_keeps_what_was_learnt(screen):
    screen.xdotool("key", "space")
    screen.wait_for(lambda state: state["step"] > 5)
    assert screen.end() == 0
    saved = session_from(last_session().read()[0], "the session")
    assert saved.runs[0].last.step > 5
