"""Input, change and changed input of a flip, or two points of the plane."""

import numpy as np
from PySide6.QtCore import QSizeF
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import InputSpace
from nnstudio.insight.flip import Flip
from nnstudio.insight.tiles import field_pictures
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import field_table
from nnstudio.studio.views.picture import Cell, Picture
from nnstudio.studio.views.plane_points import PlanePoint, PlanePoints

GAP = 10.0
"""Between pictures, in design pixels."""


class InputChangeView:
    """Shows three images side by side: the input, the change, and the changed input.

    In the plane there is one: both points and the line between them.

    Attributes
    ----------
    picture : Picture
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self.picture = Picture(
            name,
            self._lay_out,
            self._explain,
            parent,
            titles="top",
            has_scope=False,
            has_cursor=False,
            has_borders=True,
        )
        self.picture.set_table(field_table)
        self._points = PlanePoints(self.picture)
        self._flip: Flip | None = None
        self._space: InputSpace | None = None
        self.message = ""

    def show_flip(
        self,
        flip: Flip,
        space: InputSpace,
        share: float,
        field: np.ndarray | None = None,
        *,
        has_others: bool = False,
    ) -> None:
        """Show a flip, ``share`` of the way, 0 … 1, from the input to the changed one.

        ``field``, (side, side), is the output of the class before minus that of the other, over the plane;
        it is 0 where another class leads, if there are others (``has_others``).
        """
        is_other = self._flip is None or space != self._space
        self._flip, self._space = flip, space
        if is_other:
            # Images of ink have colours of their own.
            self.picture.set_images(0)
        self.picture.set_images(3 if space.traits.has_pixels else 1)
        if space.traits.has_pixels:
            self._show_images(share)
        else:
            self._show_way(share, field, has_others=has_others)
        if is_other:
            self.picture.show_all()
            self.picture.arrange()

    def _show_images(self, share: float) -> None:
        flip, shape = self._flip, self._space.shape
        before, change, between = self.picture.images
        difference = (flip.x - flip.start).reshape(shape)
        limit = float(np.abs(difference).max())
        before.show_ink(flip.start.reshape(shape))
        change.show_tiles(difference[None], limit)
        between.show_ink(flip.between(share).reshape(shape))
        titles = tr("as it is"), tr("change"), tr("at {share:.0f} %").format(share=100 * share)
        self.picture.titles.write([[(title, "")] for title in titles])
        self.picture.set_scale(limit, tr("change"))
        self._points.show([], None)

    def _show_way(self, share: float, field: np.ndarray | None, *, has_others: bool) -> None:
        (image,) = self.picture.images
        field = np.zeros((1, 1), np.float32) if field is None else field
        limit = float(np.abs(field).max())
        image.smooth = True
        image.show_tiles(field_pictures(self._space, field[None], limit), limit)
        title = tr("blue: the answer; orange: the other class")
        if has_others:
            title = tr("blue: the answer; orange: the other class; no colour: another class leads")
        self.picture.titles.write([[(title, "")]])
        self.picture.set_scale(limit, tr("difference"))
        flip = self._flip
        points = [
            PlanePoint(flip.start, 4, "text", is_filled=True),
            PlanePoint(flip.x, 4, "text"),
            PlanePoint(flip.between(share), 6, "selection"),
        ]
        self._points.show(points, self._space, way=True)

    def clear(self, message: str) -> None:
        """Show a message instead."""
        self._flip, self.message = None, message
        self._points.show([], None)
        self.picture.set_images(0)
        self.picture.titles.write([])
        self.picture.set_message(message)

    def _lay_out(self, room: QSizeF) -> None:
        self._points.place(self.picture.lay_side_by_side(room, GAP))

    def _explain(self, cell: Cell) -> str:
        """Return the hover text of a pixel, before and after."""
        flip = self._flip
        if not self._space.traits.has_pixels:
            before, after = (
                ", ".join(signed(float(value), 3) for value in end) for end in (flip.start, flip.x)
            )
            names = ", ".join(self._space.names)
            return tr("({names}): from ({before}) to ({after})").format(
                names=names, before=before, after=after
            )
        k = cell.row * self._space.shape[1] + cell.column
        change = signed(float(flip.x[k] - flip.start[k]), 3)
        return tr(
            "pixel row {row}, column {column}: ink {before:.2f}, flipped {after:.2f}\n"
            "change {change}: blue is more ink, orange less"
        ).format(row=cell.row, column=cell.column, before=flip.start[k], after=flip.x[k], change=change)

    def numbers(self) -> tuple[list[str], list[list[object]]]:
        """Return the names of columns, and a row for each number of the input, before and after."""
        if self._flip is None:
            return [], []
        ends = self._flip.start.tolist(), self._flip.x.tolist()
        if not self._space.traits.has_pixels:
            rows: list[list[object]] = [list(row) for row in zip(self._space.names, *ends, strict=True)]
            return [tr("input"), tr("before"), tr("flipped")], rows
        columns = self._space.shape[1]
        rows = [
            [*divmod(k, columns), before, after] for k, (before, after) in enumerate(zip(*ends, strict=True))
        ]
        return [tr("row"), tr("column"), tr("before"), tr("flipped")], rows
