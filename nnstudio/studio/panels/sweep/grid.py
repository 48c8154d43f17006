"""The cells of a sweep as a table of pictures: a row and a column for each value of two settings.

Where more settings vary, a column is a value of the last one, and a row values of all others.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nnstudio.insight.sweep import CellResult
from nnstudio.insight.sweep_spec import SweepCell, SweepSpec
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure, grouped
from nnstudio.studio.painting.theme import appearance, colour, text_font, text_scale
from nnstudio.studio.panels.sweep.pictures import PictureStyle
from nnstudio.studio.views.navigation import key_of
from nnstudio.studio.views.row_table import ENTER, NO_MODIFIER

SMALLEST_PX, LARGEST_PX = 56, 220
"""Side of a picture, in design pixels."""

NARROWEST_PX = 108
"""Width of a cell, in design pixels."""

LINE_PX, MARGIN_PX = 14, 4
N_LINES = 2
"""Lines of figures below a picture."""

Index = QModelIndex | QPersistentModelIndex


class GridModel(QAbstractTableModel):
    """What is known of each cell."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.spec: SweepSpec | None = None
        self.results: Mapping[SweepCell, CellResult] = {}
        self.under_way: SweepCell | None = None
        self._places: tuple[SweepCell, ...] = ()
        self._rows: dict[SweepCell, int] = {}
        """The number of each row, by its places along all axes but the last."""

    def begin(self, spec: SweepSpec) -> None:
        """Show the empty cells of a sweep."""
        self.beginResetModel()
        self.spec, self.results, self.under_way = spec, {}, None
        sides = (range(len(axis.values)) for axis in spec.axes[:-1])
        self._rows = {places: row for row, places in enumerate(product(*sides))}
        self._places = tuple(self._rows)
        self.endResetModel()

    def cell_at(self, index: Index) -> SweepCell:
        """Return the cell at an index of the table."""
        return (*self._places[index.row()], index.column())

    def cell_index(self, cell: SweepCell) -> QModelIndex:
        """Return where a cell is; an invalid index where there is no such cell."""
        row = self._rows.get(cell[:-1])
        return QModelIndex() if row is None else self.index(row, cell[-1])

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of values down."""
        is_root = parent is None or not parent.isValid()
        return len(self._rows) if is_root else 0

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of values across."""
        is_root = parent is None or not parent.isValid()
        return len(self.spec.axes[-1].values) if is_root and self.spec is not None else 0

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return the value of a row or of a column; the first one has the setting's name."""
        if self.spec is None:
            return None
        is_across = orientation is Qt.Orientation.Horizontal
        axes = self.spec.axes[-1:] if is_across else self.spec.axes[:-1]
        places = [(place,) for place in range(self.columnCount())] if is_across else self._places
        if not 0 <= section < len(places):
            return None
        values = list(zip(axes, places[section], strict=True))
        if role == Qt.ItemDataRole.DisplayRole:
            return ", ".join(axis.text(place) for axis, place in values)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(axis.titled(place) for axis, place in values)
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return a cell's hover text and what a screen reader says."""
        if self.spec is None or not index.isValid():
            return None
        if role not in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        cell = self.cell_at(index)
        return "\n".join((self.spec.title_of(cell), *self.words(cell)))

    def words(self, cell: SweepCell) -> tuple[str, ...]:
        """Return what is known of a cell, line by line."""
        assert self.spec is not None, "cells are those of a sweep"
        result = self.results.get(cell)
        if result is None:
            return (tr("being trained …") if cell == self.under_way else tr("still to be trained"),)
        if result.failure:
            return (result.failure,)
        measure = self.spec.problem.measure
        lines = [
            tr("test {measure} {value}").format(
                measure=tr(measure.title), value=measure.text(result.test_score)
            ),
            tr("train {measure} {value}").format(
                measure=tr(measure.title), value=measure.text(result.train_score)
            ),
            tr("{n} parameters").format(n=grouped(result.n_params)),
        ]
        if result.boundary is not None:
            lines.append(tr("boundary {length} long").format(length=figure(result.boundary)))
        if len(result.seeds) > 1:
            low, high = result.test_range
            lines.append(
                tr(
                    "means of {n} seeds; on the test set from {low} to {high}; the picture is of seed {seed}"
                ).format(
                    n=len(result.seeds),
                    low=measure.text(low),
                    high=measure.text(high),
                    seed=result.seeds[0].seed,
                )
            )
        lines.append(tr("A click or Enter opens it as a run."))
        return tuple(lines)


@contained
class SweepGrid(QTableView):
    """Shows a picture and the figures of each cell; a click or Enter opens one as a run."""

    opened = Signal(object)
    """A SweepCell that was clicked, or chosen by Enter."""

    moved = Signal(object)
    """The SweepCell that the cursor is on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sweep-grid")
        self.setAccessibleName(tr("Cells of the sweep"))
        self.setAccessibleDescription(tr("Arrow keys choose a cell, Enter opens it as a run."))
        self.pictures: Mapping[SweepCell, QImage] = {}
        self.cells = GridModel(self)
        self._delegate = _CellDelegate(self)
        self._has_pictures = False
        self.setModel(self.cells)
        self.setItemDelegate(self._delegate)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setCornerButtonEnabled(False)
        corner = self.findChild(QAbstractButton)
        corner.setAccessibleName(tr("Corner of the grid"))
        corner.setToolTip(tr("Each row and each column is a value of one of the two settings"))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(False)
            header.setSectionsClickable(False)
            header.setMinimumSectionSize(1)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumSize(QSize(NARROWEST_PX + 60, SMALLEST_PX + 60) * text_scale())
        self.clicked.connect(lambda index: self.opened.emit(self.cells.cell_at(index)))
        appearance.follow(self, self._lay_out)

    def begin(self, spec: SweepSpec) -> None:
        """Show the empty cells of a sweep."""
        self.pictures = {}
        self._has_pictures = spec.problem.input_space.traits.has_field
        self.cells.begin(spec)
        self._lay_out()
        self.setCurrentIndex(self.cells.index(0, 0))

    def show_results(
        self,
        results: Mapping[SweepCell, CellResult],
        pictures: Mapping[SweepCell, QImage],
        under_way: SweepCell | None,
    ) -> None:
        """Show what is known by now."""
        self.cells.results, self.cells.under_way, self.pictures = results, under_way, pictures
        self.viewport().update()

    def choose(self, cell: SweepCell) -> None:
        """Put the cursor on a cell."""
        index = self.cells.cell_index(cell)
        if index.isValid() and index != self.currentIndex():
            self.setCurrentIndex(index)

    @property
    def in_sight(self) -> frozenset[SweepCell]:
        """The cells that are seen, at least in part."""
        if self.cells.spec is None:
            return frozenset()
        port = self.viewport().rect()
        rows, columns = self.rowAt(port.top()), self.columnAt(port.left())
        last_row, last_column = self.rowAt(port.bottom()), self.columnAt(port.right())
        last_row = self.cells.rowCount() - 1 if last_row < 0 else last_row
        last_column = self.cells.columnCount() - 1 if last_column < 0 else last_column
        return frozenset(
            self.cells.cell_at(self.cells.index(row, column))
            for row in range(max(rows, 0), last_row + 1)
            for column in range(max(columns, 0), last_column + 1)
        )

    @property
    def picture_style(self) -> PictureStyle:
        """How pictures are to be painted for the cells as they are laid out."""
        ratio = self.devicePixelRatioF()
        side = max(1, round(self._delegate.side * ratio))
        return PictureStyle(side, ratio * text_scale(), appearance.theme)

    def _lay_out(self) -> None:
        """Make the cells as large as the room allows, and pictures that can be told apart at least."""
        spec, scale = self.cells.spec, text_scale()
        if spec is None:
            return
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setFont(text_font(11))
        # Qt would measure the rows that are seen alone, and not again when others come.
        rows = (self.cells.headerData(row, Qt.Orientation.Vertical) for row in range(self.cells.rowCount()))
        longest = max(map(self.verticalHeader().fontMetrics().horizontalAdvance, rows))
        self.verticalHeader().setFixedWidth(min(longest + round(16 * scale), self.width() // 2))
        margin, lines = round(2 * MARGIN_PX * scale), round(N_LINES * LINE_PX * scale)
        room = self.maximumViewportSize()
        width = max(round(NARROWEST_PX * scale), room.width() // self.cells.columnCount())
        height = lines + margin
        side = 0
        if self._has_pictures:
            side = max(room.height() // self.cells.rowCount() - height, round(SMALLEST_PX * scale))
            side = min(side, width - margin, round(LARGEST_PX * scale))
            height += side
        width = min(width, max(side + margin, round(1.6 * NARROWEST_PX * scale)))
        self._delegate.side = side
        self.horizontalHeader().setDefaultSectionSize(width)
        self.verticalHeader().setDefaultSectionSize(height)
        self.viewport().update()

    # Qt's events

    def resizeEvent(self, event: Any) -> None:
        """Lay the cells out for the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        """Say where the cursor is."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.moved.emit(self.cells.cell_at(current))

    def event(self, event: QEvent) -> bool:
        """Claim Enter before the window's shortcuts."""
        override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if override and _is_opening(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current cell by Enter."""
        index = self.currentIndex()
        if not _is_opening(event):
            super().keyPressEvent(event)
        elif index.isValid():
            self.opened.emit(self.cells.cell_at(index))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells, or what the panel is for."""
        super().paintEvent(event)
        if self.cells.spec is None:
            painter = QPainter(self.viewport())
            painter.setFont(text_font(12))
            painter.setPen(colour(appearance.theme.muted))
            middle = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(
                self.viewport().rect().adjusted(8, 8, -8, -8),
                middle,
                tr(
                    "A network is trained for every pair of values of two settings. Choose them above, and "
                    "press Train."
                ),
            )


def _is_opening(event: QKeyEvent) -> bool:
    key, modifiers = key_of(event)
    return key in ENTER and modifiers == NO_MODIFIER


@contained
class _CellDelegate(QStyledItemDelegate):
    """Paints a cell: its picture, and its figures below.

    Attributes
    ----------
    side : int
        Of the picture, in pixels; 0 where there is none.
    """

    def __init__(self, grid: SweepGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self.side = 0

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell, with a frame if it has the cursor."""
        model, theme, scale = self._grid.cells, appearance.theme, text_scale()
        cell = model.cell_at(index)
        margin = round(MARGIN_PX * scale)
        box = option.rect.adjusted(margin // 2, margin // 2, -margin // 2, -margin // 2)
        result, picture = model.results.get(cell), self._grid.pictures.get(cell)
        painter.save()
        # Without the colour of a selection, which would cover the figures.
        painter.fillRect(option.rect, colour(theme.panel))
        painter.setPen(QPen(colour(theme.line), 1))
        if result is None:
            painter.drawRect(box)
            self._write(painter, box, model.words(cell)[0], theme.muted)
        elif result.failure:
            painter.setBrush(Qt.BrushStyle.BDiagPattern)
            painter.fillRect(box, colour(theme.control, 0.5))
            pattern = painter.brush()
            pattern.setColor(colour(theme.line))
            painter.setBrush(pattern)
            painter.drawRect(box)
            self._write(painter, box, result.failure, theme.warning)
        else:
            top = QRect(box.left() + (box.width() - self.side) // 2, box.top(), self.side, self.side)
            if picture is not None:
                painter.drawImage(QRectF(top), picture)
            elif self.side and result.field is None:
                # Of a table that was opened, figures alone are known.
                words = tr("being trained …") if cell == model.under_way else tr("a click trains it")
                painter.setPen(QPen(colour(theme.line), 1))
                painter.drawRect(top.adjusted(0, 0, -1, -1))
                self._write(painter, top, words, theme.muted)
            self._write_figures(painter, box.adjusted(0, self.side, 0, 0), result)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(theme.selection if self._grid.hasFocus() else theme.muted), 2))
            painter.drawRect(option.rect.adjusted(1, 1, -1, -1))
        painter.restore()

    def _write(self, painter: QPainter, box: QRect, text: str, code: str) -> None:
        painter.setFont(text_font(11))
        painter.setPen(colour(code))
        painter.drawText(
            box.adjusted(3, 3, -3, -3), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text
        )

    def _write_figures(self, painter: QPainter, box: QRect, result: CellResult) -> None:
        """Write the score on the test set beside that on the training samples, and the counts below."""
        spec, theme = self._grid.cells.spec, appearance.theme
        assert spec is not None, "figures are those of a sweep"
        measure = spec.problem.measure
        height, middle = round(LINE_PX * text_scale()), box.center().x()
        gap = round(3 * text_scale())
        painter.setFont(text_font(11, bold=True))
        painter.setPen(colour(theme.text))
        left = QRect(box.left(), box.top(), middle - gap - box.left(), height)
        painter.drawText(left, Qt.AlignmentFlag.AlignRight | _IN_LINE, measure.text(result.test_score))
        painter.setFont(text_font(11))
        painter.setPen(colour(theme.muted))
        right = QRect(middle + gap, box.top(), box.right() - middle - gap, height)
        painter.drawText(right, Qt.AlignmentFlag.AlignLeft | _IN_LINE, measure.text(result.train_score))
        counts = grouped(result.n_params)
        if result.boundary is not None:
            counts = tr("{n} · ⟷ {length}").format(n=counts, length=figure(result.boundary))
        below = QRect(box.left(), box.top() + height, box.width(), height)
        short = painter.fontMetrics().elidedText(counts, Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | _IN_LINE, short)


_IN_LINE = Qt.AlignmentFlag.AlignVCenter
