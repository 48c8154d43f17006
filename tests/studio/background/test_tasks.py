import threading
import time

import pytest

from nnstudio.errors import UserError
from nnstudio.studio.background.tasks import BackgroundWorker, Task

NAME = "nnstudio-test"


@pytest.fixture
def worker():
    worker = BackgroundWorker(NAME)
    yield worker
    worker.stop()


@pytest.fixture
def poll_until(worker, qtbot):
    """Return a function that polls until a condition holds."""

    def poll(condition):
        def step():
            worker.poll()
            return bool(condition())

        qtbot.waitUntil(step)

    return poll


def burn(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def wait_for(event):
    assert event.wait(5.0)


def nothing(_):
    pass


def has_thread():
    return NAME in {thread.name for thread in threading.enumerate()}


# One result


def test_has_no_thread_before_it_has_work(worker):
    assert not worker.is_busy
    assert not has_thread()


def test_the_result_arrives_on_the_polling_thread(worker, poll_until):
    results, threads = [], []

    def done(result):
        results.append(result)
        threads.append(threading.current_thread())

    task = Task(lambda task: 6 * 7, done, pytest.fail, "Counting")
    worker.run(task)
    assert worker.current is task
    poll_until(lambda: results)
    assert results == [42]
    assert threads == [threading.current_thread()]
    assert worker.current is None


def test_nothing_is_a_result_of_a_function(worker, poll_until):
    results = []
    worker.run(Task(lambda task: None, results.append))
    poll_until(lambda: results)
    assert results == [None]


def test_a_generator_brings_its_newest_result_and_yields_nothing_in_between(worker, poll_until):
    results, go_on = [], threading.Event()

    def steps(task):
        yield
        yield 1
        yield 2
        yield
        wait_for(go_on)
        yield 3

    worker.run(Task(steps, results.append))
    poll_until(lambda: results and results[-1] == 2)
    assert worker.is_busy
    go_on.set()
    poll_until(lambda: worker.current is None)
    assert results[-2:] == [2, 3]
    assert not worker.is_busy


def test_progress_is_a_share(worker, qtbot):
    reported, go_on = threading.Event(), threading.Event()

    def work(task):
        task.report(1, 4)
        reported.set()
        go_on.wait(5)

    worker.run(Task(work, nothing))
    assert worker.current.progress is None or worker.current.progress == 0.25
    qtbot.waitUntil(reported.is_set)
    assert worker.current.progress == 0.25
    go_on.set()


# Failures


def test_a_failure_is_told_in_the_users_words(worker, poll_until):
    sentences = []

    def work(task):
        raise UserError("The disk is full. Make room.")

    worker.run(Task(work, pytest.fail, sentences.append, "Saving"))
    poll_until(lambda: sentences)
    assert sentences == ["The disk is full. Make room."]
    assert worker.current is None


def test_an_unexpected_failure_is_told_and_logged(worker, poll_until, caplog):
    sentences = []

    def work(task):
        raise ZeroDivisionError("oh")

    worker.run(Task(work, pytest.fail, sentences.append, "Counting"))
    poll_until(lambda: sentences)
    assert sentences == ["Counting failed (ZeroDivisionError: oh). The log has the details."]
    assert caplog.records[-1].exc_info[0] is ZeroDivisionError


def test_an_exception_that_no_owner_takes_ends_the_task_and_not_the_thread(worker, poll_until, monkeypatch):
    caught, results = [], []
    monkeypatch.setattr(threading, "excepthook", caught.append)

    def bad(task):
        yield
        raise ValueError("a task's error")

    worker.run(Task(bad, pytest.fail))
    poll_until(lambda: not worker.is_busy)
    (args,) = caught
    assert (args.exc_type, str(args.exc_value), args.thread.name) == (ValueError, "a task's error", NAME)
    worker.run(Task(lambda task: "good", results.append))
    poll_until(lambda: results)
    assert results == ["good"]


# Cancelling


def test_a_cancelled_task_ends_at_its_next_report_and_brings_nothing(worker):
    ended, started = threading.Event(), threading.Event()

    def work(task):
        started.set()
        try:
            while True:
                task.report(1, 2)
        finally:
            ended.set()

    worker.run(Task(work, pytest.fail, pytest.fail))
    wait_for(started)
    worker.cancel()
    assert worker.current is None
    wait_for(ended)
    worker.stop()
    worker.poll()


def test_a_new_task_takes_the_place_of_the_one_under_way(worker, poll_until):
    first_began, first_left = threading.Event(), threading.Event()
    results = []

    def endless(task):
        try:
            while True:
                first_began.set()
                time.sleep(0.001)
                yield "old"
        finally:
            first_left.set()

    def short(task):
        yield
        yield "new"

    worker.run(Task(endless, pytest.fail))
    wait_for(first_began)
    worker.run(Task(short, results.append))
    wait_for(first_left)
    poll_until(lambda: results)
    assert results == ["new"]


def test_a_function_that_does_not_end_holds_up_no_newer_task(worker, poll_until):
    results, old_ended = [], threading.Event()
    began, go_on = threading.Event(), threading.Event()

    def old(task):
        began.set()
        wait_for(go_on)
        old_ended.set()
        return "old"

    worker.run(Task(old, results.append))
    wait_for(began)
    worker.run(Task(lambda task: "new", results.append))
    poll_until(lambda: results)
    go_on.set()
    wait_for(old_ended)
    worker.poll()
    assert results == ["new"]


def test_a_task_that_is_cancelled_ends_even_in_its_rest(worker):
    began, left = threading.Event(), threading.Event()

    def work(task):
        try:
            burn(0.02)
            began.set()
            yield
            burn(10.0)
        finally:
            left.set()

    worker.share = 1e-4
    worker.run(Task(work, nothing))
    wait_for(began)
    worker.cancel()
    assert left.wait(1.0)
    assert not worker.is_busy


def test_what_one_result_cancels_hands_nothing_over(worker):
    results = []

    def first(result):
        results.append(result)
        worker.cancel()

    worker.queue(Task(lambda task: 1, first))
    worker.queue(Task(lambda task: 2, results.append))
    worker.wait()
    worker.poll()
    assert results == [1]


# In order


def test_queued_tasks_are_all_done_in_order(worker):
    results = []
    for k in range(20):
        worker.queue(Task(lambda task, k=k: k, results.append))
    worker.wait()
    worker.poll()
    assert results == list(range(20))


def test_the_next_task_replaces_those_that_wait_and_not_the_one_under_way(worker, poll_until):
    results = []
    began, go_on = threading.Event(), threading.Event()

    def first(task):
        began.set()
        wait_for(go_on)
        return 1

    worker.run(Task(first, results.append))
    wait_for(began)
    worker.run_next(Task(lambda task: 2, results.append))
    worker.run_next(Task(lambda task: 3, results.append))
    go_on.set()
    poll_until(lambda: len(results) == 2)
    assert results == [1, 3]


# Sharing the machine


def test_rests_in_proportion_to_the_processor_time_it_took(worker):
    def work(task):
        for _ in range(5):
            burn(0.01)
            yield

    worker.share = 0.25
    begun = time.perf_counter()
    worker.run(Task(work, nothing))
    worker.wait()
    assert time.perf_counter() - begun >= 0.05 / 0.25


def test_a_larger_share_ends_the_rest_under_way(worker):
    began, done = threading.Event(), threading.Event()

    def work(task):
        burn(0.02)
        began.set()
        yield
        done.set()

    worker.share = 1e-4
    worker.run(Task(work, nothing))
    wait_for(began)
    worker.set_share(1.0)
    assert done.wait(2.0)


# The end


def test_stopping_ends_a_thread_that_steps(worker):
    def endless(task):
        while True:
            yield

    worker.run(Task(endless, nothing))
    worker.stop()
    assert not has_thread()


def test_stopping_waits_for_a_function(worker):
    worker.run(Task(lambda task: task.cancelled.wait(5), nothing))
    worker.stop()
    assert not has_thread()


def test_a_stopped_worker_takes_no_task(worker):
    worker.stop()
    worker.run(Task(lambda task: 1, pytest.fail))
    assert worker.current is None
    assert not has_thread()
