"""Contributions of the strongest units to a difference of two logits, or to an output."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import InputSpace
from nnstudio.insight.contributions import Contributions
from nnstudio.insight.terms import strongest
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import colour
from nnstudio.studio.session.layer_names import unit_word
from nnstudio.studio.session.output_kinds import StudioOutputKind
from nnstudio.studio.views.view import View

CAPTION_HEIGHT = 17
ROW_HEIGHT = 16
GAP = 18
NAME_WIDTH = 56
NUMBER_WIDTH = 46
NARROWEST_COLUMN = 150

GENERAL = translatable(
    "{speaks} Each layer's shares, all others included, and the biases\n"
    "of this and all later layers add up to {explained}."
)


@dataclass(frozen=True)
class _Column:
    """One layer's bars: their boxes and units."""

    box: QRectF
    layer: int
    units: np.ndarray


class WhyView(View):
    """Shows ``Contributions`` as bars for each hidden layer; for the inputs too, where they are no pixels.

    Notes
    -----
    Decided 2026-11: own painting, which follows the pen. A plot for each layer, with names and numbers at its
    axes, took 3.8 ms a frame instead of 0.4 for one layer and 9.4 instead of 1.1 for three.
    """

    unit_clicked = Signal(int, int)
    unit_pointed = Signal(object, object)
    """The computing layer (−1: the input) and the unit under the pointer or the keys, or None and None."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.set_design_minimum_size(200, 60)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._found: tuple[Contributions, ...] = ()
        self._space: InputSpace | None = None
        self._names: list[str] = []
        self._kind: StudioOutputKind | None = None
        self._selected: tuple[int, int] | None = None
        self._cursor: tuple[int, int] | None = None

    def show_contributions(
        self,
        found: tuple[Contributions, ...],
        space: InputSpace,
        layer_names: list[str],
        kind: StudioOutputKind,
    ) -> None:
        """Show contributions; ``layer_names`` are those of the input and of every computing layer."""
        self._found, self._space, self._names, self._kind = found, space, layer_names, kind
        self.update()

    def numbers(self) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Return the share of every input and unit, and of the biases, for each layer."""
        rows: list[tuple[object, ...]] = []
        for layer, (name, found) in enumerate(zip(self._names, self._found, strict=False)):
            values = found.values.tolist()
            # Units count from 1, pixels from 0.
            keys = range(1, len(values) + 1) if layer else self._space.names or range(len(values))
            rows += [(name, key, value) for key, value in zip(keys, values, strict=True)]
            rows.append((name, tr("biases"), found.biases))
        return (tr("layer"), tr("unit"), tr("share")), rows

    def clear(self) -> None:
        """Show a hint that there is no prediction yet."""
        self._found = ()
        self.update()

    def select(self, unit: tuple[int, int] | None) -> None:
        """Frame a unit of a computing layer, if its bar is shown."""
        if unit != self._selected:
            self._selected = unit
            self.update()

    # Layout

    def _columns(self) -> list[_Column]:
        """Compute a column of the strongest units for every layer that has room."""
        if not self._found:
            return []
        first = 1 if self._space.traits.has_pixels else 0
        layers = list(range(first, len(self._found)))
        area = QRectF(self.design_rect())
        if not layers or area.height() < CAPTION_HEIGHT + 2 * ROW_HEIGHT:
            return []
        # Without room for all layers, the last ones are kept.
        n = min(len(layers), max(int((area.width() + GAP) // (NARROWEST_COLUMN + GAP)), 1))
        width = (area.width() - GAP * (n - 1)) / n
        n_rows = int((area.height() - CAPTION_HEIGHT - 2 * ROW_HEIGHT) // ROW_HEIGHT)
        columns = []
        for k, layer in enumerate(layers[-n:]):
            box = QRectF(area.left() + k * (width + GAP), area.top(), width, area.height())
            units = strongest(self._found[layer].values, max(n_rows, 0))
            columns.append(_Column(box, layer, units))
        return columns

    @staticmethod
    def _row_box(column: _Column, row: int) -> QRectF:
        top = column.box.top() + CAPTION_HEIGHT + ROW_HEIGHT * row
        return QRectF(column.box.left(), top, column.box.width(), ROW_HEIGHT)

    def _unit_name(self, layer: int, unit: int) -> str:
        return unit_word(unit) if layer else self._space.names[unit]

    def _unit_at(self, position: QPointF) -> tuple[int, int] | None:
        for column in self._columns():
            for row, unit in enumerate(column.units.tolist()):
                if self._row_box(column, row).contains(position):
                    return column.layer, unit
        return None

    # Mouse and keyboard

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a unit: its contribution."""
        if not self._found:
            return ""
        unit = self._unit_at(QPointF(position))
        if unit is not None:
            return self._describe(*unit)
        return tr(GENERAL).format(speaks=tr(self._kind.speaks), explained=tr(self._kind.explained))

    def _describe(self, layer: int, unit: int) -> str:
        value, of = self._found[layer].values[unit], self._names[layer].lower()
        return tr("{unit} of {layer}: adds {value} to {explained}").format(
            unit=self._unit_name(layer, unit),
            layer=of,
            value=signed(value, 4),
            explained=tr(self._kind.explained),
        )

    def _point(self, found: tuple[int, int] | None) -> None:
        layer, unit = (None, None) if found is None else (found[0] - 1, found[1])
        self.unit_pointed.emit(layer, unit)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the hovered unit in other views."""
        self._point(self._unit_at(self.place_of(event)))

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the mark in other views."""
        self._point(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the unit under the pointer."""
        found = self._unit_at(self.place_of(event))
        if found is not None and found[0] > 0:
            self.unit_clicked.emit(found[0] - 1, found[1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move through the bars with the arrow keys, select with Enter."""
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        columns = [column for column in self._columns() if column.layer > 0 and len(column.units)]
        if columns and event.key() in steps:
            aside, down = steps[event.key()]
            k, row = self._cursor or (0, -down)
            k = min(max(k + aside, 0), len(columns) - 1)
            row = min(max(row + down, 0), len(columns[k].units) - 1)
            self._cursor = k, row
            found = columns[k].layer, int(columns[k].units[row])
            self.setAccessibleDescription(self._describe(*found))
            self._point(found)
            self.update()
        elif columns and self._cursor and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            k, row = self._cursor
            if k < len(columns) and row < len(columns[k].units):
                self.unit_clicked.emit(columns[k].layer - 1, int(columns[k].units[row]))
        else:
            super().keyPressEvent(event)

    # Painting

    def paintEvent(self, event: object) -> None:
        """Paint the bars."""
        painter = self.painter()
        if not self._found:
            text = tr("With an input, what each neuron adds to the answer appears here.")
            self.write_message(painter, text)
            return
        columns = self._columns()
        marked = [column for column in columns if column.layer > 0 and len(column.units)]
        for column in columns:
            cursor = None
            if (
                self.hasFocus()
                and self._cursor
                and column in marked
                and marked.index(column) == self._cursor[0]
            ):
                cursor = self._cursor[1]
            self._paint_column(painter, column, cursor)

    def _paint_column(self, painter: QPainter, column: _Column, cursor: int | None) -> None:
        shares, box = self._found[column.layer], column.box
        caption = QRectF(box.left(), box.top(), box.width(), CAPTION_HEIGHT)
        self.write(painter, caption, self._names[column.layer], size_px=11, bold=True)
        limit = max(float(np.abs(shares.values).max()), 1e-12)
        for row, unit in enumerate(column.units.tolist()):
            place = self._row_box(column, row)
            selected = column.layer > 0 and self._selected == (column.layer - 1, unit)
            if selected or row == cursor:
                painter.setPen(QPen(colour(self.theme.selection), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            self._paint_bar(painter, place, self._unit_name(column.layer, unit), shares.values[unit], limit)
        others = float(shares.values.sum() - shares.values[column.units].sum())
        below = self._row_box(column, len(column.units))
        for k, (name, value) in enumerate(((tr("all others"), others), (tr("biases above"), shares.biases))):
            line = below.translated(0, ROW_HEIGHT * k)
            self.write(painter, line.adjusted(3, 0, -NUMBER_WIDTH, 0), name, size_px=11, muted=True)
            self._write_number(painter, line, value)

    def _paint_bar(self, painter: QPainter, box: QRectF, name: str, value: float, limit: float) -> None:
        label = QRectF(box.left() + 3, box.top(), NAME_WIDTH - 5, box.height())
        self.write(painter, label, name, size_px=11, muted=True)
        left, right = box.left() + NAME_WIDTH, box.right() - NUMBER_WIDTH
        middle = (left + right) / 2
        length = float(value) / limit * (right - left) / 2
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.drawLine(QPointF(middle, box.top()), QPointF(middle, box.bottom()))
        code = self.theme.positive if value > 0 else self.theme.negative
        painter.fillRect(
            QRectF(min(middle, middle + length), box.top() + 4, abs(length), box.height() - 8), colour(code)
        )
        self._write_number(painter, box, value)

    def _write_number(self, painter: QPainter, box: QRectF, value: float) -> None:
        number = QRectF(box.right() - NUMBER_WIDTH, box.top(), NUMBER_WIDTH - 2, box.height())
        self.write(painter, number, signed(float(value)), size_px=11, align=Qt.AlignmentFlag.AlignRight)
