"""What happens to errors that nobody caught, and where there can be no log."""

import logging
import sys
import threading

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from nnstudio.paths import log_path
from nnstudio.studio.program.exception_hook import ExceptionHook
from nnstudio.studio.program.log import logging_to_file


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def trap(window, monkeypatch, tmp_path):
    trap = ExceptionHook(window, tmp_path / "nnstudio.log")
    # pytest watches the hooks too, and would fail the test.
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    trap.install()
    yield trap
    trap.remove()
    assert (sys.excepthook, threading.excepthook) == (sys.__excepthook__, threading.__excepthook__)


def boxes(window):
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


def fail():
    raise RuntimeError("a mistake of ours")


def test_an_error_on_another_thread_is_logged_and_told_once(trap, window, qtbot, caplog):
    for name in ("first", "second"):
        thread = threading.Thread(target=fail, name=name)
        thread.start()
        thread.join()
    qtbot.waitUntil(lambda: bool(boxes(window)))
    (box,) = boxes(window)
    assert "a mistake of ours (RuntimeError, in first)" in box.text()
    assert "nnstudio.log" in box.informativeText()
    assert [record.message for record in caplog.records] == [
        "unexpected exception in first",
        "unexpected exception in second",
    ]
    (copy,) = [button for button in box.buttons() if button.text() == "Copy details"]
    copy.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("nnstudio ")
    assert copied.rstrip().endswith("RuntimeError: a mistake of ours")
    assert box.isVisible()
    assert copy.text() == "Copied"
    box.close()


def test_errors_on_the_main_thread_are_logged_and_the_first_is_told(trap, window, qtbot, caplog):
    for number in range(3):
        try:
            raise ZeroDivisionError(f"number {number}")
        except ZeroDivisionError:
            sys.excepthook(*sys.exc_info())
    qtbot.waitUntil(lambda: bool(boxes(window)))
    (box,) = boxes(window)
    assert "number 0" in box.text()
    (copy,) = [button for button in box.buttons() if button.text() == "Copy details"]
    copy.click()
    assert "ZeroDivisionError: number 0" in QGuiApplication.clipboard().text()
    assert [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError] * 3
    box.close()


def test_ctrl_c_closes_the_window(trap, window):
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not window.isVisible()


def test_without_a_log_the_box_says_so(window, qtbot):
    trap = ExceptionHook(window, None)
    trap._on_main_thread(RuntimeError, RuntimeError("x"), None)
    qtbot.waitUntil(lambda: bool(boxes(window)))
    (box,) = boxes(window)
    assert "There is no log" in box.informativeText()
    box.close()


def test_the_log_is_written_and_closed(qapp):
    with logging_to_file() as path:
        assert path == log_path()
        logging.getLogger("nnstudio.test").info("a word")
    assert "a word" in path.read_text(encoding="utf-8")
    assert path.with_name("crash.log").exists()


def test_without_its_folder_only_warnings_are_printed(qapp, monkeypatch, tmp_path, capsys):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr("nnstudio.studio.program.log.log_path", lambda: tmp_path / "file" / "nnstudio.log")
    with logging_to_file() as path:
        logging.getLogger("nnstudio.test").info("a word")
        logging.getLogger("nnstudio.test").warning("a warning")
    assert path is None
    printed = capsys.readouterr().err
    assert "a warning" in printed
    assert "a word" not in printed
