"""The panel Weights: the weights of every layer as matrices, and their gradient."""

from itertools import pairwise

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import Pace
from nnstudio.studio.painting.colour_scale import Scope, largest
from nnstudio.studio.panels.weights.gradient import N_SAMPLES, WeightGradient
from nnstudio.studio.panels.weights.matrices import WeightMatrices
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.layer_names import layer_names
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.choice_buttons import choice_buttons

LEARNING_PERIOD_S = 1 / 10
"""Shortest time between updates during training, in seconds."""

QUANTITIES = (
    (
        translatable("Weights"),
        translatable("The weights of every layer, biases excluded"),
        translatable("weight"),
    ),
    (
        translatable("Gradient"),
        translatable("How much the mean loss of %n training samples changes with each weight, ∂L/∂w"),
        translatable("∂L/∂w"),
    ),
)


class WeightsPanel:
    """Shows the weight matrix of every layer, or its gradient in the same view."""

    name = "weights"
    title = translatable("Weights")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._selection = services.session, services.session.selection
        self._gradient = WeightGradient(services.session)
        services.closing.connect(self._gradient.stop)
        self._shows_gradient = self._is_other = False
        self._pace = Pace(LEARNING_PERIOD_S)
        self._scale = services.colour_scale
        self._scale.changed.connect(self._rescale)
        self._build(parent)
        self._rescale()

    def _build(self, parent: QWidget) -> None:
        self.widget = QWidget(parent)
        self.matrices = WeightMatrices(tr(self.title), self._selection.select, self.widget)
        self.picture = self.matrices.picture
        self.picture.scope_clicked.connect(self._scale.choose_next)
        self.widget.setFocusProxy(self.picture)
        self.numbers, self.show_all = self.matrices.numbers, self.picture.show_all
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        choices = [(tr(title), f"{tr(title)}: {tr(tip, N_SAMPLES)}") for title, tip, _ in QUANTITIES]
        self.choice, line = choice_buttons(choices, self._choose, self.widget)
        layout.addLayout(line)
        layout.addWidget(self.picture, 1)

    def _choose(self, k: int) -> None:
        self._shows_gradient, self._is_other = k == 1, True
        self.matrices.quantity = tr(QUANTITIES[k][2])
        if self._shows_gradient:
            self._gradient.begin()

    def _rescale(self) -> None:
        self.matrices.scope = self._scale.scope
        self._is_other = True

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""
        if changes.network and self._shows_gradient:
            self._gradient.begin()
        is_new = self._gradient.poll() if self._shows_gradient else changes.weights
        is_other = changes.network or self._is_other
        if self._pace.due(is_new or is_other, at_once=is_other):
            self._is_other = False
            self._show()
        if changes.selection or is_other:
            layer, unit = self._selection.unit or (None, 0)
            self.matrices.select(layer, unit, self._selection.source)

    def _show(self) -> None:
        network = self._session.network
        matrices = self._gradient.latest
        if not self._shows_gradient:
            matrices = [layer.W for layer in network.architecture.layers(network.displayed_weights)]
        if matrices is None:
            self.matrices.clear(tr("The gradient appears here once the samples are read."))
            return
        names = layer_names(network.architecture)
        limit = largest(matrices) if self._scale.scope is Scope.NETWORK else None
        self.matrices.outputs = network.output_space
        self.matrices.show_matrices(list(pairwise(names)), matrices, limit)
