import os
import subprocess
import sys
import time

import pytest
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QWidget

from nnstudio.files.model_file import save_model
from nnstudio.studio.program import single_instance


@pytest.fixture
def folder(tmp_path_factory, monkeypatch):
    """A short path: a socket's may have 107 characters."""
    folder = tmp_path_factory.mktemp("s")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


@pytest.fixture
def widget(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def receiver(folder, widget):
    receiver = single_instance.Receiver(widget, pytest.fail)
    yield receiver
    receiver.stop()


OTHER_START = """
import sys
from pathlib import Path
from nnstudio.studio.program.single_instance import hand_over
for path in sys.argv[1:]:
    print(hand_over(Path(path) if path else None))
"""


def answers_to(qtbot, *paths):
    """Hand paths over, "" for none, from another process while the window's events go on."""
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER_START, *map(str, paths)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    qtbot.waitUntil(lambda: other.poll() is not None)
    return other.communicate()[0].split()


def test_without_a_window_there_is_nobody_to_hand_over_to(folder):
    assert not single_instance.hand_over(None)


def test_a_file_is_opened_in_the_window_that_is_open(folder, window, qtbot, tmp_path):
    receiver = single_instance.Receiver(window, lambda path: window.opener.open_paths([path]))
    save_model(tmp_path / "mine.safetensors", window.session.network.model())
    window.session.network.model_name = "another"
    assert answers_to(qtbot, tmp_path / "mine.safetensors") == ["True"]
    qtbot.waitUntil(lambda: "Opened" in window.status.message.text())
    receiver.stop()


def test_the_window_comes_back_from_the_taskbar(receiver, widget, qtbot):
    widget.showMinimized()
    assert answers_to(qtbot, "") == ["True"]
    qtbot.waitUntil(lambda: not widget.isMinimized())


def test_many_starts_one_after_the_other(receiver, qtbot):
    assert answers_to(qtbot, *[""] * 5) == ["True"] * 5


def test_a_start_that_leaves_at_once_does_no_harm(receiver, qtbot):
    for message in (b"", b"half a message", b"x" * 100_000):
        leaver = QLocalSocket()
        leaver.connectToServer(single_instance._address())
        assert leaver.waitForConnected(1000)
        leaver.write(message)
        leaver.flush()
        leaver.abort()
    assert answers_to(qtbot, "") == ["True"]


def test_what_an_ended_program_left_is_in_nobodys_way(folder, widget, qtbot):
    dead = single_instance.Receiver(widget, pytest.fail)
    address = single_instance._address()
    dead.stop()
    if os.name != "nt":
        os.mknod(address)
    assert not single_instance.hand_over(None)
    second = single_instance.Receiver(widget, pytest.fail)
    assert answers_to(qtbot, "") == ["True"]
    second.stop()


def test_a_window_that_hangs_is_not_waited_for(folder, monkeypatch, qapp):
    monkeypatch.setattr(single_instance, "ANSWER_MS", 50)
    server = single_instance._listen(qapp)
    started = time.monotonic()
    assert not single_instance.hand_over(None)
    assert time.monotonic() - started < 2
    server.close()
    server.deleteLater()


def test_without_the_network_library_every_start_opens_a_window(folder, widget, monkeypatch):
    monkeypatch.setattr(single_instance, "HAS_NETWORK", False)
    assert not single_instance.hand_over(None)
    receiver = single_instance.Receiver(widget, pytest.fail)
    receiver.stop()
    assert not os.path.exists(single_instance._address())
