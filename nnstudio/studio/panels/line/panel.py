"""The panel Line: a straight line typed, dragged or computed, beside the network on the same points."""

import numpy as np
from PySide6.QtCore import QLocale, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.problem import InputSpace, OutputSpace, Samples
from nnstudio.insight.line_fit import (
    LinearModel,
    PointStatistics,
    best_linear_model,
    curvature,
    fit_remark,
    point_statistics,
    standardised,
)
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.numbers import figure, plain
from nnstudio.studio.painting.theme import font, give_role
from nnstudio.studio.panels.line.table import FitTable
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.line import LARGEST, refusal
from nnstudio.studio.session.services import Services
from nnstudio.training.evaluation import Evaluation

NARROWEST_PX = 232

PRODUCTS = 4e7
"""Most products of points and parameters for which the network is measured at reading speed."""


class LinePanel:
    """Types, fits and compares the line that the graph shows."""

    name = "line"
    title = translatable("Line")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._line = services.session, services.session.line
        self._pace = Pace(TEXT_PERIOD_S)
        self._is_new = True
        self._points: object = None
        self._best: LinearModel | None = None
        self.widget = content = QWidget(parent)
        self.widget.setMinimumWidth(NARROWEST_PX)
        self.widget.setAccessibleName(tr(self.title))
        self.slope = self._number(
            content, tr("Slope m"), tr("The slope m of the line ŷ = m x + b; ↑ and ↓ change it")
        )
        self.intercept = self._number(
            content, tr("Intercept b"), tr("The intercept b of the line; ↑ and ↓ change it")
        )
        self.buttons = {
            name: self._button(content, services, name)
            for name in ("best-line", "residuals", "line-network", "line")
        }
        self.remark = self._words(content, muted=False)
        self.closed_form = self._words(content)
        self.closed_form.setAccessibleName(tr("Closed form"))
        self.statistics = self._words(content)
        self.statistics.setToolTip(
            tr("r: correlation of x and y; x̄, ȳ: means; s²: variances with n − 1; of what is learned from")
        )
        self.rates = self._words(content)
        self.rates.setToolTip(
            tr(
                "Batch descent on J diverges above 2 / λ, λ the largest eigenvalue of its Hessian. The "
                "condition is the largest eigenvalue by the smallest: the larger, the longer the valley."
            )
        )
        self.table = FitTable(content)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(4)
        for text, control in (("ŷ =", self.slope), ("x +", self.intercept)):
            label = QLabel(text, content)
            label.setFont(font(12))
            label.setBuddy(control)
            row.addWidget(label)
            row.addWidget(control, 1)
        layout.addLayout(row)
        for names in (("best-line", "line-network"), ("residuals", "line")):
            row = QHBoxLayout()
            row.setSpacing(4)
            for name in names:
                row.addWidget(self.buttons[name])
            row.addStretch(1)
            layout.addLayout(row)
        layout.addWidget(self.remark)
        layout.addWidget(self.table)
        for label in (self.closed_form, self.statistics, self.rates):
            layout.addWidget(label)
        layout.addStretch(1)
        self._line.changed.connect(self._note_change)

    def _number(self, parent: QWidget, name: str, tip: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox(parent)
        box.setFont(font(12))
        box.setLocale(QLocale.c())
        box.setRange(-LARGEST, LARGEST)
        box.setDecimals(6)
        box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        box.setKeyboardTracking(False)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setAccessibleName(name)
        box.setToolTip(tip)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        box.valueChanged.connect(self._type)
        return box

    def _button(self, parent: QWidget, services: Services, name: str) -> QToolButton:
        button = QToolButton(parent)
        button.setDefaultAction(services.actions[name])
        button.setFont(font(12))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _words(self, parent: QWidget, *, muted: bool = True) -> QLabel:
        label = QLabel("", parent)
        label.setFont(font(11))
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        give_role(label, "muted" if muted else "warning")
        return label

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that there is no curve beside which a line could lie."""
        return refusal(input_space, output_space)

    def _note_change(self) -> None:
        self._is_new = True

    def _type(self, _: float) -> None:
        self._line.set_to(self.slope.value(), self.intercept.value())

    def refresh(self, changes: Changes) -> None:
        """Show the line where it is new, and the network's figures at reading speed."""
        training, line = self._session.training, self._line
        if training.problem is None and training.tasks.current is None:
            training.prepare()
        line.begin()
        points = line.points
        has_other_points = points is not self._points
        if has_other_points:
            self._points, self._is_new = points, True
            self._show_points()
        if self._is_new:
            self._is_new = False
            self._show_line()
        if self._pace.due(changes.weights or changes.network or has_other_points):
            self._show_network()

    def _show_points(self) -> None:
        """Show what follows from the points alone: the best line, its sums, and the rates."""
        points = self._line.points
        self._best = None
        if points is None:
            for label in (self.remark, self.closed_form, self.statistics, self.rates):
                label.setText("")
            return
        x, y = points
        self._best = best = best_linear_model(x, y)
        numbers = point_statistics(x[:, 0], y)
        self.remark.setText(fit_remark(x))
        self.remark.setVisible(bool(self.remark.text()))
        self.closed_form.setText(_closed_form(numbers, best))
        self.statistics.setText(_statistics(numbers))
        self.rates.setText(_rates(x))
        self.table.show_column(1, _figures(best))

    def _show_line(self) -> None:
        model = self._line.model
        for box in (self.slope, self.intercept):
            box.setEnabled(model is not None)
        if model is None:
            self.table.show_column(0, ("–",) * len(self.table.rows))
            return
        for box, value in ((self.slope, float(model.slopes[0])), (self.intercept, model.intercept)):
            if box.value() != round(value, box.decimals()):
                with QSignalBlocker(box):
                    box.setValue(value)
        self.table.show_column(0, _figures(model))

    def _show_network(self) -> None:
        """Measure the network on the same points, and show its figures."""
        network, problem = self._session.network, self._session.training.problem
        is_fitting = problem is not None and not refusal(network.input_space, network.output_space)
        if problem is None or not is_fitting or self._line.points is None:
            self.table.show_column(2, ("–",) * len(self.table.rows))
            return
        architecture, weights, samples = network.architecture, network.prediction_weights, problem.train
        texts = ["–"] * len(self.table.rows)
        texts[0] = f"{architecture.n_params:,}"
        if architecture.n_layers == 1 and architecture.activations == ("identity",):
            layer = architecture.layers(weights)[0]
            texts[1:3] = _precise(float(layer.W[0, 0])), _precise(float(layer.b[0]))
        if len(samples) * architecture.n_params <= PRODUCTS:
            texts[3:] = _network_figures(Evaluation(architecture, weights, samples, "squared_error"), samples)
        self.table.show_column(2, texts)

    def numbers(self) -> NumberTable:
        """Return what the table shows."""
        names = (tr("figure"), *self.table.columns)
        rows = zip(self.table.rows, self.table.values, strict=True)
        return names, [[name, *(value.text() for value in values)] for name, values in rows]


def _precise(value: float) -> str:
    """Format a number with four decimals where these say something."""
    if np.isfinite(value) and (value == 0 or 1e-2 <= abs(value) < 1e5):
        return plain(value, 4)
    return figure(value) if np.isfinite(value) else "–"


def _figures(model: LinearModel) -> tuple[str, ...]:
    values = (float(model.slopes[0]), model.intercept, model.loss, model.sse, model.r_squared)
    return ("2", *map(_precise, values))


def _network_figures(evaluation: Evaluation, samples: Samples) -> tuple[str, ...]:
    """Return J, SSE and R² of a network."""
    measures = evaluation.finish()
    r2 = float("nan") if measures.residuals is None else measures.residuals.r2
    return tuple(map(_precise, (measures.loss, 2 * len(samples) * measures.loss, r2)))


def _sum(value: float) -> str:
    """Format a sum with what digits it has, up to six."""
    return f"{value:.6g}".replace("-", "−")


def _factor(value: float) -> str:
    return f"({_sum(value)})" if value < 0 else _sum(value)


def _closed_form(numbers: PointStatistics, best: LinearModel) -> str:
    """Return the formulas of the best line with the sums filled in."""
    n, sum_x, sum_y = numbers.n, _factor(numbers.sum_x), _factor(numbers.sum_y)
    slope, intercept = float(best.slopes[0]), best.intercept
    below = n * numbers.sum_xx - numbers.sum_x**2
    bottom = f"({n} · {_sum(numbers.sum_xx)} − {sum_x}²)"
    divided = (
        f"m = (n Σxy − Σx Σy) / (n Σx² − (Σx)²)\n"
        f"= ({n} · {_factor(numbers.sum_xy)} − {sum_x} · {sum_y}) / {bottom}\n= {_precise(slope)}"
    )
    if abs(below) <= 1e-12 * n * max(numbers.sum_xx, 1e-300):
        divided = tr("m = (n Σxy − Σx Σy) / (n Σx² − (Σx)²): the divisor is 0, m is not determined")
    return (
        f"{divided}\nb = (Σy − m Σx) / n\n"
        f"= ({_sum(numbers.sum_y)} − {_factor(round(slope, 6))} · {sum_x}) / {n} = {_precise(intercept)}"
    )


def _statistics(numbers: PointStatistics) -> str:
    return (
        f"n = {numbers.n} · r = {_precise(numbers.r)} · x̄ = {_precise(numbers.mean_x)} · "
        f"ȳ = {_precise(numbers.mean_y)} · s²x = {_precise(numbers.variance_x)} · "
        f"s²y = {_precise(numbers.variance_y)}"
    )


def _rates(x: np.ndarray) -> str:
    """Return the largest rates with which batch descent still comes to the line."""
    raw, scaled = curvature(x), curvature(standardised(x))
    words = tr(
        "Batch descent works up to the rate 2/λ = {raw} (condition {raw_condition}); with x standardised "
        "up to {scaled} (condition {scaled_condition})."
    )

    def condition(value: float) -> str:
        return f"{value:.3g}" if np.isfinite(value) else "∞"

    return words.format(
        raw=_precise(raw.largest_rate),
        raw_condition=condition(raw.condition),
        scaled=_precise(scaled.largest_rate),
        scaled_condition=condition(scaled.condition),
    )
