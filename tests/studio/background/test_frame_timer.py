import time

import pytest
from PySide6.QtCore import QObject

from nnstudio.studio.background.frame_timer import (
    LONGEST_FRAME_S,
    RESTING_FRAME_S,
    SHORTEST_FRAME_S,
    FrameTimer,
)
from nnstudio.training.window_turn import window_turn


class Clock:
    """A pacer's frames: when each began, and how long the hand of each takes."""

    def __init__(self, parent):
        self.times = []
        self.work_s = 0.0
        self.news = True
        self.frame_timer = FrameTimer(self.frame, parent)

    def frame(self):
        self.times.append(time.perf_counter())
        end = time.thread_time() + self.work_s
        while time.thread_time() < end:
            pass
        return self.news

    def median_s(self, n):
        gaps = sorted(b - a for a, b in zip(self.times[-n - 1 :], self.times[-n:], strict=False))
        return gaps[len(gaps) // 2]


@pytest.fixture
def clock(qapp):
    parent = QObject()
    clock = Clock(parent)
    yield clock
    clock.frame_timer.stop()
    parent.deleteLater()


def after(clock, qtbot, n):
    target = len(clock.times) + n
    qtbot.waitUntil(lambda: len(clock.times) >= target)


def test_cheap_frames_come_about_sixty_times_a_second(clock, qtbot):
    clock.frame_timer.start()
    after(clock, qtbot, 30)
    assert clock.median_s(20) > 0.8 * SHORTEST_FRAME_S


def test_dear_frames_are_spread_out_but_not_beyond_the_limit(clock, qtbot):
    clock.work_s = 0.006
    clock.frame_timer.start()
    after(clock, qtbot, 40)
    # 6 ms are more than their share of the shortest frame.
    assert clock.median_s(15) > 1.15 * SHORTEST_FRAME_S
    clock.work_s = 0.02
    after(clock, qtbot, 40)
    assert clock.median_s(15) > 0.85 * LONGEST_FRAME_S


def test_a_hidden_window_rests(clock, qtbot):
    clock.frame_timer.hidden = True
    clock.frame_timer.start()
    after(clock, qtbot, 3)
    assert clock.times[2] - clock.times[1] > 0.8 * RESTING_FRAME_S


def test_only_frames_with_news_count(clock, qtbot):
    clock.frame_timer.start()
    after(clock, qtbot, 3)
    clock.news = False
    seen = clock.frame_timer.frames
    after(clock, qtbot, 3)
    assert clock.frame_timer.frames == seen


def test_the_hand_brings_the_next_frame_forward(clock, qtbot):
    clock.frame_timer.hidden = True
    clock.frame_timer.start()
    after(clock, qtbot, 2)
    asked_s = time.perf_counter()
    clock.frame_timer.hurry()
    after(clock, qtbot, 1)
    assert clock.times[-1] - asked_s < 0.5 * RESTING_FRAME_S


def test_a_stopped_pacer_stays_still(clock, qtbot):
    clock.frame_timer.start()
    after(clock, qtbot, 2)
    clock.frame_timer.stop()
    clock.frame_timer.hurry()
    n = len(clock.times)
    with pytest.raises(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: len(clock.times) > n, timeout=100)


def test_a_minimised_window_rests(window, qtbot):
    window.showMinimized()
    qtbot.waitUntil(lambda: window.frame_timer.hidden)
    window.showNormal()
    qtbot.waitUntil(lambda: not window.frame_timer.hidden)


def test_a_minimised_window_brings_no_part_up_to_date(window, qtbot, monkeypatch):
    refreshed = []
    for part in window.panels.values():
        monkeypatch.setattr(part, "refresh", lambda changes, name=part.name: refreshed.append(name))
    window.showMinimized()
    qtbot.waitUntil(lambda: window.frame_timer.hidden)
    refreshed.clear()
    window.frame_updates.frame()
    assert refreshed == []
    window.showNormal()
    qtbot.waitUntil(lambda: "network" in refreshed)


def test_a_frame_that_fails_is_told_and_the_next_ones_come(clock, qtbot):
    frame = clock.frame_timer._frame
    fails = [True]

    def failing():
        if fails:
            fails.clear()
            raise RuntimeError("this frame")
        return frame()

    clock.frame_timer._frame = failing
    with qtbot.capture_exceptions() as caught:
        clock.frame_timer.start()
        qtbot.waitUntil(lambda: len(clock.times) >= 3)
    assert [str(error) for _, error, _ in caught] == ["this frame"]


def test_very_dear_frames_take_half_of_the_time_at_most(clock, qtbot):
    clock.work_s = 0.06
    clock.frame_timer.start()
    after(clock, qtbot, 25)
    assert clock.median_s(8) > 0.1


def test_short_steps_of_training_wait_while_the_window_works(clock, qtbot):
    seen = []
    frame = clock.frame_timer._frame
    clock.frame_timer._frame = lambda: seen.append(window_turn._is_over.is_set()) or frame()
    clock.frame_timer.start()
    after(clock, qtbot, 3)
    assert not any(seen)
    qtbot.waitUntil(window_turn._is_over.is_set)
    clock.frame_timer.stop()
    assert window_turn._is_over.is_set()
