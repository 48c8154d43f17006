"""The numbers of each stage of a training step: heading, formula and table rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nnstudio.data.problem import OutputSpace
from nnstudio.insight.one_step import OneStep, Phase, StepStage
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import figure, plain, scientific, signed
from nnstudio.studio.session.formulas import ACTIVATION_FORMULAS, LOSS_FORMULAS
from nnstudio.studio.session.layer_names import unit_word

MOST_UNITS = 12
SMALLEST_PLAIN = 1e-3
"""Smaller losses have no digits left where they are written as others are."""


@dataclass(frozen=True)
class StageColumn:
    """One column of numbers: heading, meaning, and how its numbers are written."""

    title: str
    tip: str
    write: Callable[[float], str]


@dataclass(frozen=True)
class StageRow:
    """One row: name, numbers, and its unit, if any."""

    name: str
    numbers: tuple[float, ...]
    unit: tuple[int, int] | None = None


@dataclass(frozen=True)
class StageTable:
    """A stage in numbers.

    Attributes
    ----------
    title : str
    formula : str
        What is computed.
    columns : tuple of StageColumn
        Those after the first.
    rows : tuple of StageRow
    """

    title: str
    formula: str
    columns: tuple[StageColumn, ...]
    rows: tuple[StageRow, ...]


def stage_table(
    step: OneStep, stage: StepStage, layer_names: list[str], space: OutputSpace, loss: str
) -> StageTable:
    """Return a stage's numbers: all outputs, and of a large layer the units with the largest values."""
    writer = _Writer(step, layer_names, space, loss)
    if stage.phase is Phase.FORWARD:
        return writer.forward(stage.layer)
    if stage.phase is Phase.LOSS:
        return writer.loss()
    if stage.phase is Phase.BACKWARD:
        return writer.backward(stage.layer)
    return writer.update() if stage.phase is Phase.UPDATE else writer.after()


def _signed(value: float) -> str:
    return signed(value, 3)


def _plain(value: float) -> str:
    return plain(value, 3)


def _output(value: float) -> str:
    return plain(value, 4)


def _loss(value: float) -> str:
    return figure(value) if 0 < value < SMALLEST_PLAIN else plain(value, 4)


def _target(value: float) -> str:
    return f"{value:.0f}"


def _percent(share: float) -> str:
    return f"{100 * share:.3f} %"


class _Writer:
    def __init__(self, step: OneStep, layer_names: list[str], space: OutputSpace, loss: str) -> None:
        self.step, self.names, self.space, self.loss_name = step, layer_names, space, loss
        self.last = step.architecture.n_layers - 1
        self.outputs = space.unit_names(step.architecture.n_outputs)

    def forward(self, layer: int) -> StageTable:
        reading = self.step.reading
        z, a = reading.z[layer], reading.a[layer]
        kind = self.step.architecture.activations[layer]
        rows = self._unit_rows(layer, np.abs(a), lambda k: (float(z[k]), float(a[k])))
        columns = (
            StageColumn("z", tr("the weighted sum of what enters, plus the bias"), _signed),
            StageColumn("a", tr("the activation: what the unit passes on"), _plain),
        )
        total = "z = W x + b" if self.step.architecture.has_biases else "z = W x"
        title = tr("Forward · {layer}").format(layer=self.names[layer + 1])
        return StageTable(title, f"{total},  {tr(ACTIVATION_FORMULAS[kind])}", columns, rows)

    def loss(self) -> StageTable:
        a, answer = self.step.reading.outputs, self.step.answer
        output = StageColumn("a", tr("the output"), _output)
        title = tr("Loss · L = {loss}").format(loss=_loss(self.step.slopes.loss))
        formula = tr(LOSS_FORMULAS[self.loss_name]).split(":")[0]
        if isinstance(answer, int):
            tip = tr("the target: 1 for the true class, 0 for the others")
            columns = (output, StageColumn("t", tip, _target))
            # A single output speaks for the last of two classes.
            first = self.space.n_outputs - len(a)
            numbers = [(float(value), float(first + k == answer)) for k, value in enumerate(a)]
            return StageTable(title, formula, columns, self._output_rows(numbers))
        errors = np.asarray(a, np.float64) - answer
        is_squared = self.loss_name == "squared_error"
        parts = 0.5 * errors**2 if is_squared else np.abs(errors)
        columns = (
            output,
            StageColumn("t", tr("the target: the right number"), _output),
            StageColumn("a − t", tr("the residual: what the output is above the right number"), scientific),
            StageColumn("½ (a − t)²" if is_squared else "|a − t|", tr("its part of the loss"), _loss),
        )
        numbers = list(zip(a.tolist(), answer.tolist(), errors.tolist(), parts.tolist(), strict=True))
        return StageTable(title, formula, columns, self._output_rows(numbers))

    def _output_rows(self, numbers: Sequence[tuple[float, ...]]) -> tuple[StageRow, ...]:
        names = self.outputs
        return tuple(StageRow(names[k], each, (self.last, k)) for k, each in enumerate(numbers))

    def backward(self, layer: int) -> StageTable:
        delta = self.step.slopes.z[layer]
        entering = np.abs(self.step.reading.into(layer))
        steepest = float(entering.max())
        slope = StageColumn("δ", tr("∂L/∂z: how the loss grows with the unit's sum"), scientific)
        gradient = StageColumn(
            "∂L/∂w",
            tr("the largest derivative by one of the unit's weights: δ times what enters"),
            scientific,
        )
        title = tr("Backward · {layer}").format(layer=self.names[layer + 1])
        if layer == self.last:
            rows = self._unit_rows(
                layer,
                np.abs(delta),
                lambda k: (float(delta[k]), float(delta[k]) * steepest),
            )
            formula = "δ = ∂L/∂z,  ∂L/∂w = δ x"
            if self.step.architecture.has_biases:
                formula += ",  ∂L/∂b = δ"
            return StageTable(title, formula, (slope, gradient), rows)
        pulled = self.step.slopes.a[layer]
        rows = self._unit_rows(
            layer,
            np.abs(delta),
            lambda k: (
                float(pulled[k]),
                float(delta[k]),
                float(delta[k]) * steepest,
            ),
        )
        columns = (
            StageColumn(
                "Σ w δ",
                tr("∂L/∂a: what comes down from the layer above, its δ times the weights to it"),
                scientific,
            ),
            StageColumn("δ", tr("∂L/∂z: that times the slope of the activation"), scientific),
            gradient,
        )
        return StageTable(title, "δ = (Wᵀ δ) ⊙ f′(z),  ∂L/∂w = δ x", columns, rows)

    # Enormous weights overflow: their length is told as infinite.
    @np.errstate(over="ignore", invalid="ignore")
    def update(self) -> StageTable:
        rows = []
        before, added = (
            self.step.architecture.layers(theta) for theta in (self.step.theta, self.step.change)
        )
        for k, (old, new) in enumerate(zip(before, added, strict=True)):
            largest = float(np.abs(new.W).max())
            share = float(np.linalg.norm(new.W) / max(float(np.linalg.norm(old.W)), 1e-30))
            rows.append(StageRow(self.names[k + 1], (largest, share)))
        columns = (
            StageColumn(tr("largest |Δw|"), tr("the most that is added to one weight of the layer"), figure),
            StageColumn(
                tr("‖Δw‖ / ‖w‖"), tr("how far the layer's weights move, as a part of their length"), _percent
            ),
        )
        formula = tr("θ ← θ + Δθ, at a learning rate of {rate:g}").format(rate=self.step.rate)
        return StageTable(tr("Update"), formula, columns, tuple(rows))

    def after(self) -> StageTable:
        a, b = self.step.reading.outputs, self.step.reading_after.outputs
        answer = self.step.answer
        true = self.space.names[answer] if isinstance(answer, int) else None
        rows = tuple(
            StageRow(
                tr("{name} (true)").format(name=name) if name == true else name,
                (float(a[k]), float(b[k])),
                (self.last, k),
            )
            for k, name in enumerate(self.outputs)
        )
        columns = (
            StageColumn(tr("before"), tr("the output before the step"), _output),
            StageColumn(tr("after"), tr("the output after the step"), _output),
        )
        formula = tr("L: {before} → {after}").format(
            before=_loss(self.step.slopes.loss), after=_loss(self.step.slopes_after.loss)
        )
        return StageTable(tr("After the step"), formula, columns, rows)

    def _unit_rows(
        self, layer: int, size: np.ndarray, numbers: Callable[[int], tuple[float, ...]]
    ) -> tuple[StageRow, ...]:
        """Return rows of the units with the largest ``size``; of the last layer, of all units in order."""
        if layer == self.last:
            return self._output_rows([numbers(k) for k in range(len(self.outputs))])
        order = np.argsort(-size, kind="stable")[:MOST_UNITS].tolist()
        return tuple(StageRow(unit_word(k), numbers(k), (layer, k)) for k in order)
