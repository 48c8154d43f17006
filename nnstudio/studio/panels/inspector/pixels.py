"""The input's pixel values."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.numbers import plain
from nnstudio.studio.painting.theme import colour, font, ink_table
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.views.view import ARROWS

READABLE_CELL = 25
"""Width of a cell that fits two decimal places."""

LINE_HEIGHT = 18
GAP = 8


class PixelsSection(Section):
    """The image with a lens that shows its values; a wide panel shows the values of all pixels."""

    title = translatable("Input values")
    hint = translatable(
        "What enters the network: one number for each pixel, 0 for paper to 1 for full ink.\n"
        "Click, or use the arrows, to move the lens. In a wide panel all numbers are written."
    )

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(attention, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._centre = (14, 14)

    def concerns(self, subject: Subject) -> bool:
        """Return whether the subject is an input."""
        return subject.unit is None and subject.reading is not None

    def _writes_all(self, subject: Subject, width: int) -> bool:
        return subject.input_space.traits.has_pixels and width / subject.input_space.shape[1] >= READABLE_CELL

    def _image_height(self, subject: Subject, width: int) -> float:
        rows, columns = subject.input_space.shape
        return width * rows / columns

    def _lens_shape(self, subject: Subject, width: int) -> tuple[int, int]:
        """Return rows and columns of the lens: as many as are readable."""
        rows, columns = subject.input_space.shape
        fit = max(width // READABLE_CELL, 1)
        return min(fit, rows), min(fit, columns)

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of image and lens, of the image with all values, or of the lines of numbers."""
        if not subject.input_space.traits.has_pixels:
            return LINE_HEIGHT * subject.input_space.n_features + 2
        height = self._image_height(subject, width)
        if self._writes_all(subject, width):
            return int(height) + 2
        rows, columns = self._lens_shape(subject, width)
        return int(height * 0.6 + GAP + LINE_HEIGHT + width / columns * rows) + 4

    def _image_box(self, subject: Subject) -> QRectF:
        share = 1.0 if self._writes_all(subject, self.design_width()) else 0.6
        width = self.design_width() * share - 1
        return QRectF(0.5, 0.5, width, self._image_height(subject, width))

    def _lens(self, subject: Subject) -> tuple[int, int, int, int]:
        """Return the first row and column in the lens, and its rows and columns."""
        shape = subject.input_space.shape
        size = self._lens_shape(subject, self.design_width())
        row, column = (
            min(max(at - n // 2, 0), most - n) for at, n, most in zip(self._centre, size, shape, strict=True)
        )
        return row, column, *size

    def _lens_box(self, subject: Subject) -> QRectF:
        rows, columns = self._lens_shape(subject, self.design_width())
        top = self._image_box(subject).bottom() + GAP + LINE_HEIGHT
        return QRectF(0.5, top, self.design_width() - 1, (self.design_width() - 1) / columns * rows)

    def _pixel_at(self, position: QPointF) -> tuple[int, int] | None:
        subject = self.subject
        if subject is None or not subject.input_space.traits.has_pixels:
            return None
        rows, columns = subject.input_space.shape
        places = [(self._image_box(subject), 0, 0, rows, columns)]
        if not self._writes_all(subject, self.design_width()):
            places.append((self._lens_box(subject), *self._lens(subject)))
        for box, first_row, first_column, n_rows, n_columns in places:
            if box.contains(position):
                row = min(int((position.y() - box.top()) / box.height() * n_rows), n_rows - 1)
                column = min(int((position.x() - box.left()) / box.width() * n_columns), n_columns - 1)
                return first_row + row, first_column + column
        return None

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a pixel."""
        pixel = self._pixel_at(QPointF(position))
        if pixel is None:
            return tr(self.hint) if self.subject is not None else ""
        row, column = pixel
        value = self.subject.reading.x[row * self.subject.input_space.shape[1] + column]
        return tr("row {row}, column {column}: x = {value:.4f} (0 paper … 1 full ink)").format(
            row=row, column=column, value=value
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the lens."""
        pixel = self._pixel_at(self.place_of(event))
        if pixel is not None:
            self._centre = pixel
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the lens while a button is held."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the lens with the arrow keys."""
        if (
            event.key() not in ARROWS
            or self.subject is None
            or not self.subject.input_space.traits.has_pixels
        ):
            super().keyPressEvent(event)
            return
        (right, down), (row, column) = ARROWS[event.key()], self._centre
        rows, columns = self.subject.input_space.shape
        self._centre = min(max(row + down, 0), rows - 1), min(max(column + right, 0), columns - 1)
        self.update()

    def paint(self, painter: QPainter, subject: Subject) -> None:
        """Paint the image and its values."""
        space, x = subject.input_space, subject.reading.x
        if not space.traits.has_pixels:
            for k, (name, value) in enumerate(zip(space.names, x.tolist(), strict=True)):
                box = QRectF(0, LINE_HEIGHT * k, self.design_width(), LINE_HEIGHT)
                self.write(painter, box, f"{name} = {plain(value, 4)}", size_px=13)
            return
        image = x.reshape(space.shape)
        box = self._image_box(subject)
        self._paint_image(painter, box, image)
        if self._writes_all(subject, self.design_width()):
            self._paint_numbers(painter, box, image)
            return
        row, column, n_rows, n_columns = self._lens(subject)
        cell = box.width() / space.shape[1]
        painter.setPen(QPen(colour(self.theme.selection), 2))
        painter.drawRect(
            QRectF(box.left() + column * cell, box.top() + row * cell, n_columns * cell, n_rows * cell)
        )
        right = QRectF(box.right() + 10, 0, self.design_width() - box.right() - 10, LINE_HEIGHT)
        facts = (
            tr("{height} × {width} pixels").format(height=space.shape[0], width=space.shape[1]),
            tr("{n:,} above 0").format(n=int((image > 0).sum())),
            tr("ink {sum:.1f}").format(sum=float(image.sum())),
            tr("mean {mean:.3f}").format(mean=float(image.mean())),
        )
        for k, text in enumerate(facts):
            self.write(painter, right.translated(0, LINE_HEIGHT * k), text, size_px=11, muted=True)
        lens = self._lens_box(subject)
        part = np.ascontiguousarray(image[row : row + n_rows, column : column + n_columns])
        caption = tr("rows {top}–{bottom}, columns {left}–{right}").format(
            top=row, bottom=row + n_rows - 1, left=column, right=column + n_columns - 1
        )
        line = QRectF(0, lens.top() - LINE_HEIGHT, self.design_width(), LINE_HEIGHT)
        self.write(painter, line, caption, size_px=11, muted=True)
        self._paint_image(painter, lens, part)
        self._paint_numbers(painter, lens, part)

    def _paint_image(self, painter: QPainter, box: QRectF, image: np.ndarray) -> None:
        painter.drawImage(box, indexed_image(grey_index(image), ink_table(self.theme)))
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)

    def _paint_numbers(self, painter: QPainter, box: QRectF, image: np.ndarray) -> None:
        rows, columns = image.shape
        wide, tall = box.width() / columns, box.height() / rows
        painter.setFont(font(11))
        on_paper, on_ink = colour(self.theme.ink), colour(self.theme.paper)
        for row, values in enumerate(image.tolist()):
            for column, value in enumerate(values):
                cell = QRectF(box.left() + column * wide, box.top() + row * tall, wide, tall)
                painter.setPen(on_ink if value > 0.5 else on_paper)
                text = "0" if value == 0 else "1" if value >= 0.995 else f"{value:.2f}".lstrip("0")
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)
