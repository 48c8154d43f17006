"""Contributions of pixels, as a map over the image."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSizeF
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import image_table
from nnstudio.studio.views.picture import Cell, Picture


class ContributionMap:
    """Shows what each pixel adds to the difference of two logits.

    Parameters
    ----------
    name : str
        Accessible name.
    point : callable (int or None)
        Called with the pixel under the pointer.
    parent : QWidget, optional

    Attributes
    ----------
    picture : Picture
    """

    def __init__(self, name: str, point: Callable[[int | None], None], parent: QWidget | None = None) -> None:
        self.picture = Picture(
            name, self._lay_out, self._explain, parent, has_scope=False, has_cursor=False, has_borders=True
        )
        self.picture.set_table(image_table)
        self.picture.set_message(tr("With an input, what each pixel adds to the answer appears here."))
        self.picture.pointed.connect(self._point_at)
        self._point = point
        self._values = np.zeros((1, 1), np.float32)

    def show_values(self, values: np.ndarray) -> None:
        """Show contributions, shape (height, width)."""
        is_other = not self.picture.images or values.shape != self._values.shape
        self._values = values.astype(np.float32)
        limit = float(np.abs(self._values).max())
        (image,) = self.picture.set_images(1)
        image.show_tiles(self._values[None], limit)
        self.picture.set_scale(limit, tr("pixels"))
        if is_other:
            self.picture.show_all()
            self.picture.arrange()

    def clear(self) -> None:
        """Show nothing but a hint."""
        self.picture.set_images(0)

    def _lay_out(self, room: QSizeF) -> None:
        self.picture.lay_side_by_side(room)

    def _explain(self, cell: Cell) -> str:
        """Return the hover text of a pixel: its contribution."""
        return tr("pixel row {row}, column {column}: adds {value} to the difference of the logits").format(
            row=cell.row, column=cell.column, value=signed(float(self._values[cell.row, cell.column]), 4)
        )

    def _point_at(self, cell: Cell | None) -> None:
        self._point(None if cell is None else cell.row * self._values.shape[1] + cell.column)
