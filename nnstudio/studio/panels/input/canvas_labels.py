"""Labels of the predicted classes under the characters on the canvas."""

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nnstudio.studio.painting.theme import colour, font
from nnstudio.studio.views.view import View

HEIGHT = 31
NARROWEST = 24
NAME_PX, VALUE_PX = 14, 11


@dataclass(frozen=True)
class CanvasLabel:
    """The label of one character.

    Attributes
    ----------
    box : (float, float, float, float)
        The character: left, top, right and bottom in canvas units.
    name, value, tip : str
        Predicted class, its probability, and the tooltip.
    chosen : bool
        Whether the other panels show this character.
    line : int
        The number of the line that the character stands in.
    """

    box: tuple[float, float, float, float]
    name: str
    value: str
    tip: str
    chosen: bool
    line: int = 0


class CanvasLabels:
    """Layout, painting and hit-testing of the labels below a line of characters.

    Parameters
    ----------
    view : View
        The canvas.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self.labels: tuple[CanvasLabel, ...] = ()

    def _places(self, sheet: QRectF) -> list[QRectF]:
        feet: dict[int, float] = {}
        for label in self.labels:
            feet[label.line] = max(feet.get(label.line, 0.0), label.box[3])
        # Lines of a picture have less room between them than the strokes of one on the sheet.
        gap = 10 if len(feet) == 1 else 0
        places = []
        for label in self.labels:
            left, _, right, _ = label.box
            foot = sheet.top() + feet[label.line] * sheet.height()
            top = min(foot + gap, sheet.bottom() - HEIGHT - 2)
            width = max((right - left) * sheet.width(), NARROWEST)
            middle = sheet.left() + (left + right) / 2 * sheet.width()
            places.append(QRectF(middle - width / 2, top, width, HEIGHT))
        for before, after in pairwise(places):
            if after.top() != before.top():
                continue
            # Characters that overlap share the room between their middles.
            edge = (before.center().x() + after.center().x()) / 2
            before.setRight(min(before.right(), edge - 1))
            after.setLeft(max(after.left(), edge + 1))
        return places

    def at(self, position: QPointF, sheet: QRectF) -> int | None:
        """Return the index of the label at a position."""
        if not self.labels:
            return None
        places = self._places(sheet)
        return next((nth for nth, place in enumerate(places) if place.contains(position)), None)

    def paint(self, painter: QPainter, sheet: QRectF) -> None:
        """Paint all labels."""
        if not self.labels:
            return
        view, theme = self._view, self._view.theme
        places = self._places(sheet)
        back = QColor(colour(theme.paper))
        back.setAlphaF(0.8)
        for top in sorted({place.top() for place in places}):
            painter.fillRect(QRectF(sheet.left(), top - 2, sheet.width(), HEIGHT + 4), back)
        for label, place, value in zip(self.labels, places, _values(self.labels, places), strict=True):
            upper = QRectF(place.left(), place.top(), place.width(), 17)
            lower = place.adjusted(0, 16, 0, -1)
            middle = Qt.AlignmentFlag.AlignHCenter
            view.write(painter, upper, label.name, size_px=NAME_PX, bold=True, code=theme.ink, align=middle)
            view.write(
                painter,
                lower,
                value,
                size_px=VALUE_PX,
                muted=True,
                align=middle,
            )
            if label.chosen:
                painter.setPen(QPen(colour(theme.selection), 2))
                y = place.top() - 1
                painter.drawLine(QPointF(place.left() + 2, y), QPointF(place.right() - 2, y))


def _values(labels: tuple[CanvasLabel, ...], places: list[QRectF]) -> list[str]:
    """Return the values that fit: all with units, else without."""
    metrics = QFontMetricsF(font(VALUE_PX))
    for values in ([label.value for label in labels], [label.value.split(" ")[0] for label in labels]):
        if all(
            metrics.horizontalAdvance(v) <= place.width() for v, place in zip(values, places, strict=True)
        ):
            return values
    return [
        v if metrics.horizontalAdvance(v) <= place.width() else ""
        for v, place in zip(values, places, strict=True)
    ]
