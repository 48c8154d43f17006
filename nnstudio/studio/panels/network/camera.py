"""Zoom and place of the network view, as pure geometry."""

from PySide6.QtCore import QPointF, QSizeF

LARGEST_ZOOM = 8.0


class Camera:
    """Maps the whole network, which fills the view at zoom 1, to what is seen of it.

    Attributes
    ----------
    zoom : float
    offset : QPointF
        Where the network's upper left corner is, in the view.
    """

    def __init__(self) -> None:
        self.zoom = 1.0
        self.offset = QPointF(0, 0)

    @property
    def is_fitted(self) -> bool:
        """Whether all of the network is seen."""
        return self.zoom == 1.0

    def fit(self) -> None:
        """Show all of the network."""
        self.zoom, self.offset = 1.0, QPointF(0, 0)

    def zoom_at(self, factor: float, point: QPointF, size: QSizeF) -> None:
        """Enlarge by a factor; what is at ``point`` stays there. The view stays inside the network."""
        zoom = min(max(self.zoom * factor, 1.0), LARGEST_ZOOM)
        self.offset = point - (point - self.offset) * (zoom / self.zoom)
        self.zoom = zoom
        self.pan(QPointF(0, 0), size)

    def pan(self, step: QPointF, size: QSizeF) -> None:
        """Move the network by so many pixels, as far as there is more of it."""
        x, y = (
            min(max(at, side * (1 - self.zoom)), 0.0)
            for at, side in (
                (self.offset.x() + step.x(), size.width()),
                (self.offset.y() + step.y(), size.height()),
            )
        )
        self.offset = QPointF(x, y)
