"""Points over a picture of the plane or the line, and a way between them; pyqtgraph items."""

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QRectF

from nnstudio.data.problem import InputSpace
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.views.picture import Picture


@dataclass(frozen=True, eq=False)
class PlanePoint:
    """A point of the plane or the line, and how it looks.

    Attributes
    ----------
    x : ndarray of shape (n_features,)
        One of a line lies at half the height; more than two features have no place.
    radius : float
        In design pixels.
    role : str
        A colour of the theme by its name.
    is_filled : bool
        A disc instead of a ring.
    """

    x: np.ndarray
    radius: float
    role: str
    is_filled: bool = False


class PlanePoints(QObject):
    """Draws points above the images of a picture; they keep their size where it is zoomed.

    Parameters
    ----------
    picture : Picture
    """

    def __init__(self, picture: Picture) -> None:
        super().__init__(picture)
        self._way = pg.PlotCurveItem()
        self._dots = pg.ScatterPlotItem(pxMode=True)
        for item in (self._way, self._dots):
            item.setZValue(1)
            picture.box.addItem(item, ignoreBounds=True)
        self._points: list[PlanePoint] = []
        self._has_way = False
        self._space: InputSpace | None = None
        self._box = QRectF()
        appearance.follow(picture, self._draw)

    def show(self, points: list[PlanePoint], space: InputSpace | None, *, way: bool = False) -> None:
        """Show points of a space, with a line from the first to the second where ``way``; none without."""
        self._points, self._space, self._has_way = points, space, way
        self._draw()

    def place(self, box: QRectF) -> None:
        """Set where the whole plane is in the picture."""
        self._box = box
        self._draw()

    def _draw(self) -> None:
        has_points = self._space is not None and self._space.n_features <= 2 and bool(self._points)
        # Painting no points takes half a millisecond.
        self._dots.setVisible(has_points)
        self._way.setVisible(has_points and self._has_way)
        if not has_points:
            return
        theme, box = appearance.theme, self._box
        shares = self._space.shares(np.stack([point.x for point in self._points]))
        heights = shares[:, 1] if shares.shape[1] == 2 else np.full(len(shares), 0.5)
        x, y = box.left() + shares[:, 0] * box.width(), box.bottom() - heights * box.height()
        codes = [colour(getattr(theme, point.role)) for point in self._points]
        self._dots.setData(
            x,
            y,
            size=[round(2 * point.radius * text_scale()) for point in self._points],
            pen=[pg.mkPen(code, width=2) for code in codes],
            brush=[
                pg.mkBrush(code if point.is_filled else None)
                for point, code in zip(self._points, codes, strict=True)
            ],
        )
        self._way.setPen(pg.mkPen(colour(theme.muted), width=1.5))
        self._way.setData(*(x[:2], y[:2]) if self._has_way else ([], []))
