"""The panel Distributions: quantiles of weights, activations and gradients over epochs."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.distributions import QUANTITIES
from nnstudio.language import tr, translatable
from nnstudio.studio.panels.histograms.view import LayerBands, QuantileBands
from nnstudio.studio.panels.histograms.worker import BATCH_SIZE, HistogramWorker
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.layer_names import layer_names
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.choice_buttons import choice_buttons

TITLES = {
    "weights": (
        translatable("Weights"),
        translatable("weight"),
        translatable("The weights of each layer, biases excluded"),
    ),
    "activations": (
        translatable("Activations"),
        translatable("activation"),
        translatable("What the units of each layer answer to %n samples of the training set"),
    ),
    "gradients": (
        translatable("Gradients"),
        translatable("|∂L/∂w|"),
        translatable(
            "How much the loss of %n training samples changes with each weight, on a logarithmic axis"
        ),
    ),
}


BANDS = translatable(
    "The line is the median; the bands hold the middle half, the middle 90 % and all values.\n"
    "Worked out from the recording of the run while this panel can be seen."
)


class HistogramsPanel:
    """Shows bands between quantiles over the epochs of the displayed run, and marks the displayed epoch."""

    name = "histograms"
    title = translatable("Histograms")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._evaluator = services.session, services.session.evaluator
        self._spreads = HistogramWorker(services.session)
        self._quantity = QUANTITIES[0]
        self._stale = True
        self.widget = QWidget(parent)
        self.plots = QuantileBands(tr(self.title), services.curve_options, self.widget)
        self.plots.setToolTip(tr("How the values of each layer are spread, step after step of the training"))
        self.numbers, self.show_all = self.plots.numbers, self.plots.show_all
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        choices = [
            (tr(title), f"{tr(tip, BATCH_SIZE)}.\n{tr(BANDS)}")
            for title, _, tip in (TITLES[quantity] for quantity in QUANTITIES)
        ]
        self._choice, line = choice_buttons(choices, self._choose, self.widget)
        layout.addLayout(line)
        layout.addWidget(self.plots, 1)
        services.session.evaluator.serve(self.widget)
        services.closing.connect(self._spreads.stop)

    def _choose(self, k: int) -> None:
        self._quantity, self._stale = QUANTITIES[k], True

    def refresh(self, changes: Changes) -> None:
        """Start computations that are due, and show new results."""
        self._stale |= self._spreads.poll() or changes.results or changes.network
        past = self._session.network.past
        self.plots.show_moment(None if past is None else past.epoch)
        if self._stale:
            self._stale = False
            self._show()

    def _show(self) -> None:
        run, spreads = self._session.history.run, self._spreads
        epochs = spreads.epochs
        if run is None or not len(epochs):
            self.plots.show_message(tr("Space trains the network: the spread of its values appears here."))
            return
        # Another network may be displayed before its run has started.
        architecture = run.config.architecture
        names = layer_names(architecture)[1:]
        layers = [
            LayerBands(names[k], self._remark(architecture, k), spreads.values(self._quantity, k))
            for k in range(architecture.n_layers)
        ]
        logarithmic = self._quantity == "gradients"
        self.plots.show_bands(tr(TITLES[self._quantity][1]), spreads.epochs, layers, logarithmic=logarithmic)

    def _remark(self, architecture: Architecture, layer: int) -> str:
        """Return the number of a layer's units, and of those that are dead on the test set."""
        n = architecture.layer_sizes[layer + 1]
        results = self._evaluator.latest
        if results is None or results.architecture != architecture or layer == architecture.n_layers - 1:
            return tr("%n unit(s)", n)
        return tr("%n unit(s), {dead:,} dead", n).format(dead=results.n_dead[layer])
