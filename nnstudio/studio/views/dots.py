"""Points of a problem in a plane, however many: one pyqtgraph item that Qt keeps as a picture."""

from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QBrush, QPen
from PySide6.QtWidgets import QGraphicsItem

from nnstudio.studio.painting.class_marks import CLASS_MARKS
from nnstudio.studio.painting.images import signed_index
from nnstudio.studio.painting.theme import (
    FIELD_OPACITY_EXPONENT,
    appearance,
    colour,
    signed_table,
    text_scale,
)

DOT_PX = 8
"""Diameter of a point, in design pixels."""

HOLLOW = 0.45
"""Opacity of the paper within test points."""

SHAPES_PX = {"star": 11, "+": 10, "d": 9, "t1": 9}
"""Of shapes that are smaller than a disc of the same diameter."""


class Points(NamedTuple):
    """Points with what makes their looks.

    Attributes
    ----------
    x : ndarray of shape (n, 2)
    answers : ndarray of shape (n,) or (n, n_outputs)
        Classes, or numbers, of which the first is shown.
    is_test : bool ndarray of shape (n,)
    """

    x: np.ndarray
    answers: np.ndarray
    is_test: np.ndarray


class Dots(pg.ScatterPlotItem):
    """Points by their answers: a shape and a colour for each class, a colour for a number; tests are hollow.

    Notes
    -----
    The map below is painted again in every frame; the points then are a copy of their picture, whether there
    are ten or ten thousand.
    """

    def __init__(self) -> None:
        super().__init__(pxMode=True)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._shown: Points | None = None
        self._limit = 1.0
        self.hide()

    def restyle(self) -> None:
        """Draw in the theme's colours."""
        points, self._shown = self._shown, None
        self.show_points(points, self._limit)

    def show_points(self, points: Points | None, limit: float) -> None:
        """Show other points; ``limit`` is the number of the full colour."""
        before, self._shown = self._shown, points
        if limit != self._limit:
            before, self._limit = None, limit
        self.setVisible(points is not None)
        if points is None:
            return
        # To style ten thousand takes a tenth of a second; painted ones come after those that are there.
        n_kept = 0 if before is None or not _begins_with(points, before) else len(before.x)
        if not n_kept:
            self.clear()
        new = slice(n_kept, None)
        answers, is_test = points.answers[new], points.is_test[new]
        if not len(answers):
            return
        if answers.ndim == 1:
            styles, codes = _class_styles(), answers % len(CLASS_MARKS) * 2 + is_test
        else:
            styles = _number_styles()
            codes = signed_index(answers[:, 0], limit).astype(np.intp) * 2 + is_test
        chosen = [styles[code] for code in codes.tolist()]
        symbols, sizes, pens, brushes = map(list, zip(*chosen, strict=True))
        x1, x2 = points.x[new].T
        self.addPoints(x1, x2, symbol=symbols, size=sizes, pen=pens, brush=brushes)


def _begins_with(points: Points, others: Points) -> bool:
    n = len(others.x)
    return (
        n <= len(points.x)
        and np.array_equal(points.x[:n], others.x)
        and np.array_equal(points.answers[:n], others.answers)
        and np.array_equal(points.is_test[:n], others.is_test)
    )


_Style = tuple[str, float, QPen, QBrush]


def _class_styles() -> list[_Style]:
    """Return the looks of the points of each class, of training and of test."""
    theme, scale = appearance.theme, text_scale()
    styles: list[_Style] = []
    for mark in CLASS_MARKS:
        code, size = mark.colour_in(theme.name), round(SHAPES_PX.get(mark.shape, DOT_PX) * scale)
        panel = colour(theme.panel)
        styles.append((mark.shape, size, pg.mkPen(panel, width=0.8), pg.mkBrush(code)))
        hollow = pg.mkBrush(colour(theme.panel, HOLLOW))
        styles.append((mark.shape, size, pg.mkPen(code, width=1.5 * scale), hollow))
    return styles


def _number_styles() -> list[_Style]:
    """Return the looks of points of each of 256 numbers; grey is zero, which the map's colour would hide."""
    theme, scale = appearance.theme, text_scale()
    size, hollow = round(DOT_PX * scale), pg.mkBrush(colour(theme.panel, HOLLOW))
    styles: list[_Style] = []
    for value in signed_table(theme, theme.muted, FIELD_OPACITY_EXPONENT):
        code = f"#{value & 0xFFFFFF:06x}"
        styles.append(("o", size, pg.mkPen(colour(theme.panel), width=0.8), pg.mkBrush(code)))
        styles.append(("o", size, pg.mkPen(code, width=1.5 * scale), hollow))
    return styles
