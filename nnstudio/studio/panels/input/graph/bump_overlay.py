"""The bumps of the network, drawn in the graph with their handles, and the nearest neighbour."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt

from nnstudio.data.problem import subscript
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.session.bumps import Bumps

HANDLE_PX = 12


class BumpOverlay:
    """Draws the session's bumps where they are shown, and drags their handles.

    Parameters
    ----------
    bumps : Bumps
    box : ViewBox
        Of the graph.
    """

    def __init__(self, bumps: Bumps, box: pg.ViewBox) -> None:
        self._bumps, self._box = bumps, box
        self.neighbour = pg.PlotCurveItem(antialias=False)
        self._others = pg.PlotCurveItem(connect="finite", antialias=True)
        self._chosen = pg.PlotCurveItem(antialias=True)
        self._dots = pg.ScatterPlotItem(pxMode=True)
        self.items = (self.neighbour, self._others, self._chosen, self._dots)
        self._handles: list[tuple[int, int]] = []
        self._places = np.empty((0, 2))
        self._dragged: tuple[int, int] | None = None
        bumps.changed.connect(self._draw)
        self.recolour()
        self._draw()

    def recolour(self) -> None:
        """Take on the theme's colours."""
        theme, scale = appearance.theme, text_scale()
        dash = Qt.PenStyle.DashLine
        self.neighbour.setPen(pg.mkPen(colour(theme.muted), width=1.4 * scale))
        self._others.setPen(pg.mkPen(colour(theme.accent, 0.7), width=1.3 * scale, style=dash))
        self._chosen.setPen(pg.mkPen(colour(theme.selection), width=2 * scale, style=dash))
        self._dots.setBrush(pg.mkBrush(colour(theme.panel)))
        self._dots.setSize(round(HANDLE_PX * scale))
        self._draw()

    def _draw(self) -> None:
        bumps = self._bumps
        is_curve = bumps.points is not None
        self._draw_neighbour(is_curve and bumps.shows_neighbour)
        is_shown = is_curve and bumps.is_shown
        self._handles = bumps.handles if is_shown else []
        self._places = np.array([bumps.place(*handle) for handle in self._handles]).reshape(-1, 2)
        self._dots.setVisible(len(self._handles) > 0)
        if self._handles:
            theme, width = appearance.theme, 2.4 * text_scale()
            chosen, other = (pg.mkPen(colour(code), width=width) for code in (theme.selection, theme.accent))
            is_step = bumps.steps is not None
            pens = [chosen if k == bumps.chosen and not is_step else other for k, _ in self._handles]
            self._dots.setData(self._places[:, 0], self._places[:, 1], pen=pens)
        self._draw_bumps(is_shown and bool(bumps.all))

    def _draw_bumps(self, is_shown: bool) -> None:
        bumps = self._bumps
        self._others.setVisible(is_shown)
        self._chosen.setVisible(is_shown and bumps.bump is not None)
        if not is_shown:
            return
        base, (low, high) = bumps.base, bumps.range
        outlines = []
        for k, bump in enumerate(bumps.all):
            if bump is None:
                continue
            ends = min(low, bump.s[0]), max(high, bump.s[3])
            x = np.array([ends[0], *bump.s, ends[1]])
            y = base + np.array([0, 0, bump.top, bump.top, 0, 0])
            if k == bumps.chosen:
                self._chosen.setData(x, y)
            else:
                outlines.append(np.vstack((np.append(x[1:5], np.nan), np.append(y[1:5], np.nan))))
        self._others.setData(*np.hstack(outlines)) if outlines else self._others.setData([], [])

    def _draw_neighbour(self, is_shown: bool) -> None:
        found = self._bumps.neighbour if is_shown else None
        self.neighbour.setVisible(found is not None)
        if found is not None:
            low, high = self._bumps.range
            edges = np.concatenate(([low], found.edges, [high]))
            self.neighbour.setData(np.repeat(edges, 2)[1:-1], np.repeat(found.levels, 2))

    def handles(self) -> np.ndarray:
        """Return where the handles are, (n, 2)."""
        return self._places

    def begin_drag(self, handle: int) -> bool:
        """Begin to drag a handle; return whether it can be."""
        self._dragged = self._handles[handle]
        return self._bumps.begin_drag(self._dragged[0])

    def drag(self, handle: int, x: float, y: float) -> None:
        """Move the handle that is dragged: with many bumps, choosing one changes their numbers."""
        if self._dragged is not None:
            self._bumps.drag(*self._dragged, x, y)

    def finish_drag(self) -> None:
        """End the drag."""
        if self._dragged is not None:
            self._bumps.finish_drag(self._dragged[0])
            self._dragged = None

    def explain_handle(self, handle: int) -> str:
        """Return what a handle is, and how it is moved."""
        k, nth = self._handles[handle]
        x = figure(float(self._places[handle, 0]))
        if self._bumps.steps is not None:
            return tr("Step {number} at x = {x}, which is −b/w.\nDrag it to the left or right.").format(
                number=k + 1, x=x
            )
        return tr(
            "Bump {number}: s{nth} = {x}, the kink of one unit.\nDrag it, or type in the panel Bumps."
        ).format(number=k + 1, nth=subscript(nth + 1), x=x)

    def explain(self, position: QPointF) -> str:
        """Return nothing: what is beside the handles is explained by others."""
        return ""
