"""One of Anscombe's sets: its points, which are dragged, and the best line through them."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from nnstudio.insight.line_fit import LinearModel, best_linear_model
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.panels.input.chosen_point import next_along
from nnstudio.studio.panels.input.graph.line_overlay import line_colour
from nnstudio.studio.views.plot import Act, Plot, Values
from nnstudio.studio.views.view import ARROWS, NEXT_POINT

X_RANGE, Y_RANGE = (2.0, 20.0), (2.0, 14.0)
"""What all four graphs show; no point leaves it."""

DOT_PX = 8

KEY_STEP = 0.1

HELP = translatable(
    "Drag a point: the line and the numbers follow. . and , go from point to point, Alt + arrows move one. "
    "The dashed line is that of the four sets as Anscombe printed them."
)

_NONE, _ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
_PRINTED = (0.5, 3.0)
"""Slope and intercept of all four, to two digits."""


@contained
class QuartetPlot(Plot):
    """Points on axes that all four share.

    Parameters
    ----------
    name : str
    x, y : ndarray of shape (n,)
        The points as they were printed.
    parent : QWidget

    Attributes
    ----------
    points : ndarray of shape (n, 2)
    model : LinearModel
        The best line through them.
    """

    changed = Signal()
    """There are other points, or another one is chosen."""

    def __init__(self, name: str, x: np.ndarray, y: np.ndarray, parent: QWidget) -> None:
        super().__init__(
            name,
            (tr("x"), tr("y")),
            parent,
            values_at=self.values_at,
            action_of=self._action_of,
            is_among_others=True,
            pan_modifiers=Qt.KeyboardModifier.ShiftModifier,
        )
        self.setToolTip(tr(HELP))
        self.setAccessibleDescription(tr(HELP))
        self._printed = np.column_stack((x, y))
        self.points = self._printed.copy()
        self.chosen: int | None = None
        self.model: LinearModel = best_linear_model(x[:, None], y)
        self._usual, self._line = pg.InfiniteLine(), pg.InfiniteLine()
        self._usual.setPos((0.0, _PRINTED[1]))
        self._usual.setAngle(np.degrees(np.arctan(_PRINTED[0])))
        self.dots = [pg.TargetItem(tuple(point), symbol="o") for point in self.points]
        for item in (self._usual, self._line, *self.dots):
            self.addItem(item, ignoreBounds=True)
        for nth, dot in enumerate(self.dots):
            dot.sigPositionChanged.connect(lambda dot, nth=nth: self._take(nth, dot))
        self.fit(X_RANGE, Y_RANGE)
        appearance.follow(self, self._colour_items)
        self._colour_items()
        self._draw()

    def _colour_items(self) -> None:
        theme, scale = appearance.theme, text_scale()
        self._usual.setPen(pg.mkPen(colour(theme.muted), width=1, style=Qt.PenStyle.DashLine))
        self._line.setPen(pg.mkPen(line_colour(), width=1.8 * scale))
        for nth, dot in enumerate(self.dots):
            is_chosen = nth == self.chosen
            dot.scale = round((DOT_PX + 3 * is_chosen) * scale)
            dot.setBrush(colour(theme.positive, 0.85))
            dot.setHoverBrush(colour(theme.selection))
            ring = pg.mkPen(colour(theme.selection if is_chosen else theme.panel), width=1 + is_chosen)
            dot.setPen(ring)
            dot.setHoverPen(ring)
            dot.viewTransformChanged()

    def _draw(self) -> None:
        slope = float(self.model.slopes[0])
        self._line.setPos((0.0, self.model.intercept))
        self._line.setAngle(np.degrees(np.arctan(slope)))

    def _take(self, nth: int, dot: pg.TargetItem) -> None:
        """Follow a point that was moved, within the axes."""
        self._move(nth, dot.pos().x(), dot.pos().y())

    def _move(self, nth: int, x: float, y: float) -> None:
        (left, right), (bottom, top) = X_RANGE, Y_RANGE
        place = min(max(x, left), right), min(max(y, bottom), top)
        if (self.points[nth] == place).all():
            return
        self.points[nth] = place
        self.dots[nth].setPos(*place)
        self.model = best_linear_model(self.points[:, :1], self.points[:, 1])
        self._draw()
        self.update_cross()
        self.changed.emit()

    def restore(self) -> None:
        """Put every point back where it was printed."""
        for nth, (x, y) in enumerate(self._printed.tolist()):
            self._move(nth, x, y)

    @property
    def is_as_printed(self) -> bool:
        """Whether no point was moved."""
        return bool((self.points == self._printed).all())

    # Keys

    def _action_of(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> Act | None:
        """Return what chooses or moves a point."""
        if key in NEXT_POINT and modifiers == _NONE:
            return lambda: self._choose_next(NEXT_POINT[key])
        if key in ARROWS and modifiers == _ALT:
            right, down = ARROWS[key]
            return lambda: self._step(right * KEY_STEP, -down * KEY_STEP)
        return None

    def _choose_next(self, step: int) -> None:
        self.chosen = next_along(self.points[:, 0], self.chosen, step)
        self._colour_items()
        self.changed.emit()

    def _step(self, dx: float, dy: float) -> None:
        if self.chosen is not None:
            x, y = self.points[self.chosen].tolist()
            self._move(self.chosen, x + dx, y + dy)

    def values_at(self, x: float) -> Values:
        """Return x and the height of the line there."""
        theme = appearance.theme
        y = float(self.model.slopes[0]) * x + self.model.intercept
        return [(theme.muted, f"x = {figure(x)}"), (theme.text, f"ŷ = {figure(y)}")]
