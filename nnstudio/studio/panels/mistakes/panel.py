"""The panel Mistakes: samples of the test set, the surest mistakes or largest residuals first."""

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.data.problem import OutputSpace
from nnstudio.insight.firing import firing_share
from nnstudio.insight.ranking import ranked, sample_pictures
from nnstudio.insight.sample_results import SampleResults
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.mistakes.residuals import ResidualTable, combo, order_combo
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.output_kinds import described, sample_words, studio_kind
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.evaluation_page import EvaluationPage
from nnstudio.studio.views.sample_grid import Caption, SampleGrid, SampleList

ORDERS = {
    "mistakes": (translatable("Mistakes"), translatable("What is misread, the surest mistake first")),
    "uncertain": (
        translatable("Uncertain"),
        translatable("What is least certain first: the two largest outputs are closest"),
    ),
    "certain": (translatable("Certain"), translatable("What is surest first, right or wrong")),
    "random": (translatable("Random"), translatable("Any samples, in random order")),
}
LONGEST_NAME = 7


class MistakesPanel:
    """Shows test samples by confidence of their wrong prediction, or by residual; a chosen one is read."""

    name = "mistakes"
    title = translatable("Mistakes")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._session, self._evaluator = (
            services,
            services.session,
            services.session.evaluator,
        )
        self._results: SampleResults | None = None
        self._rows = np.empty(0, np.intp)
        self._seed = 0
        self._names: tuple[str, ...] = ()
        self._space = services.session.network.input_space
        self._outputs: OutputSpace | None = None
        self._content = QStackedWidget(parent)
        misread = QWidget(self._content)
        self.grid = SampleGrid(tr("Test samples"), misread)
        self._lay_out(misread)
        self.residuals = ResidualTable(self._content)
        self.residuals.chosen.connect(self._choose)
        self._content.addWidget(misread)
        self._content.addWidget(self.residuals)
        self.widget = EvaluationPage(tr(self.title), self._content, parent)
        self.widget.load_asked.connect(services.session.training.prepare)
        self.grid.chosen.connect(self._choose)
        services.session.selection.confusion_chosen.connect(self.show_cell)
        self._evaluator.serve(self.widget)

    def _lay_out(self, content: QWidget) -> None:
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(6)
        self._order = order_combo(ORDERS, content)
        self._true = combo(tr("True class"), tr("Only samples that are of this class"), content)
        self._read = combo(tr("Read as"), tr("Only samples that were read as this class"), content)
        self._others = QPushButton(tr("Others"), content)
        self._others.setFont(font(12))
        self._others.setToolTip(tr("Pick other samples at random"))
        self._others.clicked.connect(self._pick_others)
        self._others.hide()
        for control, stretch in ((self._order, 4), (self._true, 3), (self._read, 3), (self._others, 0)):
            line.addWidget(control, stretch)
        for box in (self._order, self._true, self._read):
            box.activated.connect(self._show_from_start)
        self._count = remark("", content, ShortLabel)
        layout.addLayout(line)
        layout.addWidget(self._count)
        layout.addWidget(self.grid, 1)

    # Updates

    def title_for(self, output_space: OutputSpace) -> str:
        """Return what the samples are called that the network is worst at."""
        return studio_kind(output_space).worst

    def refresh(self, changes: Changes) -> None:
        """Show the latest evaluation, but not under the pointer, so that no click hits another sample."""
        if not changes:
            return
        results = self.widget.show_results_of(self._evaluator)
        if results is None or results is self._results:
            return
        is_other = self._results is None or results.samples is not self._results.samples
        if not is_other and self._content.currentWidget().underMouse():
            return
        network = self._session.network
        self._results, self._space = results, network.input_space
        is_new_space = network.output_space != self._outputs
        self._outputs = network.output_space
        if results.samples.has_labels:
            self._content.setCurrentIndex(0)
            if self._names != network.output_space.class_names:
                self._meet_classes()
            self._show(from_start=is_other)
        else:
            self._content.setCurrentWidget(self.residuals)
            if is_other or is_new_space:
                self.residuals.meet(network.input_space, network.output_space)
            self.residuals.show_results(results)

    def _meet_classes(self) -> None:
        self._names = self._session.network.output_space.class_names
        for box, form in ((self._true, "{} →"), (self._read, "→ {}")):
            box.clear()
            box.addItem(form.format(tr("any")), None)
            for k, name in enumerate(self._names):
                box.addItem(form.format(name), k)

    def show_cell(self, true: int, read: int) -> None:
        """Show the samples of a cell of the confusion matrix, the most confident first."""
        if not self._names:
            self._meet_classes()
        self._order.setCurrentIndex(self._order.findData("certain" if true == read else "mistakes"))
        self._true.setCurrentIndex(1 + true)
        self._read.setCurrentIndex(1 + read)
        network = self._session.network
        self._results, self._space, self._outputs = (
            self._evaluator.latest,
            network.input_space,
            network.output_space,
        )
        self._show_from_start()

    def _pick_others(self) -> None:
        self._seed += 1
        self._show_from_start()

    def _show_from_start(self) -> None:
        self._others.setVisible(self._order.currentData() == "random")
        if self._results is not None:
            self._show(from_start=True)

    def _show(self, *, from_start: bool) -> None:
        results = self._results
        order, true, read = self._order.currentData(), self._true.currentData(), self._read.currentData()
        self._rows = rows = ranked(results, order, true=true, read=read, seed=self._seed)
        name = _short(max(self._names, key=len))
        nothing = tr("No mistake among these.") if order == "mistakes" else tr("No such sample.")
        self.grid.empty_text = nothing
        self.grid.show_samples(
            SampleList(rows, self._picture, self._caption, self._explain, f"{name}→{name} 100 %"),
            from_start=from_start,
        )
        self._show_count(results)

    # Samples

    def _picture(self, row: int) -> np.ndarray:
        return sample_pictures(self._space, self._results.inputs(np.array([row])))[0]

    def _is_probability(self) -> bool:
        return self._results.architecture.activations[-1] in ("softmax", "sigmoid")

    def _caption(self, row: int) -> Caption:
        results = self._results
        true, read = int(results.labels[row]), int(results.predicted[row])
        sure = float(results.confidences[row])
        how_sure = f"{100 * sure:.0f} %" if self._is_probability() else f"{sure:.2f}"
        what = f"{_short(self._names[true])}→{_short(self._names[read])}"
        return Caption(what, how_sure, true != read)

    def _explain(self, row: int) -> str:
        results, names = self._results, self._names
        true, read = int(results.labels[row]), int(results.predicted[row])
        outputs = [
            f"{100 * float(p):.2f} %" if self._is_probability() else f"{float(p):.3f}"
            for p in (results.outputs[row, read], results.outputs[row, true])
        ]
        what = tr("probability") if self._is_probability() else tr("output")
        verdict = (
            tr("a {true}, read rightly: {what} {output}").format(
                true=names[true], what=what, output=outputs[0]
            )
            if true == read
            else tr("a {true}, read as {read}: {what} {output}, of {true} {rival}").format(
                true=names[true], read=names[read], what=what, output=outputs[0], rival=outputs[1]
            )
        )
        told = tr("Sample {row:,} of the test set: {verdict}. Its loss is {loss:.3g}.").format(
            row=row, verdict=verdict, loss=float(results.losses[row])
        )
        if self._space.traits.has_pixels:
            return f"{told}\n{tr('Click or Enter: put it where you draw.')}"
        x = results.inputs(np.array([row]))[0].tolist()
        place = ", ".join(
            f"{name} = {figure(value)}" for name, value in zip(self._space.names, x, strict=True)
        )
        return f"{told}\n{place}. {tr('Click or Enter: ask the network about it.')}"

    def numbers(self) -> NumberTable:
        """Return the samples in the order chosen, with their outputs and losses."""
        if self._results is None:
            return (), []
        if not self._results.samples.has_labels:
            return self.residuals.numbers()
        results, names = self._results, self._names
        rows = [
            (
                row,
                names[true],
                names[read],
                float(results.outputs[row, read]),
                float(results.outputs[row, true]),
                float(results.losses[row]),
            )
            for row, true, read in zip(
                self._rows.tolist(),
                results.labels[self._rows].tolist(),
                results.predicted[self._rows].tolist(),
                strict=True,
            )
        ]
        columns = (
            tr("sample"),
            tr("true class"),
            tr("read as"),
            tr("output"),
            tr("output of the true class"),
        )
        return (*columns, tr("loss")), rows

    def _choose(self, row: int) -> None:
        results, space = self._results, self._outputs
        answer = results.samples.answer(row)
        sample = sample_words(space, tr("Sample {row:,} of the test set").format(row=row), answer)
        given = described(space, results.given(row))
        self._session.input.show_sample(
            results.inputs(np.array([row]))[0],
            tr("{sample}; the network answered {answer}.").format(sample=sample, answer=given),
            answer,
        )

    def _show_count(self, results: SampleResults) -> None:
        """Show the number of misclassified samples."""
        share = 100 * results.n_errors / len(results)
        text = tr("{errors:,} of {total:,} misread ({share:.2f} %)").format(
            errors=results.n_errors, total=len(results), share=share
        )
        if results.firing is not None:
            text += f" · {firing_share(results.firing)}"
        if results.step:
            text = tr("{errors} at step {step:,}").format(errors=text, step=results.step)
        self._count.setText(text)
        tip = tr(
            "Errors on the test set with the weights of that step. While training goes on, the test "
            "set is read again every few seconds."
        )
        if results.firing is not None:
            tip += " " + tr("One fires: for so many samples exactly one step unit gives out 1.")
        self._count.setToolTip(f"{text}\n{tip}")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
