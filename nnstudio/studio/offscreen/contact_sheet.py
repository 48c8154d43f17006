"""A contact sheet of samples as they are beside what an epoch has in their place."""

import os
from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from nnstudio.files.preview import Pair
from nnstudio.studio.painting.theme import LIGHT, colour, font
from nnstudio.studio.views.sample_pairs import GAP, SheetLayout, paint_pairs

MARGIN, HEADING_HEIGHT = 16, 46


def sheet_png(pairs: Sequence[Pair], title: str, how: str, *, columns: int = 6, side: int = 70) -> bytes:
    """Return a contact sheet as a PNG file, dark ink on light paper.

    Notes
    -----
    Thread: the one that Qt's application object belongs to; it is made where there is none.
    """
    # Text needs Qt's application object, which needs no screen for this.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from nnstudio.studio.program.application import create_application

    application = create_application()
    layout = SheetLayout(columns, side)
    across, down = layout.pitch
    lines = -(-len(pairs) // columns)
    width = int(columns * across - GAP + 2 * MARGIN)
    sheet = QImage(width, int(HEADING_HEIGHT + lines * down + 2 * MARGIN), QImage.Format.Format_RGB32)
    sheet.fill(QColor(colour(LIGHT.panel)))
    painter = QPainter(sheet)
    for text, top, size_px, bold, code in (
        (title, MARGIN, 16, True, LIGHT.text),
        (how, MARGIN + 22, 12, False, LIGHT.muted),
    ):
        painter.setFont(font(size_px, bold=bold))
        painter.setPen(colour(code))
        box = QRectF(MARGIN, top, width - 2 * MARGIN, 20)
        short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short)
    painter.translate(MARGIN, MARGIN + HEADING_HEIGHT)
    paint_pairs(painter, pairs, layout, LIGHT)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    sheet.save(buffer, "PNG")
    assert application is not None
    return buffer.data().data()
