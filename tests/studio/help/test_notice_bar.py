"""The notice shown after a crash."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.paths import log_path
from nnstudio.studio.program.log import crash_path


def test_it_stays_until_it_is_put_away_and_gives_the_details(window):
    notice = window.crash_notice
    assert not notice.isVisible()
    notice.show_text("nnstudio ended unexpectedly last time.")
    # A sentence is seen for a while, and then the notice again.
    window.say("Something else.")
    assert window.status.message.isVisible()
    assert not notice.isVisible()
    notice._back.timeout.emit()
    assert not window.status.message.isVisible()
    assert notice.text.text() == "nnstudio ended unexpectedly last time."
    log_path().parent.mkdir(parents=True, exist_ok=True)
    log_path().write_text("the end of the log", encoding="utf-8")
    crash_path().write_bytes(b"\xff Fatal Python error: Segmentation fault")
    notice.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "the end of the log" in copied
    assert "Segmentation fault" in copied
    window.activateWindow()
    notice.away.setFocus()
    QTest.keyClick(notice.away, Qt.Key.Key_Return)
    assert not notice.is_on
    assert window.status.message.isVisible()
    notice._give_way(False)
    assert window.status.message.isVisible()
    assert QApplication.focusWidget() is window.input.canvas
