import os
import threading
import time

import pytest

from nnstudio.files.model_file import save_model
from nnstudio.studio.program import single_instance
from nnstudio.studio.program.crash_marker import LastEnd, mark_path, note_bringing_back, unfinished


@pytest.fixture
def folder(tmp_path_factory, monkeypatch):
    """A short path: a socket's may have 107 characters."""
    folder = tmp_path_factory.mktemp("s")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


@pytest.fixture
def receiver(folder, window):
    receiver = single_instance.Receiver(window)
    yield receiver
    receiver.stop()


def from_another_start(path):
    """Hand a path over while the window's thread goes on."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(single_instance.hand_over(path)))
    thread.start()
    return thread, answers


def test_without_a_window_there_is_nobody_to_hand_over_to(folder):
    assert not single_instance.hand_over(None)


def test_a_file_is_opened_in_the_window_that_is_open(receiver, window, qtbot, tmp_path):
    save_model(tmp_path / "mine.safetensors", window.session.network.model())
    window.session.network.model_name = "another"
    thread, answers = from_another_start(tmp_path / "mine.safetensors")
    qtbot.waitUntil(lambda: "Opened" in window.status.message.text())
    thread.join()
    assert answers == [True]


def test_many_starts_one_after_the_other(receiver, qtbot):
    for _ in range(5):
        thread, answers = from_another_start(None)
        qtbot.waitUntil(lambda thread=thread: not thread.is_alive())
        assert answers == [True]


def test_a_start_that_leaves_at_once_does_no_harm(receiver, qtbot):
    single_instance.Client(single_instance._address()).close()
    thread, answers = from_another_start(None)
    qtbot.waitUntil(lambda: not thread.is_alive())
    assert answers == [True]


def test_what_an_ended_program_left_is_in_nobodys_way(folder, window, qtbot):
    dead = single_instance.Receiver(window)
    address = single_instance._address()
    dead.stop()
    if os.name != "nt":
        os.mknod(address)
    assert not single_instance.hand_over(None)
    second = single_instance.Receiver(window)
    thread, answers = from_another_start(None)
    qtbot.waitUntil(lambda: not thread.is_alive())
    second.stop()
    assert answers == [True]


def test_a_window_that_hangs_is_not_waited_for(folder, monkeypatch):
    monkeypatch.setattr(single_instance, "ANSWER_S", 0.05)
    listener = single_instance._listen()
    started = time.monotonic()
    assert not single_instance.hand_over(None)
    assert time.monotonic() - started < 2
    listener.close()


def test_an_end_without_a_word_is_known_at_the_next_start():
    with unfinished() as end:
        assert end is LastEnd.WELL
    assert not mark_path().exists()
    with pytest.raises(ZeroDivisionError), unfinished():
        raise ZeroDivisionError
    with unfinished() as end:
        assert end is LastEnd.BADLY
        note_bringing_back(is_over=False)
        with unfinished() as end:
            assert end is LastEnd.BRINGING_BACK
