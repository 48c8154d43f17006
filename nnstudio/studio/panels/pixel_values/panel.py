"""The panel Pixel values: the picture as a table of numbers, as one long list, and how many they are."""

import time

import numpy as np
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.picture_table import BYTES, SHARES, picture_rows
from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.data.typed_numbers import NumberError, typed_number
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.labels import ShortLabel, caption, remark
from nnstudio.studio.painting.theme import font, give_role, text_scale
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.panels.pixel_values.counter import PixelCounter
from nnstudio.studio.panels.pixel_values.entries import number_words, pixel_words
from nnstudio.studio.panels.pixel_values.sheet import NumberSheet
from nnstudio.studio.panels.pixel_values.strip import UnrolledPicture
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.cell_numbers import CellNumbers
from nnstudio.studio.views.choice_buttons import choice_buttons
from nnstudio.studio.views.picture import Cell, Picture

PICTURE, STRIP, NUMBERS = range(3)

UNROLL_S = 2.2
"""How long all rows are on their way."""


class PixelValuesPanel:
    """Shows the picture that is read, or the one on the canvas, as numbers; one of them can be typed."""

    name = "pixel_values"
    title = translatable("Pixel values")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._document = services, services.session.input
        self._options = services.pixel_options
        self._pace = Pace(TEXT_PERIOD_S)
        self._view = PICTURE
        self._drawn: np.ndarray | None = None
        self._entry, self._is_chosen = 0, False
        self._pointed: int | None = None
        self._moved_s: float | None = None
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr(self.title))
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._make_choices())
        layout.addWidget(self._make_views(), 1)
        layout.addLayout(self._make_pixel_row())
        self.counter = PixelCounter(self.widget)
        layout.addWidget(self.counter)
        self._options.changed.connect(self._write_numbers)
        self._write_numbers()

    # Widgets

    def _make_choices(self) -> QHBoxLayout:
        views = (
            (tr("Picture"), tr("Picture: rows and columns; zoom in to read the numbers")),
            (tr("Strip"), tr("Strip: all rows laid end to end, one list of numbers (Z)")),
            (tr("All numbers"), tr("All numbers: every pixel's number, to be copied as text")),
        )
        self.view, view_row = choice_buttons(views, self._choose_view, self.widget)
        scales = (
            ("0–1", tr("0–1: shares of full ink, as the network reads them")),
            ("0–255", tr("0–255: bytes, as files of pictures have them; divided by 255 they are shares")),
        )
        self.scale, scale_row = choice_buttons(
            scales, lambda k: self._options.write_in_bytes(k == 1), self.widget
        )
        self.what = QComboBox(self.widget)
        self.what.setFont(font(11))
        self.what.addItems([tr("As it lies on the canvas"), tr("As the network reads it")])
        self.what.setAccessibleName(tr("Which picture"))
        self.what.setToolTip(tr("Which picture: the one on the canvas, or what the network reads of it"))
        self.what.hide()
        self.copy = QToolButton(self.widget)
        self.copy.setText(tr("Copy"))
        self.copy.setFont(font(12))
        self.copy.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.copy.setToolTip(tr("Copy all numbers as text, with tabs between them: a line for each row"))
        self.copy.clicked.connect(self._copy_numbers)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addLayout(view_row)
        row.addSpacing(14)
        row.addLayout(scale_row)
        row.addWidget(self.what)
        row.addStretch(1)
        row.addWidget(self.copy)
        return row

    def _make_views(self) -> QWidget:
        self.picture = Picture(
            tr("Picture in numbers"),
            self._lay_out,
            lambda cell: self._words_of(self._entry_of(cell)),
            self.widget,
            has_scope=False,
            has_borders=True,
        )
        self.picture.set_bar_visible(False)
        self.picture.clicked.connect(lambda cell: self.choose(self._entry_of(cell)))
        self.picture.pointed.connect(self._point_at_cell)
        self.picture.stepped.connect(self._step)
        (self._image,) = self.picture.set_images(1)
        self._image.show_ink(np.zeros((1, 1), np.float32))
        self._cell_numbers = CellNumbers(self._image)
        self.strip, self.sheet = UnrolledPicture(self.widget), NumberSheet(self.widget)
        for view in (self.strip, self.sheet):
            view.pointed.connect(self._point)
            view.chosen.connect(self.choose)
        self._scroll = QScrollArea(self.widget)
        self._scroll.setWidget(self.sheet)
        self._scroll.setFocusProxy(self.sheet)
        self._stack = QStackedWidget(self.widget)
        for view in (self.picture, self.strip, self._scroll):
            self._stack.addWidget(view)
        return self._stack

    def _make_pixel_row(self) -> QHBoxLayout:
        self.told = remark("", self.widget, ShortLabel)
        self.told.setToolTip(tr("The pixel under the pointer, else the chosen one: its place and its number"))
        self.field = QLineEdit(self.widget)
        self.field.setFont(font(11))
        self.field.setFixedWidth(64)
        self.field.setAccessibleName(tr("Number of the chosen pixel"))
        self.field.setToolTip(tr("Type another number for the chosen pixel, and Enter: the answer follows"))
        self.field.returnPressed.connect(self._type_number)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.told, 1)
        row.addWidget(caption(tr("Chosen pixel"), self.field, self.widget))
        row.addWidget(self.field)
        return row

    def _lay_out(self, room: QSizeF) -> None:
        self.picture.lay_side_by_side(room)

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that the input is no picture; empty where it is one."""
        if input_space.traits.has_pixels:
            return ""
        return tr("The input is no picture: choose a problem with pictures, such as the built-in digits.")

    # Which picture

    def _picture_at_hand(self) -> np.ndarray:
        """Return the picture on show, (height, width), 0 … 1: blank paper where there is none."""
        content, space = self._document.content, self._services.session.network.input_space
        lies_there = content.picture if content.pixels is None else None
        is_another = lies_there is not None and lies_there.shape != space.shape
        self.what.setVisible(is_another)
        if is_another and self.what.currentIndex() == 0:
            return lies_there
        x = self._document.x
        return np.zeros(space.shape, np.float32) if x is None else x.reshape(space.shape)

    def refresh(self, changes: Changes) -> None:
        """Show another picture, and go on with rows that are on their way."""
        if not self._services.session.network.input_space.traits.has_pixels:
            return
        ink = self._picture_at_hand()
        is_new = self._drawn is None or not np.array_equal(ink, self._drawn)
        if is_new:
            self._show_ink(ink)
        if self._pace.due(is_new):
            self.sheet.show_ink(ink)
            if not self._is_chosen:
                self._mark(_first_inked(ink))
            self._tell()
        self._go_on()

    def _show_ink(self, ink: np.ndarray) -> None:
        is_other = self._drawn is None or ink.shape != self._drawn.shape
        self._drawn = ink
        self._image.show_ink(ink)
        self.strip.show_ink(ink)
        if is_other:
            self.picture.show_all()
            self.picture.arrange()
            self.sheet.show_ink(ink)
            self.counter.show_shape(*ink.shape)
            self._pointed, self._is_chosen = None, False
            self._mark(_first_inked(ink))

    # Views of it

    def _choose_view(self, view: int) -> None:
        """Show the picture, the strip or all numbers; between picture and strip the rows move."""
        before, self._view = self._view, view
        if {before, view} == {PICTURE, STRIP}:
            self._moved_s = time.perf_counter()
            self._stack.setCurrentIndex(STRIP)
        else:
            self._moved_s = None
            self.strip.move(1.0 if view == STRIP else 0.0)
            self._stack.setCurrentIndex(view)

    def unroll(self) -> None:
        """Let the rows slide into the strip, or back."""
        view = PICTURE if self._view == STRIP else STRIP
        self.view.button(view).setChecked(True)
        self._choose_view(view)

    def _go_on(self) -> None:
        """Move the rows by the time that went by."""
        if self._moved_s is None:
            return
        now_s = time.perf_counter()
        by = (now_s - self._moved_s) / UNROLL_S
        self._moved_s = now_s
        place = self.strip.place + (by if self._view == STRIP else -by)
        if not 0 < place < 1:
            self._moved_s = None
            self._stack.setCurrentIndex(self._view)
        self.strip.move(min(max(place, 0.0), 1.0))

    def show_all(self) -> None:
        """Show all of the picture again."""
        self.picture.show_all()

    # One pixel

    def _entry_of(self, cell: Cell) -> int:
        return cell.row * self._width + cell.column

    @property
    def _width(self) -> int:
        return 1 if self._drawn is None else self._drawn.shape[1]

    def choose(self, entry: int) -> None:
        """Choose a pixel by its entry: it is marked in all views, and its number can be typed."""
        self._pointed, self._is_chosen = None, True
        self._mark(entry)
        place = self.sheet.box_of(entry).center() * text_scale()
        self._scroll.ensureVisible(round(place.x()), round(place.y()))
        self._show_number()
        self._tell()

    def _mark(self, entry: int) -> None:
        row, column = divmod(entry, self._width)
        self._entry = entry
        self._image.frame(QRectF(column, row, 1, 1))
        self.strip.mark(entry)
        self.sheet.mark(entry)

    def _step(self, right: int, down: int) -> None:
        there = self._entry + right + down * self._width
        if self._drawn is not None and 0 <= there < self._drawn.size:
            self.choose(there)

    def _point_at_cell(self, cell: Cell | None) -> None:
        self._point(None if cell is None else self._entry_of(cell))

    def _point(self, entry: int | None) -> None:
        self._pointed = entry
        if entry is None:
            self.strip.mark(self._entry)
        self._tell()

    def _words_of(self, entry: int) -> str:
        return "" if self._drawn is None else pixel_words(self._drawn, entry, in_bytes=self._options.in_bytes)

    def _tell(self) -> None:
        """Write the pixel under the pointer, else the chosen one, and the number of the chosen one."""
        self.told.setText(self._words_of(self._entry if self._pointed is None else self._pointed))
        if not self.field.isModified():
            self._show_number()

    def _show_number(self) -> None:
        if self._drawn is not None:
            ink = float(self._drawn.ravel()[self._entry])
            self.field.setText(number_words(ink, in_bytes=self._options.in_bytes))
            give_role(self.field, "")

    def _type_number(self) -> None:
        """Give the chosen pixel the number that was typed."""
        if self._drawn is None:
            return
        full = BYTES if self._options.in_bytes else SHARES
        try:
            value = typed_number(self.field.text())
            if not 0 <= value <= full:
                raise NumberError(
                    tr("A pixel's number is from 0 to {full:g}, and {value:g} is not.").format(
                        full=full, value=value
                    )
                )
        except NumberError as error:
            give_role(self.field, "warning")
            self._services.say(tr("{error} The pixel stays as it was.").format(error=error), warning=True)
            return
        ink = self._drawn.astype(np.float32)
        ink.flat[self._entry] = value / full
        self.field.setModified(False)
        if ink.shape == self._services.session.network.input_space.shape:
            self._document.set_pixels(ink, "Type a number")
        else:
            self._document.set_image(ink)

    # All numbers

    def _write_numbers(self) -> None:
        """Write numbers as bytes, or as shares."""
        in_bytes = self._options.in_bytes
        self.scale.button(int(in_bytes)).setChecked(True)
        self._cell_numbers.write_in_bytes(in_bytes)
        for view in (self.strip, self.sheet):
            view.in_bytes = in_bytes
            view.update()
        self.field.setModified(False)
        self._tell()

    def _copy_numbers(self) -> None:
        if self._drawn is None:
            return
        rows = picture_rows(self._drawn, in_bytes=self._options.in_bytes)
        QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in rows) + "\n")
        self._services.say(
            tr("Copied {n:,} numbers as text, {rows} rows of {columns}.").format(
                n=self._drawn.size, rows=len(rows), columns=self._width
            )
        )

    def numbers(self) -> NumberTable:
        """Return a row for each row of pixels."""
        if self._drawn is None:
            return (), []
        ink = np.rint(BYTES * self._drawn).astype(int) if self._options.in_bytes else self._drawn
        rows = [(k, *row) for k, row in enumerate(ink.tolist())]
        return (tr("row"), *map(str, range(self._width))), rows


def _first_inked(ink: np.ndarray) -> int:
    """Return the first entry that is not paper; 0 where all is."""
    return int((ink.ravel() > 0).argmax())
