"""The confusion matrix: how often each true class, a row, was read as each class, a column."""

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QWidget,
)

from nnstudio.engine.metrics import class_scores
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.images import pixel_image
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.pixel_painting import mixed, value_of
from nnstudio.studio.painting.theme import appearance, colour, text_font, text_scale

FIGURE_PX = 11
LINE = 18
NARROWEST_NAMES = 54
RIGHT_OPACITY, WRONG_OPACITY = 0.45, 0.85

Index = QModelIndex | QPersistentModelIndex


@contained
class ConfusionMatrix(QTableView):
    """Shows counts: blue on the diagonal for what was read rightly, orange elsewhere, stronger for more.

    Colours go by the share of the row; that of mistakes has a scale of its own, up to the largest, or they
    could not be seen beside the diagonal. All cells are always in sight, however many classes there are.
    """

    cell_chosen = Signal(int, int)
    """The true class and the class it was read as."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name.lower().replace(" ", "-"))
        self.setAccessibleName(name)
        self.setAccessibleDescription(tr("Arrow keys choose a cell, Enter shows its samples."))
        self.setToolTip(self.accessibleDescription())
        self._counts = _Counts(self)
        self.setModel(self._counts)
        self._writes_counts = False
        self.setHorizontalHeader(_ClassHeader(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_ClassHeader(Qt.Orientation.Vertical, self))
        self.setCornerButtonEnabled(False)
        corner = self.findChild(QAbstractButton)
        corner.setAccessibleName(tr("read as"))
        layout = QHBoxLayout(corner)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.addWidget(remark(tr("read as"), corner), 0, Qt.AlignmentFlag.AlignRight)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setMinimumSize(QSize(160, 90) * text_scale())
        self.clicked.connect(lambda index: self.cell_chosen.emit(index.row(), index.column()))
        appearance.follow(self, self._lay_out)

    def numbers(self) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Return the names of columns and a row of counts for each true class."""
        names = self._counts.names
        rows = [(name, *row) for name, row in zip(names, self._counts.counts.tolist(), strict=True)]
        return (tr("true, read as"), *names), rows

    @property
    def largest_misread(self) -> float:
        """The largest share of a true class, 0 … 1, that was read as another one."""
        return float(self._counts.misread().max(initial=0))

    def show_counts(self, counts: np.ndarray, names: tuple[str, ...]) -> None:
        """Show a table of shape (n_classes, n_classes), ``[true, read]``."""
        self._counts.show_counts(counts, names)
        self._lay_out()
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self._counts.index(0, 0))

    def _lay_out(self) -> None:
        """Give names as much room as they need and cells the rest, and write counts where they fit."""
        scale, names = text_scale(), self._counts.names
        metrics = QFontMetricsF(text_font(FIGURE_PX))
        widest = max(map(metrics.horizontalAdvance, names), default=0.0)
        line = round(LINE * scale)
        left = round(max(min(widest + 8 * scale, self.width() / 4) + line, NARROWEST_NAMES * scale))
        self.verticalHeader().setFixedWidth(left)
        self.horizontalHeader().setFixedHeight(line)
        n = max(1, len(names))
        width, height = max(1, self.width() - left) / n, max(1, self.height() - line) / n
        self.horizontalHeader().step = math.ceil(min(widest + 2, 3 * width) / width)
        self.verticalHeader().step = math.ceil((FIGURE_PX + 1) * scale / height)
        figure = metrics.horizontalAdvance(str(self._counts.largest))
        self._writes_counts = figure <= width and metrics.ascent() <= height
        self.viewport().update()

    # Qt's events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new room among the cells."""
        super().resizeEvent(event)
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the current cell by Enter."""
        index = self.currentIndex()
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif index.isValid():
            self.cell_chosen.emit(index.row(), index.column())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells, and a frame around the one that the keys are at.

        All at once: a delegate, called for each cell, takes six times as long for 47 classes.
        """
        self.executeDelayedItemsLayout()
        model, theme, n = self._counts, appearance.theme, len(self._counts.names)
        if not n:
            return
        painter = QPainter(self.viewport())
        lefts, widths = _sections(self.horizontalHeader())
        tops, heights = _sections(self.verticalHeader())
        right, wrong = value_of(theme.positive), value_of(theme.negative)
        tints = np.where(np.eye(n, dtype=bool), right, wrong).astype(np.uint32)
        pixels = mixed(value_of(theme.panel), tints, model.opacities())
        image = pixel_image(pixels.repeat(heights, axis=0).repeat(widths, axis=1))
        painter.drawImage(0, 0, image)
        if self._writes_counts:
            painter.setFont(text_font(FIGURE_PX))
            painter.setPen(colour(theme.text))
            for true, read in np.argwhere(model.counts).tolist():
                cell = QRect(lefts[read], tops[true], widths[read], heights[true])
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, str(model.counts[true, read]))
        painter.setPen(QPen(colour(theme.line), 1))
        for left, width in zip(lefts, widths, strict=True):
            painter.drawLine(left + width - 1, 0, left + width - 1, image.height() - 1)
        for top, height in zip(tops, heights, strict=True):
            painter.drawLine(0, top + height - 1, image.width() - 1, top + height - 1)
        if self.hasFocus():
            painter.setPen(QPen(colour(theme.selection), 2))
            # Within the cell, which is all that is painted again when the keys move.
            painter.drawRect(QRectF(self.visualRect(self.currentIndex())).adjusted(1, 1, -1, -1))


@contained
class _Counts(QStandardItemModel):
    """The counts as Qt asks for them.

    Notes
    -----
    Qt's model only counts rows and columns, which is asked for at every cell.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(0, 0, parent)
        self.counts = np.zeros((0, 0), np.int64)
        self.names: tuple[str, ...] = ()

    @property
    def largest(self) -> int:
        """The largest count."""
        return int(self.counts.max(initial=0))

    def show_counts(self, counts: np.ndarray, names: tuple[str, ...]) -> None:
        """Hold other counts, ``[true, read]``."""
        self.counts, self.names = counts, names
        n = len(names)
        self.setRowCount(n)
        self.setColumnCount(n)
        self.dataChanged.emit(self.index(0, 0), self.index(n - 1, n - 1))

    def _shares(self) -> np.ndarray:
        """Return each cell's share of its true class, 0 … 1."""
        return self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)

    def misread(self) -> np.ndarray:
        """Return the shares that were read as another class; none is on the diagonal."""
        return self._shares() * (1 - np.eye(len(self.counts)))

    def opacities(self) -> np.ndarray:
        """Return each cell's opacity of its colour, 0…1."""
        shares, wrong = self._shares(), self.misread()
        # The root keeps a single mistake visible.
        opacities = WRONG_OPACITY * np.sqrt(wrong / max(wrong.max(initial=0), 1e-9))
        np.fill_diagonal(opacities, RIGHT_OPACITY * np.diagonal(shares))
        return opacities

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's count or what it means."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return str(self.counts[index.row(), index.column()])
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._explain_cell(index.row(), index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._explain_cell(index.row(), index.column()).splitlines()[0]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a class's name, or how often it is read rightly."""
        if not 0 <= section < len(self.names):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.names[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            is_row = orientation is Qt.Orientation.Vertical
            return self._explain_row(section) if is_row else self._explain_column(section)
        return None

    def _explain_row(self, k: int) -> str:
        right, n_true = int(self.counts[k, k]), int(class_scores(self.counts).support[k])
        return tr("true {name}: {right:,} of {n_true:,} read rightly ({percent})").format(
            name=self.names[k], right=right, n_true=n_true, percent=_percent(right, n_true)
        )

    def _explain_column(self, k: int) -> str:
        right, n_read = int(self.counts[k, k]), int(self.counts[:, k].sum())
        return tr("read as {name}: {n_read:,}, of which {right:,} are ({percent})").format(
            name=self.names[k], n_read=n_read, right=right, percent=_percent(right, n_read)
        )

    def _explain_cell(self, true: int, read: int) -> str:
        count, n_true = int(self.counts[true, read]), int(self.counts[true].sum())
        how = tr("read rightly") if true == read else tr("read as {name}").format(name=self.names[read])
        return tr("{name} {how}: {count:,} of {n_true:,} ({percent})\nClick or Enter: show them.").format(
            name=self.names[true], how=how, count=count, n_true=n_true, percent=_percent(count, n_true)
        )


@contained
class _ClassHeader(QHeaderView):
    """The names of the classes beside the rows or above the columns.

    Attributes
    ----------
    step : int
        Every so many names are written, so that they have room.
    """

    def __init__(self, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self.step = 1
        self.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setMinimumSectionSize(1)
        self.setHighlightSections(False)
        self.viewport().setAutoFillBackground(False)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Write the name of a class, if it is one of those that are written."""
        if section % self.step:
            return
        scale = text_scale()
        painter.setFont(text_font(FIGURE_PX))
        painter.setPen(colour(appearance.theme.text))
        name = self.model().headerData(section, self.orientation())
        if self.orientation() == Qt.Orientation.Horizontal:
            beside = (self.step - 1) * rect.width() / 2
            room = QRectF(rect).adjusted(-beside, 0, beside, 0)
            align = Qt.AlignmentFlag.AlignCenter
        else:
            height = (FIGURE_PX + 2) * scale
            top = max(0.0, min(rect.y() + (rect.height() - height) / 2, self.height() - height))
            room = QRectF(LINE * scale, top, rect.width() - (LINE + 4) * scale, height)
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        short = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
        painter.drawText(room, align, short)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the names, the edge of the table, and what the rows are."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(QPen(colour(appearance.theme.line), 1))
        edge = self.viewport().rect()
        if self.orientation() == Qt.Orientation.Horizontal:
            painter.drawLine(edge.bottomLeft(), edge.bottomRight())
            return
        painter.drawLine(edge.topRight(), edge.bottomRight())
        painter.setFont(text_font(FIGURE_PX))
        painter.setPen(colour(appearance.theme.muted))
        painter.translate(0, edge.height())
        painter.rotate(-90)
        left = QRectF(0, 0, edge.height(), LINE * text_scale())
        painter.drawText(left, Qt.AlignmentFlag.AlignCenter, tr("true"))


def _sections(header: QHeaderView) -> tuple[list[int], list[int]]:
    """Return where the rows or columns begin, and their sizes, in pixels."""
    n = header.count()
    return [header.sectionPosition(k) for k in range(n)], [header.sectionSize(k) for k in range(n)]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else tr("none")
