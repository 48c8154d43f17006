"""How often views are updated: by their periods, and by what the window may take of the time."""

from types import SimpleNamespace

import pytest

from nnstudio.studio.background import pace
from nnstudio.studio.background.pace import LONGEST_STRETCHED_S, MOST_STRETCHED, Pace, WindowLoad


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that a test turns."""
    now = SimpleNamespace(s=100.0)
    monkeypatch.setattr(pace, "time", SimpleNamespace(perf_counter=lambda: now.s))
    return now


@pytest.fixture
def load(monkeypatch):
    load = WindowLoad()
    monkeypatch.setattr(pace, "window_load", load)
    return load


def test_updates_are_a_period_apart_and_nothing_is_lost(clock, load):
    slow = Pace(0.1)
    assert not slow.due(False)
    assert slow.due(True)
    clock.s += 0.05
    assert not slow.due(True)
    assert slow.due(False, at_once=True)
    clock.s += 0.05
    assert not slow.due(True)
    clock.s += 0.06
    assert slow.due(False), "the change is shown late"
    assert not slow.due(False)


@pytest.mark.parametrize(("period_s", "stretched_s"), [(0.1, 0.3), (0.2, LONGEST_STRETCHED_S), (0.6, 0.6)])
def test_a_busy_window_stretches_periods(clock, load, period_s, stretched_s):
    load.stretch = 3.0
    slow = Pace(period_s)
    assert slow.due(True)
    clock.s += 0.99 * stretched_s
    assert not slow.due(True)
    clock.s += 0.02 * stretched_s
    assert slow.due(True)


def test_the_window_comes_to_its_share(load):
    """A tenth of the time cannot be spared, 0.35 can: it is stretched until both are a quarter."""
    for _ in range(400):
        load.note(0.03 * (0.1 + 0.35 / load.stretch), 0.03)
    assert load.stretch == pytest.approx(0.35 / 0.15, rel=0.01)


def test_periods_have_ends(load):
    for _ in range(400):
        load.note(0.03, 0.03)
    assert load.stretch == MOST_STRETCHED
    load.note(0.0, 1e6)
    assert load.stretch > 1, "a long wait is one look"
    for _ in range(400):
        load.note(0.001, 0.03)
    assert load.stretch == 1
