"""The plane of the panel Line, drawn over the map of the network by its lines of equal height."""

import math

import numpy as np
import pyqtgraph as pg

from nnstudio.insight.line_fit import LinearModel
from nnstudio.insight.plane_map import unit_lines
from nnstudio.studio.painting.numbers import brief
from nnstudio.studio.painting.theme import appearance, colour, text_font, text_scale
from nnstudio.studio.panels.input.graph.line_overlay import line_colour
from nnstudio.studio.session.line import Line
from nnstudio.studio.views.axis import round_up

MOST_LEVELS = 7
WRITTEN_AT = 0.14
"""Where the height is written, as a share of the way along its line."""


class PlaneLevels:
    """Draws the session's plane where it is shown.

    Parameters
    ----------
    line : Line
    box : ViewBox
        Of the map.

    Attributes
    ----------
    levels : ndarray of shape (n,)
        The heights that are drawn, round numbers.
    """

    def __init__(self, line: Line, box: pg.ViewBox) -> None:
        self._line, self._box = line, box
        self.levels = np.empty(0)
        self.curve = pg.PlotCurveItem(antialias=True, connect="pairs", skipFiniteCheck=True)
        self._numbers = [pg.TextItem(anchor=(0.5, 0.5)) for _ in range(MOST_LEVELS + 1)]
        self.items = (self.curve, *self._numbers)
        line.changed.connect(self.draw)
        box.sigRangeChanged.connect(self.draw)

    def recolour(self) -> None:
        """Take on the theme's colours and the text scale."""
        self.curve.setPen(pg.mkPen(line_colour(), width=1.4 * text_scale()))
        for number in self._numbers:
            number.setFont(text_font(10))
            number.setColor(line_colour())
            number.fill = pg.mkBrush(colour(appearance.theme.panel, 0.8))
        self.draw()

    @property
    def model(self) -> LinearModel | None:
        """The plane that is drawn."""
        model = self._line.model
        return model if self._line.is_shown and model is not None and len(model.slopes) == 2 else None

    def draw(self, *_: object) -> None:
        """Draw another plane, or the same one in another view."""
        model, ends = self.model, np.empty((0, 2, 2))
        self.levels = np.empty(0)
        if model is not None:
            (left, right), (bottom, top) = self._box.viewRange()
            corners = np.array([(left, bottom), (left, top), (right, bottom), (right, top)])
            heights = corners @ model.slopes + model.intercept
            low, high = float(heights.min()), float(heights.max())
            # A flat one has no lines; its height is in the panel.
            if math.isfinite(high - low) and high - low > 1e-9 * max(abs(low), abs(high)):
                step = round_up((high - low) / MOST_LEVELS, (1, 2, 5, 10))
                self.levels = step * np.arange(math.ceil(low / step), math.floor(high / step) + 1)
                W = np.tile(model.slopes, (len(self.levels), 1))
                ends = unit_lines(W, model.intercept - self.levels, (left, bottom), (right, top))
        is_seen = ~np.isnan(ends[:, 0, 0])
        self.levels, ends = self.levels[is_seen], ends[is_seen]
        self.curve.setVisible(len(ends) > 0)
        self.curve.setData(*ends.reshape(-1, 2).T)
        for number, level, (start, end) in zip(self._numbers, self.levels.tolist(), ends, strict=False):
            number.setText(brief(level))
            number.setPos(*(start + WRITTEN_AT * (end - start)).tolist())
        for nth, number in enumerate(self._numbers):
            number.setVisible(nth < len(ends))
