"""Controls for pruning: a slider sets the share of units or weights to remove, weakest first."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from nnstudio.insight.pruning import Pruner, PruningKind, pruning_kinds
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import grouped
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.surgery.pruning_plot import PruningPlot
from nnstudio.studio.panels.surgery.worker import CURVE_SHARES, PruningWorker
from nnstudio.studio.session.layer_names import layer_names
from nnstudio.studio.session.services import Services

SLIDER_STEPS = 200


class PruningControls(QWidget):
    """Kind and share of pruning, and the curve of accuracies.

    Attributes
    ----------
    base : ndarray of shape (n_params,)
        The network before pruning: the one displayed when the slider was at 0.
    """

    def __init__(self, services: Services, probe: PruningWorker, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._probe = services.session, probe
        self._weight_editor = services.session.weight_editor
        self._kinds: tuple[PruningKind, ...] = ()
        self.base = self._expected = self._session.network.displayed_weights
        self.kind = QComboBox(self)
        self.kind.setFont(font(11))
        self.kind.setMinimumContentsLength(12)
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind.setAccessibleName(tr("What is cut"))
        self.kind.setToolTip(
            tr(
                "What is cut, the weakest first: weights by their magnitude; units by the root mean\n"
                "square of their activation over test inputs times the norm of their outgoing weights.\n"
                "Random weights are cut in an order that chance decides."
            )
        )
        self.kind.activated.connect(self.restart)
        self.share = QSlider(Qt.Orientation.Horizontal, self)
        self.share.setRange(0, SLIDER_STEPS)
        self.share.setPageStep(SLIDER_STEPS // 20)
        self.share.setMinimumWidth(60)
        self.share.setAccessibleName(tr("How much is cut"))
        self.share.setToolTip(tr("How much of it is taken away, from nothing to all"))
        self.share.sliderPressed.connect(self._weight_editor.begin)
        self.share.valueChanged.connect(self._cut)
        self.share.sliderReleased.connect(self._release)
        self.count = QLabel("", self)
        self.count.setFont(font(11))
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.count.setToolTip(tr("How many are taken away, of how many"))
        self.plot = PruningPlot(self.share, self)
        caption = QLabel(tr("Cut"), self)
        caption.setFont(font(11))
        caption.setBuddy(self.kind)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        for widgets in ((caption, self.kind), (self.share, self.count)):
            row = QHBoxLayout()
            row.setSpacing(6)
            for widget in widgets:
                row.addWidget(widget, 1 if widget in (self.kind, self.share) else 0)
            layout.addLayout(row)
        layout.addWidget(self.plot, 1)

    @property
    def chosen(self) -> PruningKind:
        """The kind of pruning."""
        return self._kinds[max(self.kind.currentIndex(), 0)]

    def follow_network(self) -> None:
        """List the kinds of pruning that the displayed network allows."""
        architecture = self._session.network.architecture
        names, kinds = layer_names(architecture), pruning_kinds(architecture)
        words = [_described(kind, names) for kind in kinds]
        if kinds != self._kinds or words != [self.kind.itemText(k) for k in range(self.kind.count())]:
            self._kinds = kinds
            self.kind.clear()
            self.kind.addItems(words)
        self.restart()

    def follow_weights(self) -> None:
        """Prune the displayed network from now on, unless it is a result of this pruning."""
        if not self._weight_editor.is_at_work and not np.array_equal(
            self._session.network.displayed_weights, self._expected
        ):
            self.restart()

    def restart(self) -> None:
        """Prune the displayed network from now on, starting at 0."""
        self.base = self._expected = self._session.network.displayed_weights
        self._put_slider(0)

    def _cut(self, place: int) -> None:
        pruner = self._pruner()
        if pruner is None:
            self._session.said.emit(tr("The test set is being loaded; then the slider cuts."), False)
            self._session.training.prepare()
            self._put_slider(0)
            return
        self._expected = pruner.prune(place / SLIDER_STEPS)
        if self._weight_editor.is_at_work:
            self._weight_editor.show(self._expected)
        else:
            self._weight_editor.do(
                self._expected, self._text(), key=(self.chosen, id(self.base)), is_pruning=True
            )
        self.show_count()

    def _release(self) -> None:
        if self._weight_editor.is_at_work:
            self._weight_editor.finish(self._text(), key=(self.chosen, id(self.base)), is_pruning=True)

    def _pruner(self) -> Pruner | None:
        """Return the pruning, computing it if the background task has not finished."""
        problem, made = self._session.training.problem, self._probe.pruner
        if made is not None and made.theta is self.base and made.pruning == self.chosen:
            return made
        if problem is None:
            return None
        return Pruner(self._session.network.architecture, self.base, self.chosen, problem.test)

    def _text(self) -> str:
        share = 100 * self.share.value() / SLIDER_STEPS
        return tr("{share:.1f} % of {what} taken away").format(share=share, what=self.kind.currentText())

    def _put_slider(self, place: int) -> None:
        self.share.blockSignals(True)
        self.share.setValue(place)
        self.share.blockSignals(False)
        self.show_count()

    def show_count(self) -> None:
        """Show the number removed, and mark the share on the curve."""
        if not self._kinds:
            return
        n = self.chosen.size(self._session.network.architecture)
        share = self.share.value() / SLIDER_STEPS
        words = tr("{count} of {total}")
        self.count.setText(words.format(count=grouped(round(share * n)), total=grouped(n)))
        widest = words.format(count=grouped(n), total=grouped(n))
        self.count.setMinimumWidth(self.count.fontMetrics().horizontalAdvance(widest) + 2)
        hint = tr("Measuring …")
        if self._session.training.problem is None:
            hint = tr("Needs the test set")
        elif self._session.training.is_running:
            hint = tr("Measured as soon as training rests")
        self.plot.show_curve(CURVE_SHARES, self._probe.curve, share, hint)


def _described(kind: PruningKind, names: list[str]) -> str:
    if kind.layer is None:
        return tr("random weights of all layers") if kind.is_random else tr("weights of all layers")
    layer = names[kind.layer + 1]
    if kind.of_units:
        return tr("units of {layer}").format(layer=layer)
    words = tr("random weights of {layer}") if kind.is_random else tr("weights of {layer}")
    return words.format(layer=layer)
