"""The confusion matrix: how often each true class, a row, was read as each class, a column."""

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage, QKeyEvent, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from nnstudio.engine.metrics import class_scores
from nnstudio.language import tr
from nnstudio.studio.painting.theme import colour, font
from nnstudio.studio.views.view import View

FIGURE_PX = 11
LINE = 18
RIGHT_OPACITY, WRONG_OPACITY = 0.45, 0.85


class ConfusionMatrix(View):
    """Shows counts: blue on the diagonal for what was read rightly, orange elsewhere, stronger for more.

    Colours go by the share of the row; that of mistakes has a scale of its own, up to the largest, or they
    could not be seen beside the diagonal.
    """

    cell_chosen = Signal(int, int)
    """The true class and the class it was read as."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setAccessibleDescription(tr("Arrow keys choose a cell, Enter shows its samples."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_design_minimum_size(160, 90)
        self._counts: np.ndarray | None = None
        self._names: tuple[str, ...] = ()
        self._widest = 0.0
        self._current = (0, 0)
        self._page: QPixmap | None = None

    # What it shows

    def show_counts(self, counts: np.ndarray, names: tuple[str, ...]) -> None:
        """Show a table of shape (n_classes, n_classes), ``[true, read]``."""
        self._counts, self._names = counts, names
        self._widest = max(map(QFontMetricsF(font(FIGURE_PX)).horizontalAdvance, names))
        self._current = tuple(min(k, len(names) - 1) for k in self._current)
        self._page = None
        self.update()

    def restyle(self) -> None:
        """Drop the image in the old colours and repaint."""
        self._page = None
        super().restyle()

    def resizeEvent(self, event: object) -> None:
        """Paint anew at the new size."""
        self._page = None

    # Layout

    def _table(self) -> QRectF:
        """Return the box of the cells: right of and below the classes' names."""
        left = max(min(self._widest + 8, self.design_width() / 4) + LINE, 54.0)
        top = float(LINE)
        return QRectF(left, top, self.design_width() - left - 1, max(self.design_height() - top - 1, 1))

    def _cell(self, true: int, read: int) -> QRectF:
        table, n = self._table(), len(self._names)
        width, height = table.width() / n, table.height() / n
        return QRectF(table.left() + read * width, table.top() + true * height, width, height)

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """Return the true class and the class read of the cell at a position."""
        if self._counts is None or not self._table().contains(position):
            return None
        table, n = self._table(), len(self._names)
        true = min(int((position.y() - table.top()) / table.height() * n), n - 1)
        read = min(int((position.x() - table.left()) / table.width() * n), n - 1)
        return true, read

    # Gestures

    def explain(self, position: QPoint) -> str:
        """Tell the cell, the row or the column under the pointer."""
        if self._counts is None:
            return ""
        point, table, n = QPointF(position), self._table(), len(self._names)
        found = self.cell_at(point)
        if found is not None:
            return self._explain_cell(*found)
        scores = class_scores(self._counts)
        if point.x() < table.left() and point.y() >= table.top():
            k = min(int((point.y() - table.top()) / table.height() * n), n - 1)
            right, n_true = int(self._counts[k, k]), int(scores.support[k])
            return tr("true {name}: {right:,} of {n_true:,} read rightly ({percent})").format(
                name=self._names[k], right=right, n_true=n_true, percent=_percent(right, n_true)
            )
        if point.x() >= table.left():
            k = min(int((point.x() - table.left()) / table.width() * n), n - 1)
            right, n_read = int(self._counts[k, k]), int(self._counts[:, k].sum())
            return tr("read as {name}: {n_read:,}, of which {right:,} are ({percent})").format(
                name=self._names[k], n_read=n_read, right=right, percent=_percent(right, n_read)
            )
        return ""

    def _explain_cell(self, true: int, read: int) -> str:
        count, n_true = int(self._counts[true, read]), int(self._counts[true].sum())
        how = tr("read rightly") if true == read else tr("read as {name}").format(name=self._names[read])
        return tr("{name} {how}: {count:,} of {n_true:,} ({percent})\nClick or Enter: show them.").format(
            name=self._names[true], how=how, count=count, n_true=n_true, percent=_percent(count, n_true)
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the pointer."""
        found = self.cell_at(self.place_of(event))
        if found is not None:
            self._current = found
            self.cell_chosen.emit(*found)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move among the cells by arrow keys; Enter chooses."""
        key, last = Qt.Key(event.key()), len(self._names) - 1
        step = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }.get(key)
        if self._counts is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.cell_chosen.emit(*self._current)
        elif self._counts is not None and step is not None:
            self._current = tuple(min(max(k + d, 0), last) for k, d in zip(self._current, step, strict=True))
            self.update()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        """Show where the keys are."""
        self.update()

    def focusOutEvent(self, event: object) -> None:
        """Show that the keys are elsewhere."""
        self.update()

    # Painting

    def _pixels(self) -> np.ndarray:
        """Return a pixel ``0xAARRGGBB`` for each cell, uint32, blue on the diagonal and orange elsewhere."""
        right, wrong = (int(code[1:], 16) for code in (self.theme.positive, self.theme.negative))
        colours = np.where(np.eye(len(self._counts), dtype=bool), right, wrong).astype(np.uint32)
        alpha = np.rint(255 * self._opacities()).astype(np.uint32)
        return np.ascontiguousarray(colours | (alpha << 24))

    def _opacities(self) -> np.ndarray:
        """Return each cell's opacity of its colour, 0…1."""
        n_true = self._counts.sum(axis=1, keepdims=True)
        shares = self._counts / np.maximum(n_true, 1)
        wrong = shares * (1 - np.eye(len(shares)))
        # The root keeps a single mistake visible.
        opacities = WRONG_OPACITY * np.sqrt(wrong / max(wrong.max(), 1e-9))
        np.fill_diagonal(opacities, RIGHT_OPACITY * np.diagonal(shares))
        return opacities

    def _render(self) -> QPixmap:
        ratio = self.design_pixel_ratio()
        page = QPixmap(round(self.design_width() * ratio), round(self.design_height() * ratio))
        page.setDevicePixelRatio(ratio)
        page.fill(Qt.GlobalColor.transparent)
        painter = QPainter(page)
        pixels = self._pixels()
        n = len(pixels)
        image = QImage(pixels.data, n, n, 4 * n, QImage.Format.Format_ARGB32)
        painter.drawImage(self._table(), image)
        if self._figures_fit():
            painter.setFont(font(FIGURE_PX))
            painter.setPen(colour(self.theme.text))
            for true, read in np.argwhere(self._counts).tolist():
                count = str(self._counts[true, read])
                painter.drawText(self._cell(true, read), Qt.AlignmentFlag.AlignCenter, count)
        self._paint_frame(painter)
        painter.end()
        return page

    def _figures_fit(self) -> bool:
        metrics, cell = QFontMetricsF(font(FIGURE_PX)), self._cell(0, 0)
        widest = metrics.horizontalAdvance(str(int(self._counts.max())))
        return widest <= cell.width() and metrics.ascent() <= cell.height()

    def _paint_frame(self, painter: QPainter) -> None:
        """Paint the lines between the cells, the classes' names and the headings."""
        table, n = self._table(), len(self._names)
        painter.setPen(QPen(colour(self.theme.line), 1))
        for k in range(n + 1):
            x, y = table.left() + k * table.width() / n, table.top() + k * table.height() / n
            painter.drawLine(QPointF(x, table.top()), QPointF(x, table.bottom()))
            painter.drawLine(QPointF(table.left(), y), QPointF(table.right(), y))
        # Where there is no room for every name, every second or third is written.
        below = math.ceil((FIGURE_PX + 1) * n / table.height())
        beside = math.ceil(min(self._widest + 2, table.width() / n * 3) * n / table.width())
        room = beside * table.width() / n
        for k, name in enumerate(self._names):
            cell = self._cell(k, k)
            row = QRectF(LINE, cell.center().y() - LINE / 2, table.left() - LINE - 4, LINE)
            column = QRectF(cell.center().x() - room / 2, 0, room, LINE)
            if k % below == 0:
                self.write(painter, row, name, size_px=FIGURE_PX, align=Qt.AlignmentFlag.AlignRight)
            if k % beside == 0:
                self.write(painter, column, name, size_px=FIGURE_PX, align=Qt.AlignmentFlag.AlignHCenter)
        corner = QRectF(0, 0, table.left() - 4, LINE)
        self.write(
            painter, corner, tr("read as"), size_px=FIGURE_PX, muted=True, align=Qt.AlignmentFlag.AlignRight
        )
        painter.save()
        painter.translate(0, table.bottom())
        painter.rotate(-90)
        left = QRectF(0, 0, table.height(), LINE)
        self.write(
            painter, left, tr("true"), size_px=FIGURE_PX, muted=True, align=Qt.AlignmentFlag.AlignHCenter
        )
        painter.restore()

    def paintEvent(self, event: object) -> None:
        """Paint the table, and a frame around the cell that the keys are at."""
        if self._counts is None:
            return
        if self._page is None or self._page.devicePixelRatio() != self.design_pixel_ratio():
            self._page = self._render()
        painter = self.painter()
        painter.drawPixmap(0, 0, self._page)
        if self.hasFocus():
            painter.setPen(QPen(colour(self.theme.selection), 2))
            painter.drawRect(self._cell(*self._current))


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else tr("none")
