"""One weight: its value, its term and its gradient."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QToolButton, QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import plain, scientific, signed
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.subject import Subject

LINE_HEIGHT = 17
BUTTON_HEIGHT = 36


class WeightSection(Section):
    """Shows the chosen weight, and a button that selects the unit it comes from."""

    title = translatable("This weight")
    hint = translatable(
        "The weight you clicked: its value, what it adds to the sum now, and the slope of the loss by it."
    )

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(attention, parent)
        self._go = QToolButton(self)
        self._go.setFont(font(11))
        self._go.clicked.connect(self._go_there)
        self._go.hide()

    def concerns(self, subject: Subject) -> bool:
        """Return whether a weight is chosen."""
        return subject.unit is not None and subject.source is not None and subject.source < len(subject.w)

    def _lines(self, subject: Subject) -> list[tuple[str, str]]:
        source = subject.source
        lines = [
            (tr("from {source}").format(source=subject.source_name(source)), ""),
            (tr("weight w"), signed(float(subject.w[source]), 4)),
        ]
        if subject.x is not None:
            term = float(subject.products[source])
            lines += [
                (tr("input x"), plain(float(subject.x[source]), 4)),
                (tr("term w · x"), signed(term, 4)),
            ]
        if subject.slopes is not None:
            slope = float(subject.slopes.weights(*subject.unit)[source])
            lines.append((tr("gradient ∂L/∂w"), scientific(slope)))
        if subject.has_bias:
            lines.append((tr("bias b of the neuron"), signed(subject.b, 4)))
        return lines

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of the lines, and of the button where there is one."""
        return LINE_HEIGHT * len(self._lines(subject)) + 2 + (BUTTON_HEIGHT if subject.layer_index else 0)

    def show_subject(self, subject: Subject) -> None:
        """Show a subject, and the button to the unit that the weight comes from."""
        super().show_subject(subject)
        self._go.setVisible(subject.layer_index > 0)
        if subject.layer_index:
            self._go.setText(
                tr("Go to unit {unit} of {layer}").format(unit=subject.source + 1, layer=subject.source_layer)
            )
            self._go.adjustSize()
            self._go.move(0, self.height() - self._go.height() - 2)

    def _go_there(self) -> None:
        self.attention.unit_chosen.emit(self.subject.layer_index - 1, self.subject.source)

    def paint(self, painter: QPainter, subject: Subject) -> None:
        """Paint the lines."""
        for k, (what, value) in enumerate(self._lines(subject)):
            box = QRectF(0, LINE_HEIGHT * k, self.design_width(), LINE_HEIGHT)
            self.write(painter, box, what, size_px=11, muted=k > 0, bold=k == 0)
            self.write(painter, box, value, size_px=11, align=Qt.AlignmentFlag.AlignRight)
