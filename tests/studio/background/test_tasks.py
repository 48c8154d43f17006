import threading

import pytest

from nnstudio.errors import UserError
from nnstudio.studio.background.tasks import Task, TaskQueue


@pytest.fixture
def tasks():
    tasks = TaskQueue()
    yield tasks
    tasks.stop()


@pytest.fixture
def poll_until(tasks, qtbot):
    """Return a function that polls until a condition holds, and returns the failures on the way."""

    def poll(condition):
        failures = []

        def step():
            failure = tasks.poll()
            if failure is not None:
                failures.append(failure)
            return bool(condition(failures))

        qtbot.waitUntil(step)
        return failures

    return poll


def test_the_result_arrives_on_the_polling_thread(tasks, poll_until):
    results, threads = [], []

    def done(result):
        results.append(result)
        threads.append(threading.current_thread())

    tasks.run(Task("Counting", lambda task: 6 * 7, done))
    assert tasks.current is not None
    assert poll_until(lambda _: results) == []
    assert results == [42]
    assert threads == [threading.current_thread()]
    assert tasks.current is None


def test_progress_is_a_share(tasks, qtbot):
    reported, go_on = threading.Event(), threading.Event()

    def work(task):
        task.report(1, 4)
        reported.set()
        go_on.wait(5)

    tasks.run(Task("Counting", work, lambda _: None))
    assert tasks.current.share is None or tasks.current.share == 0.25
    qtbot.waitUntil(reported.is_set)
    assert tasks.current.share == 0.25
    go_on.set()


def test_a_failure_is_told_in_the_users_words(tasks, poll_until):
    def work(task):
        raise UserError("The disk is full. Make room.")

    tasks.run(Task("Saving", work, pytest.fail))
    assert poll_until(bool) == ["The disk is full. Make room."]
    assert tasks.current is None


def test_an_unexpected_failure_is_told_and_logged(tasks, poll_until, caplog):
    def work(task):
        raise ZeroDivisionError("oh")

    tasks.run(Task("Counting", work, pytest.fail))
    (sentence,) = poll_until(bool)
    assert sentence == "Counting failed (ZeroDivisionError: oh). The log has the details."
    assert caplog.records[-1].exc_info[0] is ZeroDivisionError


def test_a_cancelled_errand_ends_at_its_next_report_and_brings_nothing(tasks):
    ended, started = threading.Event(), threading.Event()

    def work(task):
        started.set()
        try:
            while True:
                task.report(1, 2)
        finally:
            ended.set()

    tasks.run(Task("Counting", work, pytest.fail))
    assert started.wait(5)
    tasks.cancel()
    assert tasks.current is None
    assert ended.wait(5)
    tasks.stop()
    assert tasks.poll() is None


def test_a_newer_errand_takes_the_place_of_the_one_before(tasks, poll_until):
    results = []
    go_on = threading.Event()
    tasks.run(Task("Old", lambda task: go_on.wait(5) and "old", results.append))
    tasks.run(Task("New", lambda task: "new", results.append))
    go_on.set()
    poll_until(lambda _: results)
    assert results == ["new"]
    assert tasks.poll() is None


def test_stopping_waits_for_the_thread(tasks):
    tasks.run(Task("Counting", lambda task: task.cancelled.wait(5), lambda _: None))
    tasks.stop()
    assert not any(thread.name == "nnstudio-errand" for thread in threading.enumerate())
