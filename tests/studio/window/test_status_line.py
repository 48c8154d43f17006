"""The line at the bottom of the window, alone."""

import pytest
from PySide6.QtGui import QAction

from nnstudio.studio.help.notice_bar import NoticeBar
from nnstudio.studio.window.status_line import StatusLine

LONG = "state.pt is a PyTorch file (a pickle), which nnstudio does not run. In PyTorch: save it. " * 2


@pytest.fixture
def status(qtbot):
    status = StatusLine()
    qtbot.addWidget(status)
    status.show_facts("digits · MNIST digits · 669,706 parameters · seed 0", "What it is.")
    status.resize(900, status.sizeHint().height())
    status.show()
    qtbot.waitExposed(status)
    return status


def test_a_sentence_that_needs_the_room_gets_that_of_the_facts(status, qtbot):
    status.say("Opened one.png.")
    assert status.facts.isVisible()
    status.say(LONG, warning=True)
    assert not status.facts.isVisible()
    status.layout().activate()
    assert status.message.width() > 850
    status.show_facts("other", "What it is.")
    assert not status.facts.isVisible()
    status.resize(2500, status.height())
    assert status.facts.isVisible()
    status.resize(900, status.height())
    assert not status.facts.isVisible()
    notice = NoticeBar("Notice", status.message, status.said, lambda: None)
    notice.show_text("Short.")
    qtbot.waitUntil(status.facts.isVisible)
    notice.show_text(LONG)
    qtbot.waitUntil(lambda: not status.facts.isVisible())
    notice.put_away()


def test_a_sentence_longer_than_the_line_ends_in_dots(status):
    def rightmost_ink():
        picture = status.message.grab().toImage()
        ground = picture.pixelColor(0, 0)
        columns = range(picture.width() - 1, 0, -1)
        rows = range(picture.height())
        return next(x for x in columns if any(picture.pixelColor(x, y) != ground for y in rows))

    status.say("W" * 400)
    elided = rightmost_ink()
    assert elided < status.message.width() - 1
    status.say("W")
    assert rightmost_ink() < 40
    assert status.message.text() == "W"


def test_a_button_beside_the_sentence_does_not_make_the_line_higher(status):
    before = status.sizeHint().height()
    button = status.add_button(QAction("Take back", status))
    button.show()
    status.layout().activate()
    assert status.sizeHint().height() == before
