"""A grid of sample pictures, each with its class and its predicted class."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.pixel_painting import resample
from nnstudio.studio.painting.theme import appearance, colour, ink_table, text_font, text_scale

CELL_WIDTH = 60
SMALLEST_PICTURE, LARGEST_PICTURE = 44, 76
CAPTION_HEIGHT = 18
GAP = 8
CAPTION_PX = 11
SCROLL_BAR_WIDTH = 10

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Caption:
    """The line below a picture: classes, confidence, and whether the prediction is wrong."""

    what: str
    how_sure: str
    is_wrong: bool


@dataclass(frozen=True, eq=False)
class SampleList:
    """Ordered samples, whose pictures and texts are computed only for those in sight.

    Attributes
    ----------
    rows : ndarray of shape (n,), int
        Their rows in the data.
    picture : callable (row) -> ndarray of shape (height, width), 0 … 1
    caption : callable (row) -> Caption
    explain : callable (row) -> str
        The hover text.
    widest : str
        A caption as wide as any.
    """

    rows: np.ndarray
    picture: Callable[[int], np.ndarray]
    caption: Callable[[int], Caption]
    explain: Callable[[int], str]
    widest: str


@contained
class SampleGrid(QListView):
    """Shows the samples of a list that fit, and scrolls by rows; a click or Enter chooses one."""

    chosen = Signal(int)
    """The row, in the data, of the sample that was chosen."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name.lower().replace(" ", "-"))
        self.setAccessibleName(name)
        self.setAccessibleDescription(tr("Arrow keys choose a sample, Enter puts it on the canvas."))
        self.setToolTip(tr("Samples: click one to put it on the canvas."))
        self.empty_text = "none"
        self._model = _SampleModel(self)
        self._cells = _CellDelegate(self)
        self.setModel(self._model)
        self.setItemDelegate(self._cells)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setAccessibleName(tr("Scroll the samples"))
        self.verticalScrollBar().setToolTip(tr("Scroll the samples"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        smallest = QSize(CELL_WIDTH + SCROLL_BAR_WIDTH + 4, SMALLEST_PICTURE + CAPTION_HEIGHT)
        self.setMinimumSize(smallest * text_scale())
        self.clicked.connect(lambda index: self.chosen.emit(self._model.row_of(index)))
        appearance.follow(self, self._lay_out)

    def show_samples(self, samples: SampleList, *, from_start: bool) -> None:
        """Show a list, scrolled to its start or to where the list before was."""
        self._model.show_samples(samples)
        self._lay_out()
        if from_start or not self.currentIndex().isValid():
            self.setCurrentIndex(self._model.index(0, 0))
            self.scrollToTop()

    def sizeHint(self) -> QSize:
        """Return the size of four by two pictures."""
        return QSize(4 * (CELL_WIDTH + GAP), 2 * (CELL_WIDTH + CAPTION_HEIGHT + GAP)) * text_scale()

    def _lay_out(self) -> None:
        """Compute the cells: as many as fit, as large as that leaves."""
        samples, scale = self._model.samples, text_scale()
        if samples is None:
            return
        gap, caption = round(GAP * scale), round(CAPTION_HEIGHT * scale)
        caption_width = QFontMetricsF(text_font(CAPTION_PX)).horizontalAdvance(samples.widest) + 2
        # Qt starts another line where a cell ends at the very edge.
        width = self.viewport().width() - 1
        columns = max(1, int(width / (max(CELL_WIDTH * scale, caption_width) + gap)))
        # The gap below the last line needs no room.
        height = self.height() + gap
        lines = max(1, int(height / ((SMALLEST_PICTURE + CAPTION_HEIGHT + GAP) * scale)))
        room = QSize(width // columns - gap, height // lines - gap - caption)
        side = max(1, min(room.width(), room.height(), round(LARGEST_PICTURE * scale)))
        cell = QSize(max(1, room.width()), side + caption)
        self._cells.side, self._cells.size = side, cell
        self.setGridSize(cell + QSize(gap, gap))
        # No part of a further line is seen.
        bottom = self.height() - lines * (cell.height() + gap) if len(samples.rows) else 0
        self.setViewportMargins(0, 0, 0, bottom)

    # Qt's events

    def resizeEvent(self, event: Any) -> None:
        """Lay the pictures out for the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Move by the number of samples in sight for the page keys, otherwise as lists do."""
        cursor = QAbstractItemView.CursorAction
        if action not in (cursor.MovePageUp, cursor.MovePageDown):
            return super().moveCursor(action, modifiers)
        grid, room = self.gridSize(), self.viewport().size()
        page = max(1, room.width() // grid.width()) * max(1, room.height() // grid.height())
        target = self.currentIndex().row() + (page if action is cursor.MovePageDown else -page)
        return self._model.index(max(0, min(target, self._model.rowCount() - 1)), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the current sample by Enter."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif self.currentIndex().isValid():
            self.chosen.emit(self._model.row_of(self.currentIndex()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the samples, or a message that there are none."""
        super().paintEvent(event)
        if self._model.samples is not None and not len(self._model.samples.rows):
            painter = QPainter(self.viewport())
            painter.setFont(text_font(12))
            painter.setPen(colour(appearance.theme.muted))
            middle = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect(), middle, self.empty_text)


@contained
class _SampleModel(QStandardItemModel):
    """The model of the samples.

    Notes
    -----
    The rows are counted by Qt's model: a layout asks for the count once a row, which in
    Python takes 30 ms for 10,000.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(0, 1, parent)
        self.samples: SampleList | None = None

    def show_samples(self, samples: SampleList) -> None:
        """Set the samples."""
        self.samples = samples
        n = len(samples.rows)
        self.setRowCount(n)
        if n:
            self.dataChanged.emit(self.index(0, 0), self.index(n - 1, 0))

    def row_of(self, index: Index) -> int:
        """Return the row, in the data, of a sample."""
        return int(self.samples.rows[index.row()])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a sample's caption or hover text."""
        if self.samples is None or not index.isValid():
            return None
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self.samples.explain(self.row_of(index))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            caption = self.samples.caption(self.row_of(index))
            return f"{caption.what} {caption.how_sure}"
        return None


@contained
class _CellDelegate(QStyledItemDelegate):
    """Paints a sample: its picture, and the caption below.

    Attributes
    ----------
    side : int
        Of the picture, in pixels.
    size : QSize
        Of the cell without the gaps around it.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.side, self.size = 1, QSize(1, 1)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of a cell."""
        return self.size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell, with a frame around the picture if it has the keyboard focus."""
        model, theme = index.model(), appearance.theme
        row = model.row_of(index)
        ratio = painter.device().devicePixelRatioF()
        pixels = max(1, round(self.side * ratio))
        # Resized by NumPy to device pixels: Qt takes longer, holding the interpreter lock.
        (picture,) = resample(model.samples.picture(row)[None], pixels, pixels, smooth=True)
        image = indexed_image(grey_index(picture), ink_table(theme))
        image.setDevicePixelRatio(ratio)
        painter.drawImage(option.rect.topLeft(), image)
        box = QRect(option.rect.topLeft(), QSize(self.side, self.side))
        painter.setPen(QPen(colour(theme.line), 1))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        below = QRect(box.left(), box.bottom() + 1, option.rect.width(), option.rect.height() - self.side)
        caption = model.samples.caption(row)
        painter.setFont(text_font(CAPTION_PX))
        painter.setPen(colour(theme.negative if caption.is_wrong else theme.text))
        middle, elide = Qt.AlignmentFlag.AlignVCenter, Qt.TextElideMode.ElideRight
        what = painter.fontMetrics().elidedText(caption.what, elide, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | middle, what)
        painter.setPen(colour(theme.muted))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | middle, caption.how_sure)
        if QStyle.StateFlag.State_HasFocus in option.state:
            painter.setPen(QPen(colour(theme.selection), 2))
            painter.drawRect(QRectF(box).adjusted(1, 1, -1, -1))
