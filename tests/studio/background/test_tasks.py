import threading

import pytest

from nnstudio.errors import UserError
from nnstudio.studio.background.tasks import Errand, Errands


@pytest.fixture
def errands():
    errands = Errands()
    yield errands
    errands.stop()


@pytest.fixture
def poll_until(errands, qtbot):
    """Return a function that polls until a condition holds, and returns the failures on the way."""

    def poll(condition):
        failures = []

        def step():
            failure = errands.poll()
            if failure is not None:
                failures.append(failure)
            return bool(condition(failures))

        qtbot.waitUntil(step)
        return failures

    return poll


def test_the_result_arrives_on_the_polling_thread(errands, poll_until):
    results, threads = [], []

    def done(result):
        results.append(result)
        threads.append(threading.current_thread())

    errands.run(Errand("Counting", lambda errand: 6 * 7, done))
    assert errands.current is not None
    assert poll_until(lambda _: results) == []
    assert results == [42]
    assert threads == [threading.current_thread()]
    assert errands.current is None


def test_progress_is_a_share(errands, qtbot):
    reported, go_on = threading.Event(), threading.Event()

    def work(errand):
        errand.report(1, 4)
        reported.set()
        go_on.wait(5)

    errands.run(Errand("Counting", work, lambda _: None))
    assert errands.current.share is None or errands.current.share == 0.25
    qtbot.waitUntil(reported.is_set)
    assert errands.current.share == 0.25
    go_on.set()


def test_a_failure_is_told_in_the_users_words(errands, poll_until):
    def work(errand):
        raise UserError("The disk is full. Make room.")

    errands.run(Errand("Saving", work, pytest.fail))
    assert poll_until(bool) == ["The disk is full. Make room."]
    assert errands.current is None


def test_an_unexpected_failure_is_told_and_logged(errands, poll_until, caplog):
    def work(errand):
        raise ZeroDivisionError("oh")

    errands.run(Errand("Counting", work, pytest.fail))
    (sentence,) = poll_until(bool)
    assert sentence == "Counting failed (ZeroDivisionError: oh). The log has the details."
    assert caplog.records[-1].exc_info[0] is ZeroDivisionError


def test_a_cancelled_errand_ends_at_its_next_report_and_brings_nothing(errands):
    ended, started = threading.Event(), threading.Event()

    def work(errand):
        started.set()
        try:
            while True:
                errand.report(1, 2)
        finally:
            ended.set()

    errands.run(Errand("Counting", work, pytest.fail))
    assert started.wait(5)
    errands.cancel()
    assert errands.current is None
    assert ended.wait(5)
    errands.stop()
    assert errands.poll() is None


def test_a_newer_errand_takes_the_place_of_the_one_before(errands, poll_until):
    results = []
    go_on = threading.Event()
    errands.run(Errand("Old", lambda errand: go_on.wait(5) and "old", results.append))
    errands.run(Errand("New", lambda errand: "new", results.append))
    go_on.set()
    poll_until(lambda _: results)
    assert results == ["new"]
    assert errands.poll() is None


def test_stopping_waits_for_the_thread(errands):
    errands.run(Errand("Counting", lambda errand: errand.cancelled.wait(5), lambda _: None))
    errands.stop()
    assert not any(thread.name == "nnstudio-errand" for thread in threading.enumerate())
