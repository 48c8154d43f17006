"""Facets from above, in the plane of the inputs."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.views.plane_image import PlaneImage
from nnstudio.studio.views.plot import Act, Plot
from nnstudio.studio.views.view import ARROWS

SMALLEST_PX = QSize(170, 150)
RING_PX = 14

HELP = translatable(
    "Point at a facet: its equation and its area. Click or arrow keys: ask the network there, and Formula "
    "writes that piece out."
)


@contained
class FacetMap(Plot):
    """Shows facets from above, marks the one under the pointer, and asks the network where it is clicked."""

    pointed_at = Signal(object)
    """The point of the plane under the pointer, (2,), or None."""

    asked = Signal(object)
    """The network is asked about a point of the plane, (2,)."""

    stepped = Signal(int, int)
    """An arrow key asks the network one step to the right, or down."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(
            name,
            ("", ""),
            parent,
            action_of=self._action_of,
            pan_modifiers=Qt.KeyboardModifier.ShiftModifier,
        )
        self.setToolTip(tr(HELP))
        self.setAccessibleDescription(tr(HELP))
        self.setMinimumSize(SMALLEST_PX * text_scale())
        self.box.setAspectLocked(True)
        self._words = ""
        self.picture = PlaneImage()
        self._marked = pg.PlotCurveItem(antialias=True)
        self._input = pg.ScatterPlotItem(pxMode=True, brush=None)
        for height, item in enumerate((self.picture, self._marked, self._input), -1):
            item.setZValue(height)
            self.box.addItem(item, ignoreBounds=True)
        self._input.hide()
        appearance.follow(self, self._recolour)
        self._recolour()

    def _recolour(self) -> None:
        theme, scale = appearance.theme, text_scale()
        # A grid of the axes would lie over the facets.
        self.showGrid(x=False, y=False)
        self._marked.setPen(pg.mkPen(colour(theme.selection), width=2.5 * scale))
        self._input.setPen(pg.mkPen(colour(theme.selection), width=2.5 * scale))
        self._input.setSize(round(RING_PX * scale))

    def update_cross(self) -> None:
        """Show no cross-hair: the facet under the pointer is marked."""

    def mark(self, corners: np.ndarray | None, words: str) -> None:
        """Mark a facet by its corners (k, 2), and say what it is on hover; None: none."""
        self._words = words
        self._marked.setVisible(corners is not None)
        if corners is not None:
            closed = np.concatenate((corners, corners[:1]))
            self._marked.setData(closed[:, 0], closed[:, 1])

    def show_input(self, x: np.ndarray | None) -> None:
        """Show where the network is asked, (2,), or nowhere."""
        self._input.setVisible(x is not None)
        if x is not None:
            self._input.setData(x[:1], x[1:])

    def hover_text(self, place: QPoint) -> str:
        """Return what the facet at a place is."""
        return self._words or super().hover_text(place)

    # Pointer and keys

    def _at(self, position: QPointF) -> np.ndarray | None:
        return np.array(self.place_at(position)) if self.is_within_axes(position) else None

    def viewportEvent(self, event: QEvent) -> bool:
        """Follow the pointer."""
        if event.type() == QEvent.Type.Leave:
            self.pointed_at.emit(None)
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            self.pointed_at.emit(self._at(event.position()))
        return bool(super().viewportEvent(event))

    def click(self, place: QPoint) -> None:
        """Ask the network there."""
        at = self._at(QPointF(place))
        if at is not None:
            self.asked.emit(at)

    def _action_of(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> Act | None:
        """Return what moves the input."""
        if key in ARROWS and modifiers == Qt.KeyboardModifier.NoModifier:
            return lambda: self.stepped.emit(*ARROWS[key])
        return None
