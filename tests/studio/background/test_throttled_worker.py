import threading
import time

import pytest

from nnstudio.studio.background.throttled_worker import ThrottledWorker


@pytest.fixture
def worker():
    worker = ThrottledWorker("nnstudio-test")
    yield worker
    worker.stop()


def burn(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def wait_for(event):
    assert event.wait(5.0)


def test_has_no_thread_before_it_has_work(worker):
    assert not worker.is_busy
    assert "nnstudio-test" not in {thread.name for thread in threading.enumerate()}


def test_a_new_job_takes_the_place_of_the_one_under_way(worker):
    first_began, first_left, second_done = (threading.Event() for _ in range(3))

    def endless():
        try:
            while True:
                first_began.set()
                time.sleep(0.001)
                yield
        finally:
            first_left.set()

    def short():
        yield
        second_done.set()

    worker.run(endless)
    wait_for(first_began)
    worker.run(short)
    wait_for(first_left)
    wait_for(second_done)


def test_a_job_given_up_ends_even_in_its_rest(worker):
    began, left = threading.Event(), threading.Event()

    def job():
        try:
            burn(0.02)
            began.set()
            yield
            burn(10.0)
        finally:
            left.set()

    worker.share = 1e-4
    worker.run(job)
    wait_for(began)
    worker.give_up()
    assert left.wait(1.0)
    assert not worker.is_busy


def test_rests_in_proportion_to_the_processor_time_it_took(worker):
    done = threading.Event()

    def job():
        for _ in range(5):
            burn(0.01)
            yield
        done.set()

    worker.share = 0.25
    begun = time.perf_counter()
    worker.run(job)
    wait_for(done)
    assert time.perf_counter() - begun >= 0.05 / 0.25


def test_a_larger_share_ends_the_rest_under_way(worker):
    began, done = threading.Event(), threading.Event()

    def job():
        burn(0.02)
        began.set()
        yield
        done.set()

    worker.share = 1e-4
    worker.run(job)
    wait_for(began)
    worker.set_share(1.0)
    assert done.wait(2.0)


def test_an_error_ends_the_job_and_not_the_thread(worker, caplog):
    done = threading.Event()

    def bad():
        yield
        raise ValueError("a job's error")

    def good():
        yield
        done.set()

    worker.run(bad)
    deadline = time.perf_counter() + 5
    while worker.is_busy and time.perf_counter() < deadline:
        time.sleep(0.001)
    assert "a job's error" in caplog.text
    worker.run(good)
    wait_for(done)


def test_stopping_ends_the_thread():
    worker = ThrottledWorker("nnstudio-test")

    def endless():
        while True:
            yield

    worker.run(endless)
    worker.stop()
    assert "nnstudio-test" not in {thread.name for thread in threading.enumerate()}
