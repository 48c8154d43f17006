"""Guard against a Qt binding that loses references: PySide6 6.12.0 does, and aborts soon."""

import sys

from PySide6.QtCore import QObject, QPoint, QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QLabel

CALLS = 3000
TOLERANCE = 200


class Sender(QObject):
    sent = Signal(object)


def test_calls_give_back_what_they_borrow(qapp):
    label, pixmap, sender = QLabel("0"), QPixmap(8, 8), Sender()
    heard = []
    sender.sent.connect(heard.append)
    before = [sys.getrefcount(thing) for thing in (None, True, False)]
    for number in range(CALLS):
        label.setText(str(number))
        label.setVisible(False)
        label.isVisible()
        label.parent()
        label.property("none")
        sender.sent.emit(None)
        heard.clear()
        pixmap.fill(QColor("#50a0ff"))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.drawRect(QRectF(1, 1, 3, 3))
        painter.end()
        QPoint(1, 2).isNull()
    after = [sys.getrefcount(thing) for thing in (None, True, False)]
    for name, then, now in zip(("None", "True", "False"), before, after, strict=True):
        assert now > then - TOLERANCE, f"{CALLS} rounds of calls lost {then - now} references to {name}"
        assert now < then + TOLERANCE, f"{CALLS} rounds of calls kept {now - then} references to {name}"
    label.deleteLater()
