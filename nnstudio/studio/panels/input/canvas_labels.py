"""Labels of the predicted classes under the characters on the canvas."""

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from nnstudio.studio.painting.theme import colour, font
from nnstudio.studio.views.view import View

HEIGHT, NAME_HEIGHT, LEAST_HEIGHT = 31, 18, 11
"""Of a label with its value, of a name alone, and of a small name between close lines."""
NARROWEST = 24
NAME_PX, SMALL_NAME_PX, VALUE_PX = 14, 9, 11


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
        tops: dict[int, float] = {}
        feet: dict[int, float] = {}
        for label in self.labels:
            tops[label.line] = min(tops.get(label.line, 1.0), label.box[1])
            feet[label.line] = max(feet.get(label.line, 0.0), label.box[3])
        gap, height = 10, HEIGHT
        if len(feet) > 1:
            # Between lines of a picture there may be room for the names alone.
            room = min(tops[line + 1] - foot for line, foot in feet.items() if line + 1 in tops)
            room_px = int(room * sheet.height()) - 2
            gap = 1
            height = HEIGHT if room_px >= HEIGHT else max(min(room_px, NAME_HEIGHT), LEAST_HEIGHT)
        places = []
        for label in self.labels:
            left, _, right, _ = label.box
            foot = sheet.top() + feet[label.line] * sheet.height()
            top = min(foot + gap, sheet.bottom() - height - 2)
            width = max((right - left) * sheet.width(), NARROWEST)
            middle = sheet.left() + (left + right) / 2 * sheet.width()
            places.append(QRectF(middle - width / 2, top, width, height))
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
        margin = 2 if len({place.top() for place in places}) == 1 else 0
        for top, height in sorted({(place.top(), place.height()) for place in places}):
            band = QRectF(sheet.left(), top, sheet.width(), height)
            painter.fillRect(band.adjusted(0, -margin, 0, margin), back)
        for label, place, value in zip(self.labels, places, _values(self.labels, places), strict=True):
            upper = QRectF(place.left(), place.top(), place.width(), min(place.height(), NAME_HEIGHT) - 1)
            lower = place.adjusted(0, 16, 0, -1)
            middle = Qt.AlignmentFlag.AlignHCenter
            px = max(round(NAME_PX * min(place.height() / NAME_HEIGHT, 1)), SMALL_NAME_PX)
            view.write(painter, upper, label.name, size_px=px, bold=True, code=theme.ink, align=middle)
            if place.height() > NAME_HEIGHT:
                view.write(painter, lower, value, size_px=VALUE_PX, muted=True, align=middle)
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
