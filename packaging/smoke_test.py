"""Try a finished bundle as its user would, on a machine without Python, and measure its start.

    python3 packaging/smoke_test.py BUNDLE [--keep DIR]

BUNDLE is the folder of `build.py`, or the program itself, such as /usr/bin/nnstudio of an installed .deb.
The program gets an empty home and an empty PATH. It reads a drawing, trains, saves, exports, opens its window
offscreen and, where Xvfb is installed, on a virtual screen with a file as its argument; then its log is
searched for what should not be there. Exit status 0 if all went well, 1 if not.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

FATAL = re.compile(
    r"Traceback|CRITICAL|\bERROR\b|could not (load|find)|cannot open shared|undefined symbol|Segmentation"
)
"""What must not stand in the log or on standard error."""

PAINTED = re.compile(r"^(\S+ \S+) INFO .*the window is painted", re.MULTILINE)
DRAWING = {"strokes": [[[50, 10], [48, 40], [50, 90]]]}
READS = "1"
START_S = 30.0


class SmokeTestError(Exception):
    """A sentence about what did not work."""


class Program:
    """The program under test, and the empty home it runs in."""

    def __init__(self, path: Path, home: Path) -> None:
        self.path = path
        self.home = home
        self.variables = {
            "HOME": str(home),
            "PATH": "/nonexistent",
            "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(home),
            "QT_QPA_PLATFORM": "offscreen",
        }

    @property
    def log(self) -> Path:
        """Where it writes its log."""
        return self.home / ".local" / "state" / "nnstudio" / "log" / "nnstudio.log"

    def call(self, *words: object, seconds: float = 120) -> str:
        """Run one command to its end and return what it printed."""
        command = [str(self.path), *map(str, words)]
        done = subprocess.run(
            command,
            env=self.variables,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if done.returncode != 0 or FATAL.search(done.stderr):
            raise SmokeTestError(
                f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()[-600:]}"
            )
        return done.stdout


def check_help(program: Program) -> str:
    """Ask for help; the best of five times."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        text = program.call("--help")
        times.append(time.perf_counter() - started)
    if "predict" not in text:
        raise SmokeTestError("--help does not name the commands")
    return f"--help: {min(times):.2f} s, {program.call('--version').strip()}"


def check_reading(program: Program) -> str:
    """Read a drawing and an image."""
    (program.home / "one.json").write_text(json.dumps(DRAWING))
    bar = bytes(255 if 15 <= x < 19 and 8 <= y < 40 else 0 for y in range(48) for x in range(34))
    (program.home / "one.pgm").write_bytes(b"P5 34 48 255\n" + bar)
    answer, of_image = json.loads(program.call("predict", "one.json", "one.pgm", "--json"))
    if {answer["label"], of_image["label"]} != {READS}:
        raise SmokeTestError(f"a 1 was read as {answer['label']}, its image as {of_image['label']}")
    return f"reads a drawn 1 as {answer['label']}, {100 * answer['probabilities'][READS]:.1f} %"


def check_training(program: Program) -> str:
    """Train a network by a recipe, save it, count its errors, export it."""
    program.call("train", "--recipe", "plane-moons", "--out", "moons.safetensors")
    counted = json.loads(
        program.call("evaluate", "--model", "moons.safetensors", "--data", "plane-moons", "--json")
    )
    if counted["accuracy"] < 0.9:
        raise SmokeTestError(f"the trained network is right in {counted['accuracy']:.0%} of cases only")
    for name in ("digits.onnx", "digits.py", "digits.safetensors"):
        program.call("export", "--model", "digits", "--out", name)
    return f"trains, saves and exports; two moons: {counted['accuracy']:.1%} right"


def check_demo(program: Program, keep: Path | None) -> str:
    """Let it draw, read and train in its window, offscreen."""
    program.call("demo", "--out", "demo", "--seconds", "5")
    told = json.loads((program.home / "demo" / "demo.json").read_text())
    if told["read_before"]["label"] != told["drawn"]:
        raise SmokeTestError(f"the window read a {told['drawn']} as {told['read_before']['label']}")
    if keep:
        shutil.copytree(program.home / "demo", keep, dirs_exist_ok=True)
    return (
        f"window offscreen: draws and reads {told['drawn']}, {told['frames_per_second']:.0f} frames/s and "
        f"{told['images_per_second']:,} images/s in training, {told['test_accuracy']:.1%} right after 5 s"
    )


def check_screen(program: Program) -> str:
    """Open the window with a file on a virtual screen, time the first frame, and ask it to leave."""
    with virtual_screen() as display:
        if not display:
            return "window on a screen: not tried, there is no Xvfb"
        program.variables |= {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display}
        times = [first_frame(program, "digits.safetensors") for _ in range(3)]
    return f"window with a file on a virtual screen: painted after {', '.join(f'{t:.2f}' for t in times)} s"


def first_frame(program: Program, *words: str) -> float:
    """Return the seconds from the start to the first painted frame."""
    program.log.unlink(missing_ok=True)
    started = time.time()
    running = subprocess.Popen([str(program.path), *words], env=program.variables, cwd=program.home)
    try:
        while not (found := PAINTED.search(program.log.read_text() if program.log.exists() else "")):
            if running.poll() is not None:
                raise SmokeTestError(f"the window ended by itself with {running.returncode}")
            if time.time() - started > START_S:
                raise SmokeTestError(f"no window was painted within {START_S:.0f} s")
            time.sleep(0.02)
        running.send_signal(signal.SIGTERM)
        if running.wait(timeout=10) != 0:
            raise SmokeTestError(f"the window ended with {running.returncode} when it was asked to leave")
    finally:
        running.kill()
        running.wait()
    return datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S,%f").timestamp() - started


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Start Xvfb and give its display; nothing where it is not installed."""
    xvfb = shutil.which("Xvfb")
    if xvfb is None:
        yield ""
        return
    reading, writing = os.pipe()
    screen = subprocess.Popen(
        [xvfb, "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"
    finally:
        screen.terminate()
        screen.wait()


def check_log(program: Program) -> str:
    """Search the log."""
    text = program.log.read_text(encoding="utf-8") if program.log.exists() else ""
    if found := FATAL.search(text):
        line = next(line for line in text.splitlines() if found[0] in line)
        raise SmokeTestError(f"the log says: {line}")
    return f"log: {len(text.splitlines())} lines, none of them bad"


def main(argv: list[str]) -> int:
    """Try everything; print a line for each."""
    parser = argparse.ArgumentParser(description="Try a finished bundle as its user would.")
    parser.add_argument("bundle", type=Path, help="the folder, or the program")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where to leave the pictures of the window")
    given = parser.parse_args(argv)
    path = given.bundle.resolve()
    suffix = ".exe" if os.name == "nt" else ""
    if path.is_dir():
        path = path / f"nnstudio{suffix}"
    failed = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        program = Program(path, Path(home))
        checks: list[Callable[[], str]] = [
            lambda: check_help(program),
            lambda: check_reading(program),
            lambda: check_training(program),
            lambda: check_demo(program, given.keep),
            lambda: check_screen(program),
            lambda: check_log(program),
        ]
        for check in checks:
            try:
                print(f"ok    {check()}", flush=True)
            except (SmokeTestError, OSError, subprocess.TimeoutExpired, ValueError, KeyError) as error:
                failed += 1
                print(f"FAIL  {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
