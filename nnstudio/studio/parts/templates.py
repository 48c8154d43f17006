"""The units of the first hidden layer as pictures."""

from typing import TYPE_CHECKING

from nnstudio.studio.bridge import Changes
from nnstudio.studio.theme import Theme
from nnstudio.studio.views.mosaic import Mosaic

if TYPE_CHECKING:
    from nnstudio.studio.window import Window


class TemplatesPart:
    """Shows each unit's incoming weights, or its activation over the plane."""

    name = "templates"
    title = "Templates"

    def __init__(self, window: "Window") -> None:
        self._session, self._selection = window.session, window.selection
        self._pictures = window.unit_pictures
        self.widget = Mosaic(self.title, window)
        self.widget.unit_clicked.connect(self._select)

    def _select(self, unit: int) -> None:
        self._selection.select(0, unit)

    def refresh(self, changes: Changes) -> None:
        """Show what is new."""
        if changes.network:
            is_plane = self._session.input_space.kind == "plane"
            self.widget.quantity = "activation" if is_plane else "weight"
            self.widget.smooth = is_plane
        if changes.weights or changes.network:
            tiles = self._pictures.by_layer()
            if 0 in tiles:
                self.widget.show_tiles(tiles[0])
            else:
                self.widget.clear()
        if changes.selection:
            layer, unit = self._selection.unit or (None, None)
            self.widget.select(unit if layer == 0 else None)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self.widget.set_theme(theme)
