"""Weights of every layer as matrix images with labelled axes."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.colour_scale import SCOPE_WORDS, Scope, largest
from nnstudio.studio.painting.images import indexed_image, signed_index
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import font, signed_table
from nnstudio.studio.views.colour_legend import LEGEND_HEIGHT, LEGEND_TIP, paint_signed_legend
from nnstudio.studio.views.view import View

TITLE_HEIGHT = 36
TITLE_WIDTH = 120.0
SPACING = 26


class WeightMatrices(View):
    """Shows one image per weight matrix: a row for each unit, a column for each unit of the layer before."""

    legend_clicked = Signal()
    weight_clicked = Signal(int, int, int)
    """The computing layer, the unit in it, and the unit of the layer before."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.set_design_minimum_size(200, 90)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._cursor = (0, 0, -1)
        """Matrix, row and column of the keyboard cursor; before the first one initially."""
        self._titles: list[tuple[str, str]] = []
        self._weights: list[np.ndarray] = []
        self._index: list[np.ndarray] = []
        self._images: list[QImage] = []
        self._network_limit: float | None = None
        self.scope = Scope.LAYER
        self.classes: tuple[str, ...] = ()
        """Names of the last matrix's rows."""

    def show_weights(
        self,
        titles: list[tuple[str, str]],
        weights: list[np.ndarray],
        network_limit: float | None = None,
    ) -> None:
        """Show matrices (fan_out, fan_in), titled (from, to), of every computing layer.

        ``network_limit`` is the largest weight of the whole network, where that is the scope.

        Notes
        -----
        Aliasing: keeps references; the arrays must not change.
        """
        self._titles, self._weights = titles, weights
        self._network_limit = network_limit
        self._images = []
        self.update()

    def set_scope(self, scope: Scope) -> None:
        """Set the colour scale's scope: row, matrix or network."""
        self.scope = scope
        self._images = []
        self.update()

    def _limit_of(self, W: np.ndarray) -> float | np.ndarray:
        """Return the value of the full colour in a matrix, or in each of its rows, shape (fan_out, 1)."""
        if self.scope is Scope.UNIT:
            return np.abs(W).max(axis=1, keepdims=True)
        is_wide = self.scope is Scope.NETWORK and self._network_limit is not None
        return self._network_limit if is_wide else largest([W])

    def _legend_box(self) -> QRectF:
        return QRectF(0, self.design_height() - LEGEND_HEIGHT, self.design_width(), LEGEND_HEIGHT)

    def restyle(self) -> None:
        """Drop the cached image and repaint in the new colours."""
        self._images = []
        super().restyle()

    def _boxes(self) -> list[QRectF]:
        """Distribute the width by the root of the number of columns, so that small matrices stay visible.

        Each has room for its title, if the view is wide enough.
        """
        whole = self.design_width() - SPACING * (len(self._weights) - 1)
        least = max(min(TITLE_WIDTH, whole / max(len(self._weights), 1)), 0.0)
        room = whole - least * len(self._weights)
        height = self.design_height() - TITLE_HEIGHT - LEGEND_HEIGHT
        shares = [W.shape[1] ** 0.5 for W in self._weights]
        boxes, left = [], 0.0
        for W, share in zip(self._weights, shares, strict=True):
            width = least + room * share / sum(shares)
            cell = min(width / W.shape[1], 26.0)
            tall = min(height, W.shape[0] * max(cell * 1.6, 13.0 if W.shape[0] < 40 else cell))
            boxes.append(QRectF(left, TITLE_HEIGHT, cell * W.shape[1], tall))
            left += width + SPACING
        return boxes

    def _cell_at(self, position: QPointF) -> tuple[int, int, int] | None:
        for k, (box, W) in enumerate(zip(self._boxes(), self._weights, strict=True)):
            if box.contains(position):
                row = min(int((position.y() - box.top()) / box.height() * W.shape[0]), W.shape[0] - 1)
                column = min(int((position.x() - box.left()) / box.width() * W.shape[1]), W.shape[1] - 1)
                return k, row, column
        return None

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a weight."""
        found = self._cell_at(QPointF(position))
        if found is None:
            return tr(LEGEND_TIP) if self._legend_box().contains(QPointF(position)) else ""
        k, row, column = found
        source, target = self._titles[k]
        value = signed(self._weights[k][row, column], 4)
        is_output = k == len(self._weights) - 1 and row < len(self.classes)
        if is_output:
            return tr(
                "weight from {source} unit {column} to {target} unit {row} (class {name}): {value}"
            ).format(
                source=source, column=column, target=target, row=row, name=self.classes[row], value=value
            )
        return tr("weight from {source} unit {column} to {target} unit {row}: {value}").format(
            source=source, column=column, target=target, row=row, value=value
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the weight under the pointer and the unit of its row."""
        found = self._cell_at(self.place_of(event))
        if found is not None:
            self.weight_clicked.emit(*found)
        elif self._legend_box().contains(self.place_of(event)):
            self.legend_clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select a weight by arrow keys; Page Down and Page Up go to the next and previous matrix."""
        steps = {
            Qt.Key.Key_Left: (0, 0, -1),
            Qt.Key.Key_Right: (0, 0, 1),
            Qt.Key.Key_Up: (0, -1, 0),
            Qt.Key.Key_Down: (0, 1, 0),
            Qt.Key.Key_PageUp: (-1, 0, 0),
            Qt.Key.Key_PageDown: (1, 0, 0),
        }
        if event.key() not in steps or not self._weights:
            super().keyPressEvent(event)
            return
        matrix, row, column = (at + by for at, by in zip(self._cursor, steps[event.key()], strict=True))
        matrix = min(max(matrix, 0), len(self._weights) - 1)
        rows, columns = self._weights[matrix].shape
        self._cursor = matrix, min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
        self.weight_clicked.emit(*self._cursor)

    def paintEvent(self, event: object) -> None:
        """Paint the matrices with their axes and the colour scale."""
        painter = self.painter()
        if not self._weights:
            return
        if not self._images:
            self._index = [np.ascontiguousarray(signed_index(W, self._limit_of(W))) for W in self._weights]
            self._images = [indexed_image(index, signed_table(self.theme)) for index in self._index]
        boxes = self._boxes()
        ends = [*(box.left() - SPACING for box in boxes[1:]), float(self.design_width())]
        for box, end, image, W, titles in zip(
            boxes, ends, self._images, self._weights, self._titles, strict=True
        ):
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, box.width() < W.shape[1])
            painter.drawImage(box, image)
            self._write_titles(painter, QRectF(box.left(), 0, end - box.left(), TITLE_HEIGHT / 2), W, titles)
        limit = self._network_limit if self.scope is Scope.NETWORK else None
        paint_signed_legend(
            self,
            painter,
            self._legend_box(),
            limit,
            tr("weight, {scope}").format(scope=tr(SCOPE_WORDS[self.scope])),
        )

    def _write_titles(self, painter: QPainter, room: QRectF, W: np.ndarray, titles: tuple[str, str]) -> None:
        """Paint a matrix's title, shortened to layer and size in a narrow room."""
        source, target = titles
        size = f"{W.shape[0]} × {W.shape[1]}{self._scale_words(W)}"
        upper = f"{target} · {size}"
        lower = tr("columns: {source} → rows: {target}").format(source=source, target=target)
        if QFontMetricsF(font(12, bold=True)).horizontalAdvance(upper) > room.width():
            upper, lower = target, size
        self.write(painter, room, upper, bold=True)
        self.write(painter, room.translated(0, TITLE_HEIGHT / 2 - 2), lower, size_px=11, muted=True)

    def _scale_words(self, W: np.ndarray) -> str:
        """Return the hover text of a matrix's own colour scale."""
        return f" · ±{largest([W]):.3g}" if self.scope is Scope.LAYER else ""
