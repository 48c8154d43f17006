"""What descents on a plane are: their learning rate, length and batches, and how they went."""

import math

import numpy as np
from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.insight.descents import Bowl, Descent
from nnstudio.insight.landscape import Axis
from nnstudio.language import tr
from nnstudio.studio.painting.labels import caption, remark
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, font
from nnstudio.studio.panels.landscape.descent_lines import style_of
from nnstudio.studio.panels.landscape.rate_slider import LARGEST, SMALLEST, RateSlider
from nnstudio.studio.panels.landscape.worker import DescentAnswer, DescentRequest
from nnstudio.studio.views.plot import legend

N_OTHERS = 8
USUAL_RATE, USUAL_STEPS, MOST_STEPS, USUAL_BATCH = 0.1, 50, 1000, 10


class DescentRow(QWidget):
    """Holds what is chosen for descents, and says how they went."""

    changed = Signal()
    """Other descents are to be shown."""

    scaled = Signal()
    """The inputs are to be standardised, or no longer."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.slider = RateSlider(self)
        self.slider.rate_changed.connect(self._slide)
        self.rate = QDoubleSpinBox(self)
        self.rate.setLocale(QLocale.c())
        self.rate.setRange(SMALLEST, LARGEST)
        self.rate.setDecimals(5)
        self.rate.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self.rate.setValue(USUAL_RATE)
        self.steps = self._number(
            tr("Steps"), tr("Steps: how many each descent takes"), MOST_STEPS, USUAL_STEPS
        )
        self.batch = self._number(
            tr("Mini-batch"),
            tr("Mini-batch: samples of each step of the third descent"),
            1_000_000,
            USUAL_BATCH,
        )
        tip = tr("Learning rate η; the mark at its slider is the largest stable one, 2 / λ, of a parabola")
        for control, name in ((self.slider, tr("Learning rate, slider")), (self.rate, tr("Learning rate η"))):
            control.setAccessibleName(name)
            control.setToolTip(tip)
        self.rate.setFont(font(11))
        self.rate.setKeyboardTracking(False)
        self.rate.valueChanged.connect(self._choose_rate)
        self.largest = QToolButton(self)
        self.largest.setText("2 / λ")
        self.largest.setFont(font(11))
        self.largest.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.largest.setToolTip(tr("2 / λ: take the largest stable learning rate"))
        self.largest.clicked.connect(self._take_largest)
        self.arrows = self._box(
            tr("Arrows of samples"),
            tr("Draw −gradient at the start: of single samples thin, of the mini-batch, and their mean bold"),
        )
        self.arrows.toggled.connect(self.changed)
        self.others = self._box(
            tr("{n} other starts").format(n=N_OTHERS),
            tr("Batch descent from {n} more starts, drawn at random over the plane").format(n=N_OTHERS),
        )
        self.others.toggled.connect(self.changed)
        self.standardised = self._box(
            tr("Standardised inputs"),
            tr("The same function of inputs of mean 0 and standard deviation 1: another surface"),
        )
        self.standardised.toggled.connect(self.scaled)
        self.words = QLabel("", self)
        self.words.setFont(font(11))
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.words.setAccessibleName(tr("How the descents went"))
        self.words.setToolTip(tr("Losses at the start and at the end, on all samples of the picture"))
        row = QHBoxLayout()
        row.setSpacing(4)
        eta = remark("η", self)
        eta.setToolTip(tip)
        row.addWidget(eta)
        row.addWidget(self.slider, 1)
        row.addWidget(self.rate)
        row.addWidget(self.largest)
        boxes = QHBoxLayout()
        for number, line in ((self.steps, row), (self.batch, boxes)):
            line.addWidget(caption(number.accessibleName(), number, self))
            line.addWidget(number)
        boxes.addWidget(self.arrows)
        boxes.addWidget(self.others)
        boxes.addWidget(self.standardised)
        boxes.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addLayout(boxes)
        layout.addWidget(self.words)
        self._bowl: Bowl | None = None
        self._answer: DescentAnswer | None = None
        appearance.follow(self, self._restyle)
        self._is_chosen = False
        """Whether the user chose the rate; else it is half of the largest stable one where there is one."""

    def _number(self, name: str, tip: str, most: int, value: int) -> QSpinBox:
        number = QSpinBox(self)
        number.setFont(font(11))
        number.setRange(1, most)
        number.setValue(value)
        number.setKeyboardTracking(False)
        number.setAccessibleName(name)
        number.setToolTip(tip)
        number.valueChanged.connect(self.changed)
        return number

    def _box(self, text: str, tip: str) -> QCheckBox:
        box = QCheckBox(text, self)
        box.setFont(font(11))
        box.setToolTip(tip)
        return box

    def _choose_rate(self) -> None:
        self._is_chosen = True
        self.changed.emit()

    def _slide(self, rate: float) -> None:
        self.rate.setValue(float(f"{rate:.3g}"))

    def _take_largest(self) -> None:
        if self._bowl is not None:
            self.rate.setValue(self._bowl.largest_rate)

    def _restyle(self) -> None:
        self.show_answer(self._answer)

    def other_starts(self, axes: tuple[Axis, ...], seed: int) -> tuple[tuple[float, ...], ...]:
        """Return coefficients of more starts, drawn from the seed; none where they are not asked for."""
        if not self.others.isChecked():
            return ()
        rng = np.random.default_rng(seed)
        columns = [rng.uniform(axis.low, axis.high, N_OTHERS).tolist() for axis in axes]
        return tuple(zip(*columns, strict=True))

    def show_answer(self, answer: DescentAnswer | None) -> None:
        """Say how descents went."""
        self._answer = answer
        self._bowl = None if answer is None else answer.bowls[answer.is_scaled]
        mark = None if self._bowl is None else self._bowl.largest_rate
        has_mark = mark is not None and math.isfinite(mark)
        self.largest.setEnabled(has_mark)
        if has_mark and not self._is_chosen:
            self.rate.setValue(float(f"{mark / 2:.1g}"))
            self._is_chosen = False
        self.slider.show_rate(self.rate.value(), mark)
        if answer is None:
            self.words.setText("")
            return
        theme = appearance.theme
        entries = []
        for descent in answer.descents:
            code, _, sign = style_of(theme, answer.request, descent.batch_size)
            entries.append((code, sign, _went(answer.request, descent)))
        said = [legend(entries), _shape(answer)]
        if answer.others:
            said.append(_ends(answer))
        if self.arrows.isChecked():
            said.append(_spreads(answer))
        self.words.setText(" · ".join(filter(None, said)))


def _went(request: DescentRequest, descent: Descent) -> str:
    name = tr("mini-batch {m:,}").format(m=descent.batch_size)
    if descent.batch_size == 1:
        name = tr("stochastic")
    if descent.batch_size == len(request.question.x):
        name = tr("batch")
    n = len(descent.losses) - 1
    if descent.has_diverged:
        return tr("{name}: diverges after %n step(s)", n).format(name=name)
    return tr("{name}: {first} → {last}").format(
        name=name, first=figure(float(descent.losses[0])), last=figure(float(descent.losses[-1]))
    )


def _ends(answer: DescentAnswer) -> str:
    ends = [float(each.losses[-1]) for each in answer.others]
    return tr("%n other start(s) end between {low} and {high}", len(ends)).format(
        low=figure(min(ends)), high=figure(max(ends))
    )


def _shape(answer: DescentAnswer) -> str:
    raw, scaled = answer.bowls
    if raw is None or scaled is None:
        return ""
    shown = scaled if answer.is_scaled else raw
    return tr("largest stable η {rate}; condition {raw}, standardised {scaled}").format(
        rate=figure(shown.largest_rate), raw=figure(raw.condition), scaled=figure(scaled.condition)
    )


def _spreads(answer: DescentAnswer) -> str:
    parts = ", ".join(f"{m:,}: {figure(spread)}" for m, spread in answer.spreads)
    return tr("spread of the gradient at the start by samples: {parts}").format(parts=parts)
