"""Zoom and offset of the network view; geometry without Qt widgets."""

from PySide6.QtCore import QPointF, QSizeF

LARGEST_ZOOM = 8.0


class Camera:
    """Maps the network, which fills the view at zoom 1, to the visible part.

    Attributes
    ----------
    zoom : float
    offset : QPointF
        Position of the network's upper left corner in the view.
    """

    def __init__(self) -> None:
        self.zoom = 1.0
        self.offset = QPointF(0, 0)

    @property
    def is_fitted(self) -> bool:
        """Whether the whole network is visible."""
        return self.zoom == 1.0

    def fit(self) -> None:
        """Reset the zoom to the whole network."""
        self.zoom, self.offset = 1.0, QPointF(0, 0)

    def zoom_at(self, factor: float, point: QPointF, size: QSizeF) -> None:
        """Zoom by a factor around ``point``; the view stays inside the network."""
        zoom = min(max(self.zoom * factor, 1.0), LARGEST_ZOOM)
        self.offset = point - (point - self.offset) * (zoom / self.zoom)
        self.zoom = zoom
        self.pan(QPointF(0, 0), size)

    def pan(self, step: QPointF, size: QSizeF) -> None:
        """Move the network by a number of pixels, within its limits."""
        x, y = (
            min(max(at, side * (1 - self.zoom)), 0.0)
            for at, side in (
                (self.offset.x() + step.x(), size.width()),
                (self.offset.y() + step.y(), size.height()),
            )
        )
        self.offset = QPointF(x, y)
