"""Progress on a terminal and elsewhere."""

import io
from types import SimpleNamespace

import pytest

from nnstudio.cli.progress import ProgressLines, duration


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    stream = Terminal()
    # pytest replaces the real one between a fixture and its test.
    monkeypatch.setattr("nnstudio.cli.progress.sys", SimpleNamespace(stderr=stream))
    return stream


def screen(text):
    """Return what is left to see, line by line, of text with carriage returns."""
    lines = []
    for line in text.split("\n"):
        row = ""
        for part in line.split("\r"):
            row = part + row[len(part) :]
        lines.append(row.rstrip())
    return lines


def test_line_at_the_bottom_is_written_over_and_wiped(terminal, monkeypatch):
    now = iter(range(100))
    monkeypatch.setattr("nnstudio.cli.progress.monotonic", lambda: next(now))
    with ProgressLines() as progress:
        progress.rewrite("a long line")
        progress.rewrite("short")
        assert screen(terminal.getvalue()) == ["short"]
        progress.line("stays")
        progress.rewrite("more")
        assert screen(terminal.getvalue()) == ["stays", "more"]
    assert screen(terminal.getvalue()) == ["stays", ""]


def test_line_at_the_bottom_never_wraps(terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    with ProgressLines() as progress:
        progress.rewrite(50 * "x")
        assert screen(terminal.getvalue()) == [19 * "x"]


def test_line_at_the_bottom_is_not_written_too_often(terminal, monkeypatch):
    monkeypatch.setattr("nnstudio.cli.progress.monotonic", lambda: 5.0)
    with ProgressLines() as progress:
        for text in ("first", "second"):
            progress.rewrite(text)
        assert screen(terminal.getvalue()) == ["first"]


def test_nothing_is_written_over_without_a_terminal(capsys):
    with ProgressLines() as progress:
        progress.rewrite("gone")
        progress.line("stays")
    assert capsys.readouterr().err == "stays\n"


def test_time_left(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("nnstudio.cli.progress.monotonic", lambda: now[0])
    progress = ProgressLines()
    now[0] = 10.0
    assert progress.time_left(0.0) == "time left unknown"
    assert progress.time_left(0.25) == "about 30 s left"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (3599.7, "1 h 0 min"),
        (9000, "2 h 30 min"),
        (172_799, "48 h 0 min"),
        (172_800, "2 days"),
        (86_400 * 999, "999 days"),
        (1e300, "over 999 days"),
        (float("inf"), "over 999 days"),
    ],
)
def test_duration(seconds, words):
    assert duration(seconds) == words
