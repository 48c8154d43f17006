"""What lies in the graph over the curves and has handles: a line or bumps, of session objects."""

from typing import Protocol

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF

from nnstudio.studio.painting.theme import text_scale
from nnstudio.studio.panels.input.graph.targets import REACH_PX


class Overlay(Protocol):
    """Items of the graph with handles that are dragged.

    Attributes
    ----------
    items : tuple of pg.GraphicsObject
        From the lowest to the uppermost.
    """

    items: tuple[pg.GraphicsObject, ...]

    def recolour(self) -> None:
        """Take on the theme's colours."""

    def handles(self) -> np.ndarray:
        """Return where the handles are, (n, 2); none where nothing is shown."""

    def begin_drag(self, handle: int) -> bool:
        """Begin to drag a handle, by its number; return whether it can be."""

    def drag(self, handle: int, x: float, y: float) -> None:
        """Move a handle to a place."""

    def finish_drag(self) -> None:
        """End the drag."""

    def explain_handle(self, handle: int) -> str:
        """Return the hover text of a handle."""

    def explain(self, position: QPointF) -> str:
        """Return the hover text of what is at a place beside the handles."""


def handle_at(box: pg.ViewBox, handles: np.ndarray, position: QPointF) -> int | None:
    """Return the number of the handle at a place of the plot; of equal ones the last."""
    if not len(handles) or not box.sceneBoundingRect().contains(position):
        return None
    place = box.mapSceneToView(position)
    x_px, y_px = (float(size) for size in box.viewPixelSize())
    apart = np.hypot((handles[:, 0] - place.x()) / x_px, (handles[:, 1] - place.y()) / y_px)
    nearest = len(apart) - 1 - int(apart[::-1].argmin())
    return nearest if apart[nearest] <= REACH_PX * text_scale() else None
