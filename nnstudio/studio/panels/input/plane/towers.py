"""The towers that the network is the sum of, drawn over the plane with handles that move them."""

import numpy as np
import pyqtgraph as pg

from nnstudio.language import tr
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.session.bumps import Bumps, TowerHandle

HANDLE_PX = 12


class TowerOverlay:
    """Draws the flat part of each tower where bumps are shown, and drags its handles.

    Parameters
    ----------
    bumps : Bumps

    Attributes
    ----------
    handle_places : ndarray of shape (n, 2)
        Where the handles are, the middle and the corner of each tower.
    """

    def __init__(self, bumps: Bumps) -> None:
        self._bumps = bumps
        self._outlines = pg.PlotCurveItem(connect="finite")
        self._dots = pg.ScatterPlotItem(pxMode=True)
        self.items = (self._outlines, self._dots)
        self._handles: list[tuple[int, TowerHandle]] = []
        self.handle_places = np.empty((0, 2))
        bumps.changed.connect(self.draw)

    def recolour(self) -> None:
        """Take on the theme's colours and the text scale."""
        theme, scale = appearance.theme, text_scale()
        self._outlines.setPen(pg.mkPen(colour(theme.accent), width=1.4 * scale))
        self._dots.setPen(pg.mkPen(colour(theme.accent), width=2.4 * scale))
        self._dots.setBrush(pg.mkBrush(colour(theme.panel)))
        self._dots.setSize(round(HANDLE_PX * scale))
        self.draw()

    def draw(self) -> None:
        """Draw the towers of now."""
        bumps = self._bumps
        towers = [tower for tower in bumps.towers if tower is not None] if bumps.is_shown else []
        self._handles = bumps.tower_handles if bumps.is_shown else []
        self.handle_places = np.array([bumps.tower_place(*handle) for handle in self._handles]).reshape(-1, 2)
        self._outlines.setVisible(bool(towers))
        self._dots.setVisible(bool(self._handles))
        gap = np.nan
        x = [s for tower in towers for s in (*np.repeat(tower.across[1:3], 2), tower.across[1], gap)]
        y = [s for t in towers for s in (t.up[1], t.up[2], t.up[2], t.up[1], t.up[1], gap)]
        self._outlines.setData(np.array(x), np.array(y))
        self._dots.setData(self.handle_places[:, 0], self.handle_places[:, 1])

    def handle_at(self, place: tuple[float, float], reach: tuple[float, float]) -> int | None:
        """Return the number of the handle at a place; the reach is given along both axes."""
        if not len(self.handle_places):
            return None
        apart = np.hypot(*((self.handle_places - place) / reach).T)
        nearest = int(apart.argmin())
        return nearest if apart[nearest] <= 1 else None

    def begin_drag(self, nth: int) -> bool:
        """Begin to drag a handle; return whether it can be."""
        return self._bumps.begin_drag(self._handles[nth][0])

    def drag(self, nth: int, place: tuple[float, float]) -> None:
        """Move the handle to a place."""
        self._bumps.drag_tower(*self._handles[nth], place)

    def finish_drag(self, nth: int) -> None:
        """End the drag: it is one step to undo."""
        self._bumps.finish_drag(self._handles[nth][0])

    def explain(self, nth: int) -> str:
        """Return what a handle does."""
        k, handle = self._handles[nth]
        tower = self._bumps.towers[k]
        top = "" if tower is None else figure(tower.top)
        words = tr("Tower {number}, {top} high: drag its corner to make it wider.")
        if handle is TowerHandle.MIDDLE:
            words = tr("Tower {number}, {top} high: drag its middle to move it.")
        return words.format(number=k + 1, top=top)
