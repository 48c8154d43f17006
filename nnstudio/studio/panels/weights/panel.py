"""The panel Weights: the weights of every layer as matrices."""

from PySide6.QtWidgets import QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import Pace
from nnstudio.studio.painting.colour_scale import Scope, largest
from nnstudio.studio.panels.weights.matrices import WeightMatrices
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.layer_names import layer_names
from nnstudio.studio.session.services import Services

LEARNING_PERIOD_S = 1 / 10
"""Shortest time between updates during training, in seconds."""


class WeightsPanel:
    """Shows the weight matrix of every layer."""

    name = "weights"
    title = translatable("Weights")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session = services.session
        self.widget = WeightMatrices(tr(self.title), parent)
        self.widget.weight_clicked.connect(services.session.selection.select)
        self._scale = services.colour_scale
        self.widget.legend_clicked.connect(self._scale.choose_next)
        self._scale.changed.connect(self._rescale)
        self._is_rescaled = False
        self._pace = Pace(LEARNING_PERIOD_S)

    def _rescale(self) -> None:
        self.widget.set_scope(self._scale.scope)
        self._is_rescaled = True

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""
        is_other = changes.network or self._is_rescaled
        if not self._pace.due(changes.weights or is_other, at_once=is_other):
            return
        self._is_rescaled = False
        architecture = self._session.network.architecture
        layers = architecture.layers(self._session.network.displayed_weights)
        names = layer_names(architecture)
        titles = [(names[k], names[k + 1]) for k in range(len(layers))]
        weights = [layer.W for layer in layers]
        limit = largest(weights) if self._scale.scope is Scope.NETWORK else None
        self.widget.classes = self._session.network.output_space.class_names
        self.widget.show_weights(titles, weights, limit)
