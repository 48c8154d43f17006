"""Weights of one unit in two networks and their difference, in one colour scale."""

import numpy as np
from PySide6.QtCore import QSizeF
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.colour_scale import largest
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.views.picture import Cell, Picture

GAP = 8.0
"""Between images, in design pixels."""


class WeightPair:
    """Shows three images side by side: A, B, and B − A; blue is positive, orange negative.

    The full colour is the largest weight of both, so that the difference is seen at its size beside them;
    a narrower range of the colour bar brings it out.

    Attributes
    ----------
    picture : Picture
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        self.picture = Picture(
            tr("A unit in both networks"),
            self._lay_out,
            self._explain,
            parent,
            titles="top",
            has_scope=False,
            has_cursor=False,
            has_borders=True,
        )
        self._title = ""

    def show_pair(self, title: str, first: np.ndarray, second: np.ndarray) -> None:
        """Show a unit's weights in both networks, each of shape (height, width), all finite."""
        self._title = title
        had_none = not self.picture.images
        images = self.picture.set_images(3)
        is_other = images[0].tiles.shape[1:] != first.shape
        limit = largest([first, second])
        for image, weights in zip(images, (first, second, second - first), strict=True):
            image.show_tiles(weights[None], limit)
        self.picture.set_bar_visible(True)
        names = ("A", "B", "B − A")
        self.picture.titles.write([[(f"{name} · {title}", ""), (name, "")] for name in names])
        self.picture.set_scale(limit, tr("weight"))
        self.picture.setAccessibleDescription(title)
        if is_other:
            self.picture.show_all()
        if is_other or had_none:
            self.picture.arrange()

    def clear(self, hint: str) -> None:
        """Show only a hint."""
        self.picture.set_images(0)
        self.picture.set_bar_visible(False)
        self.picture.titles.write([])
        self.picture.set_message(hint)

    def _lay_out(self, room: QSizeF) -> None:
        self.picture.lay_side_by_side(room, GAP)

    def _explain(self, cell: Cell) -> str:
        """Return the hover text of a weight in both networks."""
        a, b, difference = (
            signed(float(image.tiles[0, cell.row, cell.column]), 4) for image in self.picture.images
        )
        return tr("{title}, row {row}, column {column}: A {a}, B {b}, B − A {difference}").format(
            title=self._title, row=cell.row, column=cell.column, a=a, b=b, difference=difference
        )
