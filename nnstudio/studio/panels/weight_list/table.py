"""The list of weights as a table, with a bar for each number."""

import math

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nnstudio.insight.parameters import Parameter
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, font, text_scale
from nnstudio.studio.panels.weight_list.model import BAR, COLUMNS, NAME, VALUE, WeightListModel
from nnstudio.studio.views.row_table import ENTER, begins_number, number_editor, set_up_rows

ARROW_PX, GAP_PX = 18, 6
WIDEST_VALUE = "−9999.0000"
_SIDEWAYS = (Qt.Key.Key_Left, Qt.Key.Key_Right)
_KEYS = (*ENTER, *_SIDEWAYS, Qt.Key.Key_F2)

Index = QModelIndex | QPersistentModelIndex


@contained
class WeightTable(QTableView):
    """Shows theta as a list; numbers are typed in place, and layers folded."""

    chosen = Signal(object)
    """The `Parameter` that the cursor came to by hand."""

    pointed = Signal(object)
    """The `Parameter` under the pointer, or None."""

    grabbed = Signal(int)
    dragged = Signal(float)
    released = Signal()
    """The bar of a number of theta was grabbed, has been dragged by so much since, and was let go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pressed: tuple[int, float] | None = None
        """The number of theta whose bar the button was pressed on, and where."""
        self._drags = False
        self.setObjectName("weight-list")
        set_up_rows(self, tr("Weights as one list"))
        self.setAccessibleDescription(
            tr("Enter or F2 types another number. Left and Right fold a layer and show its numbers.")
        )
        # Names and numbers would change their order.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.AnyKeyPressed)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setAccessibleName(tr("Scroll the list of weights"))
        self.verticalScrollBar().setToolTip(tr("Scroll the list of weights"))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(24)
        self.weights = WeightListModel(self)
        self.setModel(self.weights)
        self.setItemDelegate(_CellDelegate(self))
        for column in (NAME, VALUE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(BAR, QHeaderView.ResizeMode.Stretch)
        self._follows = False
        self.selectionModel().currentRowChanged.connect(self._note_cursor)
        self.clicked.connect(self._click)
        self.entered.connect(self._point)
        for change in (self.weights.modelReset, self.weights.rowsInserted, self.weights.rowsRemoved):
            change.connect(self._lay_out)
        appearance.follow(self, self._lay_out)
        self._lay_out()

    def _lay_out(self) -> None:
        """Set widths and headings over the whole width, for the network and the text scale."""
        sizes = self.weights.architecture.layer_sizes
        last = [Parameter(k, sizes[k + 1] - 1, sizes[k] - 1).name for k in range(len(sizes) - 1)]
        metrics, room = self.fontMetrics(), round(2 * GAP_PX * text_scale())
        self.setColumnWidth(NAME, max(map(metrics.horizontalAdvance, last)) + room)
        self.setColumnWidth(VALUE, metrics.horizontalAdvance(WIDEST_VALUE) + room)
        self.clearSpans()
        for row in self.weights.heading_rows()[:-1]:
            self.setSpan(row, NAME, 1, len(COLUMNS))

    # Cursor and pointer

    @property
    def current(self) -> Parameter | None:
        """The number that the cursor is on; None on a heading and where there is no cursor."""
        index = self.currentIndex()
        return self.weights.parameter_at(index.row()) if index.isValid() else None

    def go_to(self, layer: int, coordinate: int) -> None:
        """Put the cursor on a number of a layer, which is unfolded."""
        self._follows = True
        self.weights.fold(layer, unfolded=True)
        index = self.weights.index(self.weights.row_of(coordinate), VALUE)
        # Qt scrolls to it as well, but shows as little as there must be of what follows.
        is_in_sight = self.viewport().rect().contains(self.visualRect(index))
        self.setCurrentIndex(index)
        if not is_in_sight:
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self._follows = False

    def toggle(self, layer: int, *, unfolded: bool | None = None) -> None:
        """Fold a layer or show its numbers, with the cursor on its heading."""
        self.setCurrentIndex(self.weights.index(self.weights.heading_rows()[layer], NAME))
        is_unfolded = not self.weights.is_unfolded(layer) if unfolded is None else unfolded
        self.weights.fold(layer, unfolded=is_unfolded)

    def _note_cursor(self, index: QModelIndex) -> None:
        place = self.weights.parameter_at(index.row()) if index.isValid() else None
        if place is not None and not self._follows:
            self.chosen.emit(place)

    def _click(self, index: QModelIndex) -> None:
        if self.weights.coordinate_at(index.row()) is None:
            self.toggle(self.weights.layer_at(index.row()))

    def _point(self, index: QModelIndex) -> None:
        self.pointed.emit(self.weights.parameter_at(index.row()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Grab a bar, or choose a row."""
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        coordinate = self.weights.coordinate_at(index.row()) if index.column() == BAR else None
        if coordinate is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = (coordinate, event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the bar that was pressed; its full length is the header's scale."""
        if self._pressed is None:
            super().mouseMoveEvent(event)
            return
        coordinate, start = self._pressed
        way = event.position().x() - start
        if not self._drags and abs(way) >= QApplication.startDragDistance():
            self._drags = True
            self.grabbed.emit(coordinate)
        if self._drags:
            room = self.columnWidth(BAR) / 2 - GAP_PX
            self.dragged.emit(way / max(room, 1) * self.weights.limit)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the bar go."""
        super().mouseReleaseEvent(event)
        drags, self._pressed, self._drags = self._drags, None, False
        if drags:
            self.released.emit()

    def viewportEvent(self, event: QEvent) -> bool:
        """Point at nothing once the pointer has left."""
        if event.type() == QEvent.Type.Leave:
            self.pointed.emit(None)
        return super().viewportEvent(event)

    # Keys

    def event(self, event: QEvent) -> bool:
        """Claim the list's keys before the window's shortcuts."""
        is_override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_override and self._claims(event):
            event.accept()
            return True
        return super().event(event)

    def _claims(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return not held and (event.key() in _KEYS or begins_number(event)) and self.currentIndex().isValid()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Fold and unfold, or type a number."""
        if self.state() == QAbstractItemView.State.EditingState:
            # The editor takes Enter later.
            event.ignore()
            return
        if not self._claims(event):
            # Letters and Space are the window's; a search for them would ask for every row.
            if event.text() or event.key() == Qt.Key.Key_Space:
                event.ignore()
            else:
                super().keyPressEvent(event)
            return
        index = self.currentIndex()
        layer, is_heading = self.weights.layer_at(index.row()), self.current is None
        if event.key() in _SIDEWAYS:
            if event.key() == Qt.Key.Key_Left or is_heading:
                self.toggle(layer, unfolded=event.key() == Qt.Key.Key_Right)
        elif is_heading:
            if event.key() in ENTER:
                self.toggle(layer)
        elif event.key() in _KEYS:
            self.edit(index.siblingAtColumn(VALUE))
        else:
            self.edit(index.siblingAtColumn(VALUE), QAbstractItemView.EditTrigger.AnyKeyPressed, event)


@contained
class _CellDelegate(QStyledItemDelegate):
    """Paints headings and bars; names and values as Qt does."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a field named like the weight."""
        return number_editor(index.siblingAtColumn(NAME).data(), parent)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell."""
        model = index.model()
        if model.coordinate_at(index.row()) is None:
            self._paint_heading(painter, option, index)
            return
        if index.column() == BAR:
            self._paint_bar(painter, option, index)
        else:
            super().paint(painter, option, index)

    def _paint_bar(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a bar from the middle; in the current row as well, whose colour would hide it."""
        background, value = index.data(Qt.ItemDataRole.BackgroundRole), index.data(Qt.ItemDataRole.UserRole)
        painter.fillRect(option.rect, option.palette.base())
        if background is not None:
            painter.fillRect(option.rect, background)
        theme, box = appearance.theme, QRectF(option.rect).adjusted(GAP_PX, 4, -GAP_PX, -4)
        middle = box.center().x()
        if math.isfinite(value):
            length = box.width() / 2 * min(abs(value) / index.model().limit, 1.0)
            bar = QRectF(middle if value > 0 else middle - length, box.top(), length, box.height())
            painter.fillRect(bar, colour(theme.positive if value > 0 else theme.negative))
        painter.fillRect(QRectF(middle - 0.5, box.top() - 4, 1, box.height() + 8), colour(theme.line))

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model, theme, box = index.model(), appearance.theme, QRectF(option.rect)
        painter.save()
        painter.fillRect(box, colour(theme.control_hover))
        scale, middle = text_scale(), box.center().y()
        points = [(-4, -2), (4, -2), (0, 3)] if model.is_unfolded(model.layer_at(index.row())) else None
        points = points or [(-2, -4), (3, 0), (-2, 4)]
        at = QPointF(box.left() + ARROW_PX / 2 * scale, middle)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.muted))
        painter.drawPolygon(QPolygonF([at + QPointF(x, y) * scale for x, y in points]))
        painter.setFont(font(11, bold=True))
        painter.setPen(colour(theme.text))
        room = box.adjusted(ARROW_PX * scale, 0, -GAP_PX, 0)
        text = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        if QStyle.StateFlag.State_HasFocus in option.state:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colour(theme.accent))
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.restore()
