"""Short steps wait for the window, and never without an end."""

import threading

from nnstudio.training.window_turn import LONGEST_WAIT_S, SHORT_STEP_S, WindowTurn


def waiting_for(turn, step_s):
    """Return a thread that gives way, and what is set when it goes on."""
    done = threading.Event()
    thread = threading.Thread(target=lambda: (turn.give_way(step_s), done.set()))
    thread.start()
    return thread, done


def test_a_short_step_waits_until_the_window_rests(monkeypatch):
    monkeypatch.setattr("nnstudio.training.window_turn.LONGEST_WAIT_S", 60)
    turn = WindowTurn()
    turn.give_way(0.0)
    turn.begin()
    thread, done = waiting_for(turn, 0.5 * SHORT_STEP_S)
    assert not done.wait(0.05)
    turn.end()
    assert done.wait(30)
    thread.join()


def test_a_long_step_does_not_wait():
    turn = WindowTurn()
    turn.begin()
    turn.give_way(2 * SHORT_STEP_S)


def test_a_window_that_does_not_come_to_rest_is_not_waited_for_again():
    turn = WindowTurn()
    turn.begin()
    thread, done = waiting_for(turn, 0.0)
    assert done.wait(100 * LONGEST_WAIT_S + 30)
    thread.join()
    turn.give_way(0.0)
    assert turn._is_over.is_set()
