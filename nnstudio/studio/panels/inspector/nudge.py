"""Change one weight in thought: what its slope predicts for the unit, and what happens."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.insight.activation_curve import Nudge, nudge
from nnstudio.insight.parameters import Parameter
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import plain, signed
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
        "What a change Δw of one weight would do to this neuron; the network stays as it is. Predicted is\n"
        "slope × x × Δw. A step has the slope 0: it promises nothing, and jumps where z crosses 0."
    )

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(attention, parent)
        self._place: Parameter | None = None
        self.change = 0.0
        self.row = WeightRow(tr("change of the weight"), tr(self.hint), self)
        self.row.moved.connect(self._set_change)
        self.row.typed.connect(self._type_change)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.row)
        layout.addStretch(1)

    def concerns(self, subject: Subject) -> bool:
        """Return whether the subject is a unit with an input, whose activation is a curve."""
        return subject.unit is not None and subject.reading is not None and not subject.is_softmax

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of the slider's row and of the lines."""
        return ROW_PX + LINE_PX * (2 + len(_activations(subject))) + 2

    def draw(self, subject: Subject) -> None:
        """Take the chosen weight, else that of the largest term; it stays while it is changed.

        The change begins at 0 for another weight.
        """
        source, before = subject.source, self._place
        if source is None or source >= len(subject.w):
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
        change = np.zeros(len(subject.w))
        change[self._place.column] = self.change
        return [
            (tr(ACTIVATIONS[name].title), nudge(name, subject.w, subject.b, subject.x, change))
            for name in _activations(subject)
        ]

    # Enormous weights overflow.
    @np.errstate(over="ignore", invalid="ignore")
    def paint(self, painter: QPainter, subject: Subject) -> None:
        """Paint what becomes of z, and the lines of both activations."""
        if self._place is None:
            return
        found = self.found()
        x, first = float(subject.x[self._place.column]), found[0][1]
        width, top = self.design_width(), float(ROW_PX)
        text = tr("x = {x}: z {before} → {after}").format(
            x=plain(x, 3), before=plain(first.z, 4), after=plain(first.z_after, 4)
        )
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


def _reach(subject: Subject, source: int) -> float:
    """Return how far the slider goes: at least 1, and past the change at which z crosses 0."""
    x = float(subject.x[source])
    crossing = abs(subject.z / x) if x else 0.0
    if not 1 < BEYOND_ZERO * crossing <= MOST_REACH:
        return 1.0
    return round_up(BEYOND_ZERO * crossing)
