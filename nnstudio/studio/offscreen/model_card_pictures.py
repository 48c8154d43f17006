"""The pictures of a model's card, without a window: learning curves, and the most confident mistakes."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.theme import LIGHT, colour, font, ink_table

_TILE, _GAP, _CAPTION = 108, 12, 34
_CURVES_SIZE = 640, 260
_MARGIN = 60


@dataclass(frozen=True)
class Mistake:
    """A sample that was taken for another class.

    Attributes
    ----------
    image : ndarray of shape (height, width)
        Ink 1 on paper 0.
    true, read : str
        Classes.
    confidence : float
        Of the class that was read, 0…1.
    source : str
        Where the sample comes from.
    """

    image: np.ndarray
    true: str
    read: str
    confidence: float
    source: str


def mistakes_png(mistakes: Sequence[Mistake], columns: int = 5) -> bytes:
    """Return a picture of mistakes as a PNG file, dark ink on light paper."""
    lines = max(1, -(-len(mistakes) // columns))
    across, down = _TILE + _GAP, _TILE + _CAPTION + _GAP
    table = ink_table(LIGHT)

    def paint(painter: QPainter) -> None:
        for nth, mistake in enumerate(mistakes):
            line, column = divmod(nth, columns)
            left, top = _GAP + column * across, _GAP + line * down
            box = QRectF(left, top, _TILE, _TILE)
            painter.drawImage(box, indexed_image(grey_index(mistake.image), table))
            painter.setPen(QPen(colour(LIGHT.line), 1))
            painter.drawRect(box)
            words = f"{mistake.true} read as {mistake.read}, {100 * mistake.confidence:.1f} %"
            for row, (text, size_px, code) in enumerate(
                ((words, 11, LIGHT.text), (mistake.source, 11, LIGHT.muted))
            ):
                painter.setFont(font(size_px))
                painter.setPen(colour(code))
                short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, _TILE + _GAP)
                place = QRectF(left, top + _TILE + 2 + 15 * row, _TILE + _GAP, 15)
                painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short)

    return _png(_GAP + columns * across, _GAP + lines * down, paint)


def curves_png(curves: Mapping[str, Sequence[float]]) -> bytes:
    """Return the learning curves of a card as a PNG file: a loss and an error, each on its own scale.

    Parameters
    ----------
    curves : mapping of str to sequence of float
        ``"epoch"``, ``"training_loss"``, and what was to become small, such as ``"validation_error"`` (0…1)
        or ``"training_rmse"``.
    """
    width, height = _CURVES_SIZE
    epochs = np.asarray(curves["epoch"], float)
    loss = np.asarray(curves["training_loss"], float)
    (key,) = curves.keys() - {"epoch", "training_loss"}
    is_share = key.endswith("_error")
    error = np.asarray(curves[key], float) * (100 if is_share else 1)
    error_title = key.replace("_", " ").replace("rmse", "RMSE")
    field = QRectF(_MARGIN, 34, width - 2 * _MARGIN, height - 34 - 36)

    def paint(painter: QPainter) -> None:
        painter.setFont(font(11))
        last = float(epochs.max())
        for values, code, name, side, unit in (
            (loss, LIGHT.positive, "training loss", Qt.AlignmentFlag.AlignLeft, ""),
            (error, LIGHT.negative, error_title, Qt.AlignmentFlag.AlignRight, " %" if is_share else ""),
        ):
            # The first epochs would press everything else against the axis.
            high = max(1.2 * float(np.quantile(values, 0.9)), 1e-6)
            points = [
                QPointF(
                    field.left() + field.width() * at / last,
                    field.bottom() - field.height() * min(value / high, 1.0),
                )
                for at, value in zip(epochs.tolist(), values.tolist(), strict=True)
            ]
            painter.setPen(QPen(colour(code), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(points))
            painter.drawText(
                QRectF(_MARGIN, 8, field.width(), 18), side, f"{name}, at last {values[-1]:.3g}{unit}"
            )
            edge = 0.0 if side == Qt.AlignmentFlag.AlignLeft else field.right() + 6
            towards = Qt.AlignmentFlag.AlignRight if edge == 0.0 else Qt.AlignmentFlag.AlignLeft
            for share in (0.0, 0.5, 1.0):
                place = QRectF(edge, field.bottom() - share * field.height() - 8, _MARGIN - 6, 16)
                painter.drawText(place, towards | Qt.AlignmentFlag.AlignVCenter, f"{share * high:.2g}{unit}")
        painter.setPen(QPen(colour(LIGHT.line), 1))
        painter.drawRect(field)
        painter.setPen(colour(LIGHT.muted))
        for share in (0.0, 0.5, 1.0):
            place = QRectF(field.left() + share * field.width() - 30, field.bottom() + 3, 60, 15)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"{share * last:g}")
        painter.drawText(
            QRectF(field.left(), field.bottom() + 18, field.width(), 15),
            Qt.AlignmentFlag.AlignCenter,
            "epoch",
        )

    return _png(width, height, paint)


def _png(width: int, height: int, paint: Callable[[QPainter], None]) -> bytes:
    # Text needs Qt's application object, which needs no screen for this.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from nnstudio.studio.program.application import create_application

    application = create_application()
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(QColor(colour(LIGHT.panel)))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    assert application is not None
    return buffer.data().data()
