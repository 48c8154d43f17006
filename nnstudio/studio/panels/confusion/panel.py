"""The panel Confusion: the confusion matrix of the test set."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.insight.firing import firing_share
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.theme import text_scale
from nnstudio.studio.panels.confusion.matrix import ConfusionMatrix
from nnstudio.studio.panels.confusion.scale import ConfusionScale
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.evaluation_page import EvaluationPage

SCALE_FROM_PX = 180
"""Height from which on the scale of the colours is shown, in design pixels."""


class ConfusionPanel:
    """Shows the confusion matrix of the test set; a chosen cell's samples are shown with the mistakes."""

    name = "confusion"
    title = translatable("Confusion")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services = services
        content = _Content(parent)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self._worst = remark("", content, ShortLabel)
        self._worst.setToolTip(tr("The mistake that is made most often on the test set"))
        self.table = ConfusionMatrix(tr("Confusion matrix"), content)
        layout.addWidget(self._worst)
        layout.addWidget(self.table, 1)
        self.scale = content.scale
        layout.addWidget(self.scale)
        self.widget = EvaluationPage(tr(self.title), content, parent)
        self.numbers = self.table.numbers
        self.widget.load_asked.connect(services.session.training.prepare)
        self.table.cell_chosen.connect(self._show_samples)
        services.session.evaluator.serve(self.widget)

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that numbers are not confused."""
        if output_space.traits.has_labels:
            return ""
        return tr("The outputs are numbers: none is taken for another. Residuals shows how far they are off.")

    def refresh(self, changes: Changes) -> None:
        """Show the latest counts."""
        if not changes:
            return
        results = self.widget.show_results_of(self._services.session.evaluator)
        if results is None or not (changes.results or changes.network):
            return
        names = self._services.session.network.output_space.class_names
        self.table.show_counts(results.confusion, names)
        self.scale.show_largest(self.table.largest_misread)
        wrong = results.confusion.copy()
        wrong[range(len(names)), range(len(names))] = 0
        true, read = divmod(int(wrong.argmax()), len(names))
        count = int(wrong[true, read])
        often = (
            tr("most often {true} as {read}: %n time(s)", count).format(true=names[true], read=names[read])
            if count
            else tr("no mistake")
        )
        words = tr("{errors:,} of {total:,} misread · {often}").format(
            errors=results.n_errors, total=len(results), often=often
        )
        if results.firing is not None:
            words += f" · {firing_share(results.firing)}"
        self._worst.setText(words)

    def _show_samples(self, true: int, read: int) -> None:
        self._services.session.selection.choose_confusion(true, read)
        self._services.show_panel("mistakes")


@contained
class _Content(QWidget):
    """Shows the colours' scale where that does not cost the counts in the cells."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.scale = ConfusionScale(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the scale in a high panel."""
        self.scale.setVisible(self.height() >= SCALE_FROM_PX * text_scale())
