"""The input's values: a picture with its numbers where it is zoomed, or a line for each number."""

import math
from functools import cache

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QVBoxLayout, QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.numbers import plain
from nnstudio.studio.painting.theme import appearance, colour, text_font, text_scale
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.views.picture import Cell, Picture
from nnstudio.studio.views.tile_image import TileImage

READABLE_CELL = 25
"""Least width of a cell that fits two decimal places, in design pixels."""

WORDS_HEIGHT = 36
LINE_HEIGHT = 18


class PixelsSection(Section):
    """The image, with its values in its pixels where these have room: in a wide panel, or zoomed."""

    title = translatable("Input values")
    hint = translatable(
        "What enters the network: one number for each pixel, 0 for paper to 1 for full ink.\n"
        "Click it and turn the wheel, or + and −: the numbers are written where there is room."
    )

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(attention, parent)
        self.picture = Picture(
            tr(self.title),
            self._lay_out,
            self._explain_cell,
            self,
            has_scope=False,
            has_cursor=False,
            has_borders=True,
            is_among_others=True,
        )
        self.figure = self.picture
        self.picture.setToolTip(tr(self.hint))
        self.picture.setMinimumSize(1, 1)
        self.picture.set_bar_visible(False)
        self._words = remark("", self)
        self._words.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.picture, 1)
        layout.addWidget(self._words)

    def concerns(self, subject: Subject) -> bool:
        """Return whether the subject is an input."""
        return subject.unit is None and subject.reading is not None

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of the image and the words below it, or of the lines of numbers."""
        if not subject.input_space.traits.has_pixels:
            return LINE_HEIGHT * subject.input_space.n_features + 2
        rows, columns = subject.input_space.shape
        return int(width * rows / columns) + WORDS_HEIGHT

    def _lay_out(self, room: QSizeF) -> None:
        self.picture.lay_side_by_side(room)

    def draw(self, subject: Subject) -> None:
        """Show the input's values."""
        space, x = subject.input_space, subject.reading.x
        self.picture.setVisible(space.traits.has_pixels)
        if not space.traits.has_pixels:
            values = zip(space.names, x.tolist(), strict=True)
            self._words.setText("\n".join(f"{name} = {plain(value, 4)}" for name, value in values))
            return
        is_new = not self.picture.images
        (image,) = self.picture.set_images(1)
        is_other = image.tiles.shape[1:] != space.shape
        image.show_ink(x.reshape(space.shape))
        if is_new:
            _CellNumbers(image)
        if is_other:
            self.picture.show_all()
            self.picture.arrange()
        self._words.setText(
            tr("{height} × {width} pixels · {n:,} above 0 · ink {sum:.1f} · mean {mean:.3f}").format(
                height=space.shape[0],
                width=space.shape[1],
                n=int((x > 0).sum()),
                sum=float(x.sum()),
                mean=float(x.mean()),
            )
        )

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a pixel."""
        return self.picture.explain(position)

    def _explain_cell(self, cell: Cell) -> str:
        value = float(self.picture.images[0].tiles[0, cell.row, cell.column])
        return tr("row {row}, column {column}: x = {value:.4f} (0 paper … 1 full ink)").format(
            row=cell.row, column=cell.column, value=value
        )


@contained
class _CellNumbers(QGraphicsItem):
    """Writes the numbers of an image of ink into its cells, where these are large enough."""

    def __init__(self, image: TileImage) -> None:
        super().__init__(image)
        self._image = image

    def boundingRect(self) -> QRectF:
        """Return the box of the image."""
        return self._image.boundingRect()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Write those that are seen."""
        to_pixels, theme = painter.transform(), appearance.theme
        if to_pixels.m11() < READABLE_CELL * text_scale():
            return
        view = self._image.getViewBox()
        seen = self._image.mapRectFromItem(view, view.rect()) & self.boundingRect()
        first_row, first_column = int(seen.top()), int(seen.left())
        numbers = self._image.tiles[
            0, first_row : math.ceil(seen.bottom()), first_column : math.ceil(seen.right())
        ]
        chosen = text_font(11)
        metrics = QFontMetricsF(chosen)
        to_baseline = (metrics.ascent() - metrics.descent()) / 2
        half_widths = _half_widths(chosen.pixelSize())
        painter.save()
        painter.resetTransform()
        # Where text runs from right to left, a point before the figures would be written after them.
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setFont(chosen)
        # At its place and without a change of the pen, a number takes half as long to write.
        for is_ink, code in ((False, theme.ink), (True, theme.paper)):
            painter.setPen(colour(code))
            rows, columns = np.nonzero((numbers > 0.5) == is_ink)
            hundredths = np.rint(100 * numbers[rows, columns]).astype(int).clip(0, 100)
            # Not quite nothing is told from nothing.
            texts = np.where(numbers[rows, columns] == 0, "0", _TEXTS[hundredths])
            left, top = to_pixels.dx() + to_pixels.m11() * (first_column + 0.5), to_pixels.dy() + to_baseline
            x = left + to_pixels.m11() * columns
            y = top + to_pixels.m22() * (first_row + rows + 0.5)
            for text, at, line in zip(texts.tolist(), x.tolist(), y.tolist(), strict=True):
                painter.drawText(QPointF(at - half_widths[text], line), text)
        painter.restore()


_TEXTS = np.array([f"{hundredth / 100:.2f}".lstrip("0") for hundredth in range(100)] + ["1"])


@cache
def _half_widths(size_px: int) -> dict[str, float]:
    """Return half of what each number takes, in a font of that size."""
    advance = QFontMetricsF(text_font(11)).horizontalAdvance
    return {text: advance(text) / 2 for text in ("0", *_TEXTS.tolist())}
