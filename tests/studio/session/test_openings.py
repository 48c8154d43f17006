import threading

import pytest

from nnstudio.errors import UserError
from nnstudio.studio.session.openings import Openings, Work


@pytest.fixture
def openings():
    openings = Openings()
    yield openings
    openings.stop()


@pytest.fixture
def poll_until(openings, qtbot):
    """Return a function that polls until a condition holds."""

    def poll(condition):
        def step():
            openings.poll()
            return bool(condition())

        qtbot.waitUntil(step)

    return poll


@pytest.fixture
def gate():
    """Return an event that holds work up; it is set in the end, so that no thread waits for ever."""
    gate = threading.Event()
    yield gate
    gate.set()


def waiting(gate, log, name):
    """Wait in the background, then note a name."""
    log.append((yield Work(name, lambda: gate.wait() and name)))


def at_once(log, name):
    log.append(name)
    yield from ()


def test_one_that_waits_for_nothing_is_over_at_once(openings):
    log = []
    openings.start(at_once(log, "first"))
    assert log == ["first"]
    assert openings.current is None


def test_work_is_done_on_another_thread_and_its_result_comes_back_to_this(openings, poll_until):
    threads = []

    def opening():
        threads.append((yield Work("", threading.current_thread)))
        threads.append(threading.current_thread())

    openings.start(opening())
    poll_until(lambda: len(threads) == 2)
    assert threads[0] is not threads[1] is threading.current_thread()


def test_what_is_asked_for_later_comes_later(openings, poll_until, gate):
    log = []
    openings.start(waiting(gate, log, "slow"))
    openings.start(at_once(log, "quick"))
    openings.start(waiting(gate, log, "slow again"))
    openings.start(at_once(log, "last"))
    openings.poll()
    assert log == []
    assert openings.current.title == "slow"
    gate.set()
    poll_until(lambda: len(log) == 4)
    assert log == ["slow", "quick", "slow again", "last"]


def test_work_that_fails_is_told_to_its_opening(openings, poll_until):
    log = []

    def broken():
        raise UserError("The file is damaged.")

    def opening():
        try:
            yield Work("", broken)
        except UserError as error:
            log.append(str(error))

    openings.start(opening())
    openings.start(at_once(log, "next"))
    poll_until(lambda: len(log) == 2)
    assert log == ["The file is damaged.", "next"]


def test_an_opening_that_breaks_keeps_no_other_from_being_opened(openings, poll_until, gate):
    log = []

    def breaking():
        yield Work("", gate.wait)
        raise ZeroDivisionError

    openings.start(breaking())
    openings.start(at_once(log, "next"))
    gate.set()
    with pytest.raises(ZeroDivisionError):
        poll_until(lambda: log)
    assert log == ["next"]


def test_those_that_are_given_up_change_nothing(openings, poll_until, gate):
    log = []
    openings.start(waiting(gate, log, "slow"))
    openings.start(at_once(log, "quick"))
    openings.cancel()
    assert openings.current is None
    gate.set()
    openings.start(waiting(gate, log, "another"))
    poll_until(lambda: log)
    assert log == ["another"]


def test_the_end_leaves_no_opening_half_done(openings, gate):
    log = []

    def opening():
        try:
            yield Work("", gate.wait)
        finally:
            log.append("tidied up")

    openings.start(opening())
    gate.set()
    openings.stop()
    assert log == ["tidied up"]


def test_one_that_asks_the_user_something_can_be_given_up_meanwhile(openings, poll_until):
    """A question's dialog runs an event loop within the opening, in which the window may be closed."""
    log = []

    def asking(question):
        question()
        log.append("answered")
        yield Work("", lambda: None)
        log.append("went on")

    openings.start(asking(openings.cancel))
    assert log == ["answered"]
    assert openings.current is None
    openings.start(at_once(log, "later"))
    assert log == ["answered", "later"]
    openings.start(asking(lambda: None))
    poll_until(lambda: log[-1] == "went on")
