"""Change one weight or the bias in thought: what its slope predicts for the unit, and what happens."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.insight.activation_curve import Nudge, nudge
from nnstudio.insight.parameters import Parameter
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import plain, signed
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.weight_row import WeightRow

ROW_PX, LINE_PX = 36, 17
MOST_REACH = 100.0
BEYOND_ZERO = 1.2
"""How far the slider goes past the change at which z crosses 0."""
STEP = "step"


class NudgeSection(Section):
    """A slider for Δw, and the change of the unit's activation: along the tangent, and in truth."""

    title = translatable("Nudge")
    hint = translatable(
        "What a change of one weight, or of the bias, would do to this neuron; the network stays as it is.\n"
        "Predicted is slope × x × Δw, or slope × Δb. A step has the slope 0: it promises nothing, and jumps\n"
        "where z crosses 0."
    )

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(attention, parent)
        self._place: Parameter | None = None
        self.change = 0.0
        self.row = WeightRow(tr("change of the weight or the bias"), tr(self.hint), self)
        self.row.moved.connect(self._set_change)
        self.row.typed.connect(self._type_change)
        self.of_bias = QToolButton(self)
        self.of_bias.setText("b")
        self.of_bias.setFont(font(11))
        self.of_bias.setCheckable(True)
        self.of_bias.setAccessibleName(tr("Nudge the bias"))
        self.of_bias.setToolTip(tr("Nudge the bias: change b instead of a weight"))
        self.of_bias.toggled.connect(self._take_other)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.of_bias)
        line.addWidget(self.row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(line)
        layout.addStretch(1)

    def concerns(self, subject: Subject) -> bool:
        """Return whether the subject is a unit with an input, whose activation is a curve."""
        return subject.unit is not None and subject.reading is not None and not subject.is_softmax

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of the slider's row and of the lines."""
        return ROW_PX + LINE_PX * (2 + len(_activations(subject))) + 2

    def draw(self, subject: Subject) -> None:
        """Take the bias, or the chosen weight, else that of the largest term; it stays while it is changed.

        The change begins at 0 for another number.
        """
        self.of_bias.setVisible(subject.has_bias)
        source, before = subject.source, self._place
        if self.of_bias.isChecked() and subject.has_bias:
            source = None
        elif source is None or source >= len(subject.w):
            largest = subject.terms.index
            source = int(largest[0]) if len(largest) else 0
            if self.change and before is not None and (before.layer, before.row) == subject.unit:
                source = min(before.column or 0, len(subject.w) - 1)
        self._place = place = Parameter(*subject.unit, source)
        if place != before:
            self.change = 0.0
            self.row.setAccessibleDescription("")
        elif self.row.is_held:
            return
        self.row.show_value(f"Δ {place.name}", self.change, _reach(subject, source))

    def _take_other(self) -> None:
        if self.subject is not None:
            self.draw(self.subject)
            self.update()

    def _type_change(self, value: float) -> None:
        self._set_change(value)
        self.row.show_value(self.row.caption.text(), value, _reach(self.subject, self._place.column))

    def _set_change(self, value: float) -> None:
        self.change = value
        line = tr("{name}: predicted {predicted}, real {real}")
        texts = [
            line.format(name=name, predicted=signed(each.predicted, 6), real=signed(each.real, 6))
            for name, each in self.found()
        ]
        self.row.setAccessibleDescription("; ".join(texts))
        self.update()

    def found(self) -> list[tuple[str, Nudge]]:
        """Return the title of the unit's activation, and of Step, with what the change does."""
        subject = self.subject
        change, of_bias = np.zeros(len(subject.w)), 0.0
        if self._place.column is None:
            of_bias = self.change
        else:
            change[self._place.column] = self.change
        return [
            (tr(ACTIVATIONS[name].title), nudge(name, subject.w, subject.b, subject.x, change, of_bias))
            for name in _activations(subject)
        ]

    # Enormous weights overflow.
    @np.errstate(over="ignore", invalid="ignore")
    def paint(self, painter: QPainter, subject: Subject) -> None:
        """Paint what becomes of z, and the lines of both activations."""
        if self._place is None:
            return
        found = self.found()
        first, column = found[0][1], self._place.column
        width, top = self.design_width(), float(ROW_PX)
        text = tr("z {before} → {after}").format(before=plain(first.z, 4), after=plain(first.z_after, 4))
        if column is not None:
            text = tr("x = {x}: {change}").format(x=plain(float(subject.x[column]), 3), change=text)
        self.write(painter, QRectF(0, top, width, LINE_PX), text, size_px=11, muted=True)
        lines = [("Δa", tr("predicted"), tr("real"))]
        lines += [(name, signed(each.predicted, 6), signed(each.real, 6)) for name, each in found]
        right = Qt.AlignmentFlag.AlignRight
        for k, (name, predicted, real) in enumerate(lines):
            y = top + LINE_PX * (k + 1)
            self.write(painter, QRectF(0, y, 0.3 * width, LINE_PX), name, size_px=11, muted=True)
            for place, words in ((0.3, predicted), (0.65, real)):
                box = QRectF(place * width, y, 0.34 * width, LINE_PX)
                self.write(painter, box, words, size_px=11, muted=k == 0, align=right)


def _activations(subject: Subject) -> list[str]:
    """Return the unit's activation, and Step to compare it with."""
    return list(dict.fromkeys((subject.activation, STEP)))


def _reach(subject: Subject, source: int | None) -> float:
    """Return how far the slider goes: at least 1, and past the change at which z crosses 0."""
    x = 1.0 if source is None else float(subject.x[source])
    crossing = abs(subject.z / x) if x else 0.0
    if not 1 < BEYOND_ZERO * crossing <= MOST_REACH:
        return 1.0
    return round_up(BEYOND_ZERO * crossing)
