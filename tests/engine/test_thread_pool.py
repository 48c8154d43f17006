import threading
from collections import Counter

import numpy as np
import pytest

from nnstudio.engine.thread_pool import ThreadPool


@pytest.mark.parametrize("n_threads", [1, 2, 4])
@pytest.mark.parametrize("n_pieces", [0, 1, 2, 37])
def test_every_piece_is_done_once_before_share_returns(n_threads, n_pieces):
    with ThreadPool(n_threads) as pool:
        assert pool.n_threads == n_threads
        for _ in range(50):
            done, members = Counter(), set()

            def work(piece, member, done=done, members=members):
                done[piece] += 1
                members.add(member)

            pool.run(work, n_pieces)
            assert done == Counter(range(n_pieces))
            assert members <= set(range(n_threads))


def test_the_caller_does_not_wait_for_a_helper_that_has_not_begun():
    """The helper is kept in an earlier piece: everything later is the caller's own."""
    let_go, is_held = threading.Event(), threading.Event()
    with ThreadPool(2) as pool:

        def hold(piece, member):
            if member == 1:
                is_held.set()
                let_go.wait(20)
            else:
                is_held.wait(20)

        first = threading.Thread(target=pool.run, args=(hold, 2))
        first.start()
        assert is_held.wait(20)
        members = []
        pool.run(lambda piece, member: members.append(member), 5)
        assert members == [0] * 5
        let_go.set()
        first.join(20)


@pytest.mark.parametrize("n_threads", [1, 3])
def test_an_error_reaches_the_caller_and_the_pool_goes_on(n_threads):
    done = []

    def work(piece, member):
        done.append(piece)
        if piece == 2:
            raise ZeroDivisionError

    with ThreadPool(n_threads) as pool:
        with pytest.raises(ZeroDivisionError):
            pool.run(work, 5)
        pool.run(lambda piece, member: done.append(-piece), 5)
    assert 2 in done
    assert -4 in done


def test_an_overflow_in_a_helper_gives_no_warning():
    with ThreadPool(3) as pool, np.errstate(over="ignore"):
        pool.run(lambda piece, member: np.full(600, 1e30, np.float32) * np.float32(1e30), 50)


def test_closing_ends_the_threads_and_may_be_repeated():
    pool = ThreadPool(4)
    pool.close()
    pool.close()
    assert pool.n_threads == 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("nnstudio-helper")]


def test_a_pool_has_at_least_one_thread():
    with pytest.raises(ValueError, match="at least 1"):
        ThreadPool(0)
