"""The weights of the later layers as matrices."""

from typing import TYPE_CHECKING

from nnstudio.studio.bridge import Changes
from nnstudio.studio.theme import Theme
from nnstudio.studio.views.matrices import Matrices
from nnstudio.studio.views.network_layout import layer_names

if TYPE_CHECKING:
    from nnstudio.studio.window import Window


class WeightsPart:
    """Shows the weight matrix of every layer after the first."""

    name = "weights"
    title = "Weights"

    def __init__(self, window: "Window") -> None:
        self._session = window.session
        self.widget = Matrices(self.title, window)
        self.widget.weight_clicked.connect(window.selection.select)

    def refresh(self, changes: Changes) -> None:
        """Show what is new."""
        if not (changes.weights or changes.network):
            return
        architecture = self._session.architecture
        layers = architecture.layers(self._session.theta)
        names = layer_names(architecture)
        titles = [(names[k], names[k + 1]) for k in range(1, len(layers))]
        self.widget.show_weights(titles, [layer.W for layer in layers[1:]], 1)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self.widget.set_theme(theme)
