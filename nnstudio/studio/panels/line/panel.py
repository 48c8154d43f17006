"""The panel Line: a line or plane typed, dragged or computed, beside the network on the same points."""

from collections.abc import Callable
from time import perf_counter

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

from nnstudio.data.problem import InputSpace, OutputSpace, Samples, numbered
from nnstudio.insight.line_fit import (
    Curvature,
    DescentStep,
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
from nnstudio.studio.painting.numbers import duration, figure, plain
from nnstudio.studio.painting.theme import font, give_role
from nnstudio.studio.panels.line.table import FitTable
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.line import LARGEST, refusal
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.choice_buttons import choice_buttons
from nnstudio.studio.views.control_row import control_row
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.evaluation import Evaluation

NARROWEST_PX = 200

LARGEST_RATE = 1e6

DECIMALS, PLANE_DECIMALS = 6, 3
"""Of the fields: three of them stand side by side for a plane."""

N_ROWS = 8
"""Of the table, with both slopes."""

PAGES = (
    (translatable("Compare"), translatable("the line, the best line and the network on the same points")),
    (translatable("Formula"), translatable("the best line in closed form, with the sums filled in")),
    (
        translatable("Descent"),
        translatable("a step along the gradient: what it promises and what it brings"),
    ),
)

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
        self._scaling = "none"
        self.widget = content = QWidget(parent)
        self.widget.setMinimumWidth(NARROWEST_PX)
        self.widget.setAccessibleName(tr(self.title))
        self.slopes = [
            self._number(name, tr("How steep it is along this input; ↑ and ↓ change it"), self._type)
            for name in (tr("Slope m"), tr("Slope m₂"))
        ]
        self.intercept = self._number(
            tr("Intercept b"), tr("The value ŷ where the inputs are 0; ↑ and ↓ change it"), self._type
        )
        self.buttons = {
            name: self._button(services, name) for name in ("best-line", "line-network", "residuals", "line")
        }
        self.remark = self._words(muted=False)
        self.table = FitTable(content)
        choices = [(tr(title), f"{tr(title)}: {tr(tip)}") for title, tip in PAGES]
        self.page, pages = choice_buttons(choices, self._show_page, content)
        self.closed_form = self._words(muted=False)
        give_role(self.closed_form, "")
        self.closed_form.setAccessibleName(tr("Closed form"))
        self.statistics = self._words()
        self.statistics.setToolTip(
            tr("r: correlation of x and y; x̄, ȳ: means; s²: variances with n − 1; of what is learned from")
        )
        self._captions = [self._caption(text) for text in ("ŷ =", "x +", "x₂ +")]
        self.rate = self._number(
            tr("Learning rate η"),
            tr("How far a step of descent goes: η times the gradient"),
            self._line.set_rate,
        )
        self.rate.setRange(0.0, LARGEST_RATE)
        self.rate.setValue(self._line.rate)
        self.step = QToolButton(content)
        self.step.setText(tr("Step"))
        self.step.setFont(font(12))
        self.step.setToolTip(tr("Step: move the line by one step of batch descent, on all points"))
        self.step.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.step.clicked.connect(lambda: self._line.take_step())
        self.descent = self._words(muted=False)
        give_role(self.descent, "")
        self.descent.setAccessibleName(tr("A step of descent"))
        self.descent.setToolTip(
            tr(
                "The gradient of J, what a step along it would take off J if J were straight, η ‖∇J‖², and "
                "what it does take off: less, because J bends upwards."
            )
        )
        self.rates = self._words()
        self.rates.setToolTip(
            tr(
                "Batch descent on J diverges above 2 / λ, λ the largest eigenvalue of its Hessian. The "
                "condition is the largest eigenvalue by the smallest: the larger, the longer the valley."
            )
        )
        self._curvature: Curvature | None = None
        self._pages = (
            self._page_of(self.table),
            self._page_of(self.closed_form, self.statistics),
            self._page_of(control_row(self._caption("η ="), self.rate, self.step), self.descent, self.rates),
        )
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        boxes = (*self.slopes, self.intercept)
        for caption, box in zip(self._captions, boxes, strict=True):
            caption.setBuddy(box)
        layout.addLayout(
            control_row(*(part for pair in zip(self._captions, boxes, strict=True) for part in pair))
        )
        for names in (("best-line", "line-network"), ("residuals", "line")):
            layout.addLayout(control_row(*(self.buttons[name] for name in names)))
        layout.addWidget(self.remark)
        pages.setSpacing(4)
        layout.addLayout(pages)
        for page in self._pages:
            layout.addWidget(page)
        layout.addStretch(1)
        self._show_page(0)
        self._line.changed.connect(self._note_change)

    def _number(self, name: str, tip: str, take: Callable[[float], object]) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self.widget)
        box.setFont(font(12))
        box.setLocale(QLocale.c())
        box.setRange(-LARGEST, LARGEST)
        box.setDecimals(DECIMALS)
        box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        box.setKeyboardTracking(False)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setAccessibleName(name)
        box.setToolTip(tip)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        box.valueChanged.connect(take)
        return box

    def _button(self, services: Services, name: str) -> QToolButton:
        button = QToolButton(self.widget)
        button.setDefaultAction(services.actions[name])
        button.setFont(font(11))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _caption(self, text: str) -> QLabel:
        caption = QLabel(text, self.widget)
        caption.setFont(font(12))
        return caption

    def _page_of(self, *parts: QWidget | QHBoxLayout) -> QWidget:
        page = QWidget(self.widget)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in parts:
            if isinstance(part, QHBoxLayout):
                column.addLayout(part)
            else:
                column.addWidget(part)
        return page

    def _show_page(self, _: int) -> None:
        for number, page in enumerate(self._pages):
            page.setVisible(number == self.page.checkedId())

    def _words(self, *, muted: bool = True) -> QLabel:
        label = QLabel("", self.widget)
        label.setFont(font(11))
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        give_role(label, "muted" if muted else "warning")
        return label

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that there are no points through which a line or a plane could go."""
        return refusal(input_space, output_space)

    def _note_change(self) -> None:
        self._is_new = True

    def _type(self, _: float) -> None:
        model = self._line.model
        if model is not None:
            slopes = [box.value() for box in self.slopes[: len(model.slopes)]]
            self._line.set_to(slopes, self.intercept.value())

    def refresh(self, changes: Changes) -> None:
        """Show the line where it is new, and the network's figures at reading speed."""
        training, line = self._session.training, self._line
        if training.problem is None and training.tasks.current is None:
            training.prepare()
        line.begin()
        points = line.points
        scaling = training.data.input_scaling
        has_other_points = points is not self._points or scaling != self._scaling
        if has_other_points:
            self._points, self._scaling, self._is_new = points, scaling, True
            self._show_points()
        if self._is_new:
            self._is_new = False
            self._show_line()
        if self._pace.due(changes.weights or changes.network or has_other_points):
            self._show_network()

    def _show_points(self) -> None:
        """Show what follows from the points alone: the best line, its sums, and the rates."""
        points = self._line.points
        self._curvature = None
        if points is None:
            for label in (self.remark, self.closed_form, self.statistics, self.rates):
                label.setText("")
            return
        x, y = points
        begun_s = perf_counter()
        best = best_linear_model(x, y)
        seconds = perf_counter() - begun_s
        self._curvature = curvature(x)
        self._show_inputs(x.shape[1])
        self.remark.setText(fit_remark(x))
        self.remark.setVisible(bool(self.remark.text()))
        self.closed_form.setText(_closed_form(x, y, best))
        self.statistics.setText(_statistics(x, y))
        self.rates.setText(_rates(x, self._scaling))
        self.table.show_column(1, (*_figures(best), duration(seconds)))

    def _show_inputs(self, n: int) -> None:
        """Have a field and a row for each of one or two slopes."""
        is_plane = n == 2
        self._captions[1].setText("x₁ +" if is_plane else "x +")
        for part in (self._captions[2], self.slopes[1]):
            part.setVisible(is_plane)
        for name in ("residuals", "line"):
            # They are about the graph of a curve.
            self.buttons[name].setVisible(not is_plane)
        for box in (*self.slopes, self.intercept):
            with QSignalBlocker(box):
                box.setDecimals(PLANE_DECIMALS if is_plane else DECIMALS)
        self.table.show_slopes(numbered("m", n))

    def _show_line(self) -> None:
        model, step, shape = self._line.model, self._line.step, self._curvature
        boxes = (*self.slopes, self.intercept)
        for control in (*boxes, self.rate, self.step):
            control.setEnabled(model is not None)
        if model is None or step is None or shape is None:
            self.descent.setText("")
            self.table.show_column(0, ("–",) * N_ROWS)
            return
        for box, value in zip(boxes, (*_both_slopes(model.slopes), model.intercept), strict=True):
            if box.value() != round(value, box.decimals()):
                with QSignalBlocker(box):
                    box.setValue(value)
        self.descent.setText(_descent(model, step))
        give_role(self.descent, "warning" if self._line.rate > shape.largest_rate else "")
        self.table.show_column(0, (*_figures(model), "–"))

    def _show_network(self) -> None:
        """Measure the network on the same points, and show its figures."""
        network, problem = self._session.network, self._session.training.problem
        is_fitting = problem is not None and not refusal(network.input_space, network.output_space)
        if problem is None or not is_fitting or self._line.points is None:
            self.table.show_column(2, ("–",) * N_ROWS)
            return
        architecture, weights, samples = network.architecture, network.prediction_weights, problem.train
        checkpoint = network.checkpoint
        # What is newest has been trained as long as what was recorded last, but for a moment.
        seconds = (
            checkpoint.seconds
            if isinstance(checkpoint, Checkpoint)
            else None
            if checkpoint is None
            else checkpoint.checkpoint_history.seconds
        )
        texts = ["–"] * N_ROWS
        texts[0] = f"{architecture.n_params:,}"
        if architecture.n_layers == 1 and architecture.activations == ("identity",):
            layer = architecture.layers(weights)[0]
            texts[1:4] = map(_precise, (*_both_slopes(layer.W[0]), float(layer.b[0])))
        if len(samples) * architecture.n_params <= PRODUCTS:
            texts[4:7] = _network_figures(
                Evaluation(architecture, weights, samples, "squared_error"), samples
            )
        if seconds:
            texts[7] = duration(seconds)
        self.table.show_column(2, texts)

    def numbers(self) -> NumberTable:
        """Return what the table shows."""
        names = (tr("figure"), *self.table.columns)
        return names, [[name, *figures] for name, figures in self.table.rows]


def _precise(value: float) -> str:
    """Format a number with four decimals where these say something; a large one with two."""
    if np.isfinite(value) and (value == 0 or 1e-2 <= abs(value) < 1e5):
        return plain(value, 4 if abs(value) < 100 else 2)
    return figure(value) if np.isfinite(value) else "–"


def _both_slopes(slopes: np.ndarray) -> tuple[float, float]:
    """Return the slopes of a plane; the second of a line is 0, in a row that is not shown."""
    return float(slopes[0]), float(slopes[1]) if len(slopes) > 1 else 0.0


def _figures(model: LinearModel) -> tuple[str, ...]:
    values = (*_both_slopes(model.slopes), model.intercept, model.loss, model.sse, model.r_squared)
    return (f"{len(model.slopes) + 1}", *map(_precise, values))


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


def _closed_form(x: np.ndarray, y: np.ndarray, best: LinearModel) -> str:
    """Return the formulas of the best line, or the equations of the best plane, with the sums filled in."""
    return _formulas(point_statistics(x[:, 0], y), best) if x.shape[1] == 1 else _equations(x, y, best)


def _equations(x: np.ndarray, y: np.ndarray, best: LinearModel) -> str:
    """Return the normal equations XᵀX θ = Xᵀy of a plane, the intercept last."""
    design = np.column_stack((x, np.ones(len(x))))
    names = ("m₁", "m₂", "b")
    lines = []
    for row, right in zip((design.T @ design).tolist(), (design.T @ y).tolist(), strict=True):
        terms = " + ".join(f"{_sum(value)} {name}" for value, name in zip(row, names, strict=True))
        lines.append(f"{terms.replace('+ −', '− ')} = {_sum(right)}")
    solved = ", ".join(
        f"{name} = {_precise(value)}"
        for name, value in zip(names, (*_both_slopes(best.slopes), best.intercept), strict=True)
    )
    return "\n".join((*lines, solved))


def _formulas(numbers: PointStatistics, best: LinearModel) -> str:
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


def _statistics(x: np.ndarray, y: np.ndarray) -> str:
    if x.shape[1] == 2:
        means = (_precise(float(mean)) for mean in (*x.mean(axis=0), y.mean()))
        return "n = {} · x̄₁ = {} · x̄₂ = {} · ȳ = {}".format(len(y), *means)
    numbers = point_statistics(x[:, 0], y)
    return (
        f"n = {numbers.n} · r = {_precise(numbers.r)} · x̄ = {_precise(numbers.mean_x)} · "
        f"ȳ = {_precise(numbers.mean_y)} · s²x = {_precise(numbers.variance_x)} · "
        f"s²y = {_precise(numbers.variance_y)}"
    )


def _descent(model: LinearModel, step: DescentStep) -> str:
    """Return the gradient at a line, and what a step along it promises and brings."""
    names = (*numbered("m", len(model.slopes)), "b")
    gradient = ", ".join(
        f"∂J/∂{name} = {_digits(part)}" for name, part in zip(names, model.gradient.tolist(), strict=True)
    )
    words = tr(
        "{gradient}\nη ‖∇J‖² = {predicted}: the predicted fall of J\nThe real fall "
        "is {real}: {before} → {after}"
    )
    return words.format(
        gradient=gradient,
        predicted=_digits(step.predicted_fall),
        real=_digits(step.real_fall),
        before=_digits(model.loss),
        after=_digits(step.after.loss),
    )


def _digits(value: float) -> str:
    """Format a number with five digits at most; what rounding left of 0 is 0."""
    return f"{round(value, 12) + 0.0:.5g}".replace("-", "−")


def _rates(x: np.ndarray, scaling: str) -> str:
    """Return the largest rates with which batch descent still comes to the line, and which ones hold."""
    raw, scaled = curvature(x), curvature(standardised(x))
    words = tr(
        "Descent works up to η = 2/λ = {raw} (condition {raw_condition}); with x standardised up to {scaled} "
        "(condition {scaled_condition})."
    )
    if scaling == "standardised":
        words += " " + tr("The network learns from x standardised.")

    def condition(value: float) -> str:
        return f"{value:.3g}" if np.isfinite(value) else "∞"

    return words.format(
        raw=_precise(raw.largest_rate),
        raw_condition=condition(raw.condition),
        scaled=_precise(scaled.largest_rate),
        scaled_condition=condition(scaled.condition),
    )
