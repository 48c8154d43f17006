"""A dreamt input: an image, a place in the plane or on the line over the unit's activation, or bars."""

import numpy as np
from PySide6.QtCore import QSizeF
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import InputSpace
from nnstudio.insight.ranking import sample_pictures
from nnstudio.insight.tiles import field_pictures
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import field_table
from nnstudio.studio.views.picture import Cell, Picture
from nnstudio.studio.views.plane_points import PlanePoint, PlanePoints


class DreamView:
    """Shows the dreamt input as large as possible.

    Attributes
    ----------
    picture : Picture
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self.picture = Picture(
            name, self._lay_out, self._explain, parent, has_scope=False, has_cursor=False, has_borders=True
        )
        self.picture.set_table(field_table)
        self._points = PlanePoints(self.picture)
        self._x: np.ndarray | None = None
        self._space: InputSpace | None = None
        self.clear()

    def show_dream(self, x: np.ndarray, space: InputSpace, field: np.ndarray | None = None) -> None:
        """Show an input; ``field`` is the unit's tile over the plane or along the line."""
        is_other = self._x is None or space != self._space
        self._x, self._space = x, space
        if is_other:
            # Images of ink have colours of their own.
            self.picture.set_images(0)
        (image,) = self.picture.set_images(1)
        self.picture.set_bar_visible(not space.traits.has_pixels and field is not None)
        if space.traits.has_pixels:
            image.show_ink(x.reshape(space.shape))
            self._points.show([], None)
        elif not space.traits.has_field:
            image.show_ink(sample_pictures(space, x[None])[0])
            self._points.show([], None)
        else:
            field = np.zeros((1, 1), np.float32) if field is None else field
            image.smooth = True
            limit = float(np.abs(field).max())
            image.show_tiles(field_pictures(space, field[None], limit), limit)
            self.picture.set_scale(limit, tr("activation"), is_signed=bool(field.min() < 0))
            self._points.show([PlanePoint(x, 6, "selection")], space)
        if is_other:
            self.picture.show_all()
            self.picture.arrange()

    def clear(self) -> None:
        """Show nothing but a hint."""
        self._x = None
        self._points.show([], None)
        self.picture.set_images(0)
        self.picture.set_bar_visible(False)
        self.picture.set_message(
            tr("Start the dream: the picture climbs towards what excites the neuron most.")
        )

    def _lay_out(self, room: QSizeF) -> None:
        self._points.place(self.picture.lay_side_by_side(room))

    def _explain(self, cell: Cell) -> str:
        """Return the hover text of a pixel or of the point."""
        if not self._space.traits.has_pixels:
            values = zip(self._space.names, self._x.tolist(), strict=True)
            return ", ".join(f"{name} = {signed(value, 3)}" for name, value in values)
        return tr("dreamt pixel row {row}, column {column}: ink {ink:.2f} (0 … 1)").format(
            row=cell.row, column=cell.column, ink=self._x[cell.row * self._space.shape[1] + cell.column]
        )

    def numbers(self) -> tuple[list[str], list[list[object]]]:
        """Return the names of columns, and a row for each number of the dreamt input."""
        if self._x is None:
            return [], []
        if not self._space.traits.has_pixels:
            return [tr("input"), tr("value")], [
                [name, value] for name, value in zip(self._space.names, self._x.tolist(), strict=True)
            ]
        columns = self._space.shape[1]
        rows = [[*divmod(k, columns), value] for k, value in enumerate(self._x.tolist())]
        return [tr("row"), tr("column"), tr("ink")], rows
