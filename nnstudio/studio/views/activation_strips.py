"""Activations of every layer, one labelled strip of cells per layer."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.images import indexed_image, signed_index
from nnstudio.studio.painting.theme import activation_table, colour, font
from nnstudio.studio.views.view import ARROWS, View

LABEL_WIDTH = 164
ACTIVE = translatable("max {limit:.2f} · {share:.0f} % above 0")
ROW_GAP = 8
DEAD_WORDS = translatable("dead: it says the same to every sample of the test set")


class ActivationStrips(View):
    """Shows each layer's activations as cells, bright for large; the hover text has a unit's value."""

    unit_clicked = Signal(int, int)
    unit_pointed = Signal(object, object)
    """The computing layer and the unit under the pointer, or None and None."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.set_design_minimum_size(200, 90)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        words = tr(ACTIVE).format(limit=88.88, share=100)
        self._label_width = max(LABEL_WIDTH, QFontMetrics(font(11)).horizontalAdvance(words) + 10)
        self._cursor = (0, -1)
        """The unit under the keyboard cursor; before the first one initially."""
        self._titles: list[str] = []
        self._values: tuple[np.ndarray, ...] = ()
        self.classes: tuple[str, ...] = ()
        """Names of the last layer's units."""
        self.dead: tuple[np.ndarray, ...] = ()
        """Dead units by layer, bool (units,), where known: their activation is constant over the test set."""

    def show_layers(self, titles: list[str], values: tuple[np.ndarray, ...]) -> None:
        """Show the activations of layers, one array of shape (units,) per title."""
        self._titles, self._values = titles, values
        self.update()

    def clear(self) -> None:
        """Clear the view."""
        self._titles, self._values = [], ()
        self.update()

    def _boxes(self) -> list[tuple[QRectF, int]]:
        """Compute each layer's strip and columns; wide layers wrap into rows of cells."""
        boxes: list[tuple[QRectF, int]] = []
        if not self._values:
            return boxes
        width = self.design_width() - self._label_width
        n_layers = len(self._values)
        # Many layers share a low window with smaller gaps.
        gap = min(ROW_GAP, 0.5 * self.design_height() / n_layers)
        slot = (self.design_height() - gap * (n_layers - 1)) / n_layers
        top = 0.0
        for values in self._values:
            n = len(values)
            rows = 1
            # More rows while that makes the cells larger.
            while min(width / -(-n // (rows + 1)), slot / (rows + 1)) > min(
                width / -(-n // rows), slot / rows
            ):
                rows += 1
            columns = -(-n // rows)
            side = min(width / columns, slot / rows, 26.0)
            boxes.append((QRectF(self._label_width, top, columns * side, rows * side), columns))
            top += slot + gap
        return boxes

    def _unit_at(self, position: QPointF) -> tuple[int, int] | None:
        for layer, ((box, columns), values) in enumerate(zip(self._boxes(), self._values, strict=True)):
            if box.contains(position):
                side = box.width() / columns
                unit = int((position.y() - box.top()) / side) * columns + int(
                    (position.x() - box.left()) / side
                )
                return (layer, unit) if unit < len(values) else None
        return None

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a unit: its activation."""
        found = self._unit_at(QPointF(position))
        if found is None:
            return ""
        layer, unit = found
        is_output = layer == len(self._values) - 1 and unit < len(self.classes)
        value = f"{self._values[layer][unit]:.3f}".replace("-", "−")
        if is_output:
            text = tr("{layer}, unit {unit} (class {name}): activation a = {value}").format(
                layer=self._titles[layer], unit=unit, name=self.classes[unit], value=value
            )
        else:
            text = tr("{layer}, unit {unit}: activation a = {value}").format(
                layer=self._titles[layer], unit=unit, value=value
            )
        return f"{text}\n{tr(DEAD_WORDS)}" if self._is_dead(layer, unit) else text

    def _is_dead(self, layer: int, unit: int) -> bool:
        return layer < len(self.dead) and unit < len(self.dead[layer]) and bool(self.dead[layer][unit])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the hovered unit in other views."""
        self.unit_pointed.emit(*(self._unit_at(self.place_of(event)) or (None, None)))

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the mark in other views."""
        self.unit_pointed.emit(None, None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the unit under the pointer."""
        found = self._unit_at(self.place_of(event))
        if found is not None:
            self.unit_clicked.emit(*found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select by arrow keys: along a layer, and up and down through its rows to the next layer."""
        if event.key() not in ARROWS or not self._values:
            super().keyPressEvent(event)
            return
        layer = min(self._cursor[0], len(self._values) - 1)
        aside, down = ARROWS[event.key()]
        unit = self._cursor[1] + aside + down * self._boxes()[layer][1]
        if not 0 <= unit < len(self._values[layer]) and down and 0 <= layer + down < len(self._values):
            layer, unit = layer + down, self._cursor[1]
        unit = min(max(unit, 0), len(self._values[layer]) - 1)
        self._cursor = layer, unit
        self.unit_clicked.emit(layer, unit)

    def _mark_dead(self, painter: QPainter, layer: int, box: QRectF, columns: int) -> None:
        """Strike through the dead units of a layer."""
        if layer >= len(self.dead) or len(self.dead[layer]) != len(self._values[layer]):
            return
        side = box.width() / columns
        painter.setPen(QPen(colour(self.theme.muted), 1))
        for unit in np.flatnonzero(self.dead[layer]).tolist():
            row, column = divmod(unit, columns)
            left, top = box.left() + column * side, box.top() + row * side
            painter.drawLine(QPointF(left, top + side), QPointF(left + side, top))

    def paintEvent(self, event: object) -> None:
        """Paint the strips."""
        painter = self.painter()
        if not self._values:
            self.write_message(painter, tr("Draw something: its activations appear here."))
            return
        layers = zip(self._titles, self._values, self._boxes(), strict=True)
        for layer, (title, values, (box, columns)) in enumerate(layers):
            limit = float(np.abs(values).max())
            index = np.zeros(-(-len(values) // columns) * columns, np.uint8)
            index[: len(values)] = signed_index(values, limit)
            grid = index.reshape(-1, columns)
            image = indexed_image(grid, _with_gap(activation_table(self.theme), self.theme.panel))
            painter.drawImage(box, image)
            side = box.width() / columns
            if side >= 5:
                painter.setPen(QPen(colour(self.theme.panel), 1))
                lines = [
                    QPointF(box.left() + k * side, y)
                    for k in range(columns + 1)
                    for y in (box.top(), box.bottom())
                ]
                lines += [
                    QPointF(x, box.top() + k * side)
                    for k in range(grid.shape[0] + 1)
                    for x in (box.left(), box.right())
                ]
                painter.drawLines(lines)
                self._mark_dead(painter, layer, box, columns)
            if self.hasFocus() and self._cursor[0] == layer and 0 <= self._cursor[1] < len(values):
                row, column = divmod(self._cursor[1], columns)
                painter.setPen(QPen(colour(self.theme.selection), 2))
                painter.drawRect(QRectF(box.left() + column * side, box.top() + row * side, side, side))
            middle = max(box.height(), 30.0)
            self.write(painter, QRectF(0, box.top(), self._label_width - 8, middle / 2), title, bold=True)
            active = tr(ACTIVE).format(limit=limit, share=100 * float((values > 0).mean()))
            self.write(
                painter,
                QRectF(0, box.top() + middle / 2, self._label_width - 8, middle / 2),
                active,
                size_px=11,
                muted=True,
            )


def _with_gap(table: list[int], background: str) -> list[int]:
    """Return the table with index 0, which no value uses, as the background."""
    return [0xFF000000 | int(background[1:], 16), *table[1:]]
