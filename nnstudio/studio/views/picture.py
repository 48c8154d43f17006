"""The view that numbers are shown in as colours: tiles that zoom and move, a colour bar; on pyqtgraph."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QGraphicsSceneWheelEvent, QWidget

from nnstudio.language import tr
from nnstudio.studio.background.pace import TEXT_PERIOD_S
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import Theme, appearance, colour, signed_table, text_font, text_scale
from nnstudio.studio.views import item_changes  # noqa: F401 - guards the items made here
from nnstudio.studio.views.colour_bar import BAR_TIP, HEIGHT_PX, RANGE_STEP, SCOPE_TIP, ColourBar
from nnstudio.studio.views.figure_events import REACH_PX, FigureEvents
from nnstudio.studio.views.navigation import Navigation, key_of
from nnstudio.studio.views.tile_image import TileImage
from nnstudio.studio.views.view import ARROWS

LARGEST_ZOOM = 256
"""How many times as large as when all is seen."""

TITLE_LINE_PX = 17
LEFT_TITLE_PX = 170
SHORT_WORDS_PX = 80
"""Shorter words beside the bar are always seen whole."""
BAR_FROM_PX = 140
"""Width from which on a picture has room for a colour bar whose marks lie apart, in design pixels."""
Side = Literal["top", "left"]

_RANGE_KEYS = {Qt.Key.Key_Less: 1 / RANGE_STEP, Qt.Key.Key_Greater: RANGE_STEP, Qt.Key.Key_Backspace: None}
_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


@dataclass(frozen=True)
class Cell:
    """A number of a picture.

    Attributes
    ----------
    image, tile, row, column : int
        Which image of the picture, which of its tiles, and where in it.
    """

    image: int
    tile: int
    row: int
    column: int


@contained
class Picture(pg.GraphicsView):
    """Images of tiles in one view, with one colour bar.

    The wheel zooms about the pointer and dragging moves, within what there is; a double click, A or Home
    shows all. + and − zoom, Shift with an arrow key moves. The ends of the colour bar can be dragged, < and >
    make its range narrower and wider, a double click on it or Backspace gives it back.

    Parameters
    ----------
    name : str
        Accessible name.
    lay_out : callable (QSizeF)
        Arranges the images in a box with its corner at 0, 0, of so many of Qt's pixels when all is seen.
    explain : callable (Cell) -> str
        Returns the hover text of a number.
    parent : QWidget, optional
    titles : "top" or "left", optional
        Where the images have titles; see `Titles`.
    has_scope : bool, optional
        Whether the full colour may be that of a unit, of a layer or of the network.
    has_cursor : bool, optional
        Whether the arrow keys alone move what is selected; else they move the view without Shift.
    has_borders : bool, optional
        Whether a line is drawn around each image.
    is_among_others : bool, optional
        Whether it is one of many things that are scrolled: the wheel zooms only after a click.

    Attributes
    ----------
    images : list of TileImage
        See `set_images`.
    """

    _events = FigureEvents(is_among_others=False)
    """Of a picture that is still being made, or is being deleted: events come then too."""

    clicked = Signal(object)
    """A `Cell`."""

    pointed = Signal(object)
    """The `Cell` under the pointer, or None."""

    stepped = Signal(int, int)
    """An arrow key: to the right, and down."""

    turned = Signal(int)
    """Page Up (−1) or Page Down (1)."""

    scope_clicked = Signal()

    range_changed = Signal()
    """The user chose a range of the colours, or gave it back."""

    def __init__(
        self,
        name: str,
        lay_out: Callable[[QSizeF], None],
        explain: Callable[[Cell], str],
        parent: QWidget | None = None,
        *,
        titles: Side | None = None,
        has_scope: bool = True,
        has_cursor: bool = True,
        has_borders: bool = False,
        is_among_others: bool = False,
    ) -> None:
        self._events = FigureEvents(is_among_others=is_among_others)
        super().__init__(parent, background=None)
        self.setObjectName(name.lower().replace(" ", "-"))
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Pictures are not mirrored in right-to-left languages.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setMinimumSize(round(120 * text_scale()), round(90 * text_scale()))
        self.scene().setMoveDistance(REACH_PX)
        # The background is the panel's. An opaque viewport would leave nothing visible of this widget itself.
        self.setCacheMode(pg.GraphicsView.CacheModeFlag.CacheNone)
        self.viewport().setAutoFillBackground(False)
        # Where several images change, Qt paints by pieces of a region that is no rectangle: on a pool of
        # threads, for which it waits with the interpreter lock.
        self.setViewportUpdateMode(pg.GraphicsView.ViewportUpdateMode.BoundingRectViewportUpdate)
        self._lay_out, self._explain = lay_out, explain
        self._table: Callable[[Theme], list[int]] = signed_table
        self.images: list[TileImage] = []
        self._message = ""
        self._has_bar, self._has_scope, self._has_borders = True, has_scope, has_borders
        self._limit: tuple[float | None, bool, bool] = (None, False, True)
        self._bar_timer = QTimer(self, singleShot=True, interval=round(1000 * TEXT_PERIOD_S))
        self._bar_timer.timeout.connect(self._write_limit)
        self._build(titles, has_cursor=has_cursor)
        self.setToolTip(self.navigation.tip)
        appearance.follow(self, self.restyle)
        self.restyle()

    def _build(self, titles: Side | None, *, has_cursor: bool) -> None:
        modifier = Qt.KeyboardModifier
        pan_modifiers = modifier.ShiftModifier if has_cursor else modifier.NoModifier
        layout = pg.GraphicsLayout()
        layout.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        layout.layout.setContentsMargins(0, 0, 0, 0)
        layout.layout.setSpacing(0)
        self.setCentralItem(layout)
        self.box = pg.ViewBox(enableMenu=False, invertY=True, lockAspect=True, defaultPadding=0)
        self.navigation = Navigation(self.box, pan_modifiers=pan_modifiers)
        self.navigation.moved.connect(self._note_part)
        self.show_all = self.navigation.show_all
        self.part = (0.5, 0.5, 1.0)
        """The middle of what the user looks at, and its width, as shares of all."""
        self.titles = None if titles is None else Titles(titles, self.box, self.images)
        if self.titles is not None:
            layout.addItem(self.titles, *((0, 1) if titles == "top" else (1, 0)))
            self.box.sigTransformChanged.connect(self.titles.follow)
        layout.addItem(self.box, 1, 1)
        self._scope = _ScopeLabel()
        self._foot = layout.addLayout(2, 0, 1, 2)
        self._foot.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._foot.layout.setContentsMargins(0, 0, 0, 0)
        self._foot.layout.setSpacing(0)
        self._foot.addItem(self._scope, 0, 1)
        self._foot.layout.setColumnStretchFactor(1, 1)
        self.box.sigResized.connect(self.arrange)

    @cached_property
    def bar(self) -> ColourBar:
        """The colour bar; making one takes as long as all the rest, so a picture never seen has none."""
        bar = ColourBar()
        bar.restyle(self._colours)
        self._foot.addItem(bar, 0, 0)
        bar.changed.connect(self._redraw)
        return bar

    # Content

    def set_table(self, table: Callable[[Theme], list[int]]) -> None:
        """Set the function of the theme that returns the colours, by indices 1 … 255 for −limit … +limit."""
        if table is not self._table:
            self._table = table
            for image in self.images:
                image.colours = table
            self.restyle()

    def set_images(self, n: int) -> list[TileImage]:
        """Have so many images, and return them; new ones have to be filled, and placed by ``lay_out``."""
        for image in self.images[n:]:
            self.box.removeItem(image)
        del self.images[n:]
        for _ in range(n - len(self.images)):
            image = TileImage(self.bar.drawn, is_bordered=self._has_borders)
            image.colours = self._table
            image.restyle()
            self.images.append(image)
            self.box.addItem(image, ignoreBounds=True)
        # Its room stays: the part that is seen is a share of all.
        self._foot.setOpacity(1.0 if n else 0.0)
        return self.images

    def set_bar_visible(self, is_visible: bool) -> None:
        """Show the colour bar, or leave its room to the images."""
        if is_visible is not self._has_bar:
            self._has_bar = is_visible
            self._foot.setVisible(is_visible)
            self.restyle()

    def set_message(self, text: str) -> None:
        """Write a line in the middle, where there are no images."""
        if text != self._message:
            self._message = text
            self.viewport().update()

    def set_scale(
        self, limit: float | None, words: str, *, is_by_tile: bool = False, is_signed: bool = True
    ) -> None:
        """Set what the colour bar shows, see `ColourBar.follow`, and the words for quantity and scope."""
        self._limit = limit, is_by_tile, is_signed
        self._scope.write(words)
        self.setAccessibleDescription(words)
        # Numbers are read at this rate at most. Another kind of range is a choice of the user's.
        if is_by_tile is not self.bar.is_by_tile:
            self._bar_timer.stop()
        if not self._bar_timer.isActive():
            self._write_limit()
            self._bar_timer.start()

    def _write_limit(self) -> None:
        limit, is_by_tile, is_signed = self._limit
        self.bar.follow(limit, is_by_tile=is_by_tile, is_signed=is_signed)

    def _redraw(self) -> None:
        for image in self.images:
            image.redraw()
        self.range_changed.emit()

    def sizeHint(self) -> QSize:
        """Ask for the least height: Qt asks for the last one, which a panel could then never give up."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

    def restyle(self) -> None:
        """Apply the theme and the text scale; pyqtgraph ignores the palette."""
        self._colours = np.asarray(self._table(appearance.theme), np.uint32)
        if "bar" in vars(self):
            self.bar.restyle(self._colours)
        self._scope.restyle()
        self._foot.setFixedHeight(round(HEIGHT_PX * text_scale()) if self._has_bar else 0)
        if self.titles is not None:
            self.titles.restyle()
        for image in self.images:
            image.restyle()

    def arrange(self, _: object = None) -> None:
        """Lay the images out: their number or shape has changed, or the view's size."""
        width, height = self.box.width(), self.box.height()
        if min(width, height) < 1:
            return
        if "bar" in vars(self):
            self.bar.setVisible(self.width() >= BAR_FROM_PX * text_scale())
        self._lay_out(QSizeF(width, height))
        self.box.setLimits(
            xMin=0,
            xMax=width,
            yMin=0,
            yMax=height,
            minXRange=width / LARGEST_ZOOM,
            minYRange=height / LARGEST_ZOOM,
        )
        self.navigation.fit((0, width), (0, height))
        if not self.navigation.is_fitted:
            self.show_part(self.part)

    def lay_side_by_side(self, room: QSizeF, gap: float = 0.0) -> QRectF:
        """Place images of one shape beside each other, as large as they fit, in the middle.

        Parameters
        ----------
        room : QSizeF
            In Qt's pixels.
        gap : float, optional
            Between images, in design pixels.

        Returns
        -------
        QRectF
            Where the first one is; an empty one where there is none.
        """
        n, gap = len(self.images), gap * text_scale()
        if not n:
            return QRectF()
        _, rows, columns = self.images[0].tiles.shape
        # A pixel around all is for their borders.
        cell = min((room.width() - 2 - gap * (n - 1)) / (n * columns), (room.height() - 2) / rows)
        size = QSizeF(columns * cell, rows * cell)
        left = (room.width() - n * size.width() - gap * (n - 1)) / 2
        boxes = [QRectF(QPointF(left + k * (size.width() + gap), 1), size) for k in range(n)]
        for image, box in zip(self.images, boxes, strict=True):
            image.arrange(1, box)
        return boxes[0]

    def _note_part(self) -> None:
        if min(self.box.width(), self.box.height()) < 1:
            # Keys reach a picture that has no room as well.
            return
        (left, right), (top, bottom) = self.box.viewRange()
        width, height = self.box.width(), self.box.height()
        self.part = (left + right) / 2 / width, (top + bottom) / 2 / height, (right - left) / width

    def show_part(self, part: tuple[float, float, float]) -> None:
        """Show a part that was chosen in another size, or in another picture of the same; see `part`."""
        self.part = part
        across, down, share = part
        width, height = self.box.width(), self.box.height()
        self.navigation.show_part(
            ((across - share / 2) * width, (across + share / 2) * width),
            ((down - share / 2) * height, (down + share / 2) * height),
        )

    # Pointer

    def cell_at(self, position: QPoint) -> Cell | None:
        """Return the number at a place of the widget."""
        place = QPointF(position)
        if not self.box.sceneBoundingRect().contains(place):
            return None
        # pyqtgraph moves items no sooner than they are painted.
        self.box.updateMatrix()
        for k, image in enumerate(self.images):
            found = image.cell_at(image.mapFromScene(place))
            if found is not None:
                return Cell(k, *found)
        return None

    def explain(self, position: QPoint) -> str:
        """Return the hover text at a place of the widget."""
        if self._is_on(self.bar, position):
            return tr(BAR_TIP)
        if self._is_on(self._scope, position):
            return f"{self._scope.words}\n{tr(SCOPE_TIP)}" if self._has_scope else self._scope.words
        cell = self.cell_at(position)
        return self.toolTip() if cell is None else self._explain(cell)

    def _is_on(self, item: pg.GraphicsWidget, position: QPoint) -> bool:
        is_seen = item.isVisible() and item.effectiveOpacity() > 0
        return is_seen and bool(item.sceneBoundingRect().contains(QPointF(position)))

    def event(self, event: QEvent) -> bool:
        """Handle keys, the menu and the focus; see the class."""
        return self._events.take(self, event) or bool(super().event(event))

    def viewportEvent(self, event: QEvent) -> bool:
        """Handle the pointer and the wheel; see the class."""
        return self._events.take_of_viewport(self, event, super().viewportEvent)

    def hover_text(self, place: QPoint) -> str:
        """Return the hover text at a place."""
        return self.explain(place)

    def point(self, place: QPoint | None) -> None:
        """Tell which number is pointed at."""
        self.pointed.emit(None if place is None else self.cell_at(place))

    def click(self, place: QPoint) -> None:
        """Select what is clicked, or the next scope of the colours."""
        if self._is_on(self._scope, place):
            self.scope_clicked.emit()
        elif (cell := self.cell_at(place)) is not None:
            self.clicked.emit(cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all, by the left button; on the colour bar, give its range back."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = event.position().toPoint()
        if self._is_on(self.bar, place):
            self.bar.reset()
        elif not self._is_on(self._scope, place):
            self.show_all()

    # Keys

    def claims(self, event: QKeyEvent) -> bool:
        """Return whether a key changes the range of the colours."""
        return key_of(event)[0] in _RANGE_KEYS

    def press(self, event: QKeyEvent) -> bool:
        """Step, turn, or change the range of the colours; see the class."""
        key, modifiers = key_of(event)
        if key in _RANGE_KEYS:
            factor = _RANGE_KEYS[key]
            if factor is None:
                self.bar.reset()
            else:
                self.bar.widen(factor)
        elif key in ARROWS and not modifiers and not self.navigation.claims(event):
            self.stepped.emit(*ARROWS[key])
        elif key in _PAGES and not modifiers:
            self.turned.emit(_PAGES[key])
        else:
            return False
        return True

    def drawForeground(self, painter: QPainter, _: object) -> None:
        """Paint the message."""
        if self._message and not self.images:
            painter.setFont(text_font(12))
            painter.setPen(colour(appearance.theme.muted))
            alignment = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.box.sceneBoundingRect(), alignment, self._message)


@contained
class Titles(pg.GraphicsWidget):
    """A title of two lines for each image, beside the part of it that is seen.

    Parameters
    ----------
    side : "top" or "left"
        Of the images.
    box : ViewBox
    images : list of TileImage
        The picture's own.
    """

    def __init__(self, side: Side, box: pg.ViewBox, images: list[TileImage]) -> None:
        super().__init__()
        self._side, self._box, self._images = side, box, images
        self._titles: list[list[tuple[str, str]]] = []

    def write(self, titles: list[list[tuple[str, str]]]) -> None:
        """Set the titles of images: for each pairs of lines, of which the first that has room is written."""
        if titles != self._titles:
            self._titles = titles
            self.restyle()

    def wheelEvent(self, event: QGraphicsSceneWheelEvent) -> None:
        """Zoom what the titles are of."""
        self._box.wheelEvent(event)

    def restyle(self) -> None:
        """Apply the text scale."""
        if self._side == "top":
            has_lower = any(lower for pairs in self._titles for _, lower in pairs)
            self.setFixedHeight(round((1 + has_lower) * TITLE_LINE_PX * text_scale()))
        else:
            self.setFixedWidth(round(LEFT_TITLE_PX * text_scale()))
        self.update()

    def follow(self, _: pg.ViewBox) -> None:
        """Write the titles beside another part of the images."""
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Write the titles."""
        seen = self._box.mapRectToItem(self, self._box.rect())
        boxes = [image.mapRectToItem(self, image.boundingRect()) for image in self._images]
        line = round(TITLE_LINE_PX * text_scale())
        free_from = 0.0
        for k, (box, pairs) in enumerate(zip(boxes, self._titles, strict=False)):
            if not box.intersects(seen):
                continue
            if self._side == "top":
                left = max(box.left(), seen.left())
                after = boxes[k + 1].left() - line if k + 1 < len(boxes) else seen.right()
                room = QRectF(left, 0, min(after, seen.right()) - left, 2 * line)
            else:
                part = box & seen
                # Both lines, or one where layers are close, or none.
                n_lines = 2 if part.height() >= 1.7 * line or len(boxes) * 2 * line <= seen.height() else 1
                top = part.center().y() - n_lines * line / 2
                top = max(min(max(top, part.top()), seen.bottom() - n_lines * line), 0.0)
                if top < free_from:
                    continue
                free_from = top + n_lines * line
                room = QRectF(0, top, self.size().width() - line / 2, n_lines * line)
            upper, lower = next((pair for pair in pairs if _fits(pair[0], room)), pairs[-1])
            room.setHeight(line)
            _write(painter, room, upper, text_font(12, bold=True), appearance.theme.text)
            if free_from == 0.0 or free_from > room.bottom() + 1:
                _write(painter, room.translated(0, line), lower, text_font(11), appearance.theme.muted)


class _ScopeLabel(pg.GraphicsWidget):
    """The quantity and the scope of the colours, right of the bar."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""

    def write(self, words: str) -> None:
        if words != self.words:
            self.words = words
            self.restyle()

    def restyle(self) -> None:
        """Apply the text scale: in a narrow picture, bar and words give way to one another."""
        width = QFontMetricsF(text_font(11)).horizontalAdvance(self.words) + 4
        self.setMinimumWidth(min(width, SHORT_WORDS_PX * text_scale()))
        self.setPreferredWidth(width)
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        _write(painter, self.rect(), self.words, text_font(11), appearance.theme.muted)


def _fits(text: str, room: QRectF) -> bool:
    return QFontMetricsF(text_font(12, bold=True)).horizontalAdvance(text) <= room.width()


def _write(painter: QPainter, room: QRectF, text: str, font: QFont, code: str) -> None:
    """Paint a line of text, shortened where there is no room for it."""
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    painter.setFont(font)
    painter.setPen(colour(code))
    short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
    if short == "…":
        # Three points alone say nothing.
        return
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short)
